"""Plots as SVG files for papers and slides: the same input gives the same bytes.

The plots are boxes, lines and words, so a template draws them. A plotting library would weigh more than ifharness, and
its files differ with its version and the fonts of the machine. Every SVG program writes them as PNG or PDF.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Any

from ...comparison import Comparison
from ...errors import StoreError
from ...sanitize import escape_cell
from ...scoring.describe import format_metric
from ...store.files import write_problem, write_whole
from ..charts import format_between, format_percent
from ..page import load_template
from .rows import forest_rows, waterfall_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ...comparison import Ranking

_LABEL = 48
"""Characters of a label; longer ones are cut."""
_CHARACTER = 6.6
"""Width of a character at most, on average, in units of the picture."""
_CHART = 340
_ROW = 22


def write_plots(found: Comparison | Ranking, folder: Path) -> list[Path]:
    """Write the plots of a comparison or of a ranking to `folder`.

    A comparison has `forest.svg`, `instructions.svg` and `waterfall.svg`, a ranking `ranking.svg`. Returns the paths.
    Raises `StoreError` if they cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise StoreError(f"{folder}: is a file, but plots are written to a folder; give another name") from None
    except OSError as error:
        raise write_problem(folder, error) from None
    plots = _comparison_plots(found) if isinstance(found, Comparison) else _ranking_plots(found)
    written = []
    for name, values in plots:
        path = folder / f"{name}.svg"
        text = load_template(f"{values['template']}.svg.j2").render(values)
        write_whole(path, [text.encode("utf-8", "backslashreplace")])
        written.append(path)
    return written


def _comparison_plots(found: Comparison) -> Iterator[tuple[str, dict[str, Any]]]:
    a, b = (escape_cell(side.label, _LABEL) for side in (found.a, found.b))
    title = f"{found.b.letter} ({b}) \u2212 {found.a.letter} ({a})"
    about = {"title": title, "conclusion": found.conclusion, "level": f"{100 * found.confidence:g} %"}
    for name, forest in zip(
        ("forest", "instructions"), forest_rows(found, found.a.letter, found.b.letter), strict=True
    ):
        rows = [
            line
            for group in forest["groups"]
            for line in ([{"group": group["name"]}] if group["name"] else []) + group["rows"]
        ]
        yield name, {**about, "template": "forest", "reach": forest["reach"], **_place_rows(rows)}
    steps = waterfall_rows(found, found.a.letter, found.b.letter)
    last = {"name": "difference", "points": steps["total"], "side": "sum", "lost": "", "gained": ""}
    last |= {name: steps[name] for name in ("start", "width")}
    yield "waterfall", {**about, "template": "waterfall", **steps, **_place_rows([*steps["rows"], last])}


def _ranking_plots(found: Ranking) -> Iterator[tuple[str, dict[str, Any]]]:
    known = [bound for one in found.places for bound in (one.low, one.high, one.if_score) if bound is not None]
    low, high = max(0, 10 * floor(min(known) / 10)), min(100, 10 * ceil(max(known) / 10))
    low, high = (low, high) if high > low else (max(0, low - 10), min(100, high + 10))

    def at(points: float) -> str:
        return format_percent(100 * (points - low) / (high - low))

    rows = [
        {
            "name": f"{one.letter}  {one.label}",
            "at": at(one.if_score),
            "ends": None if one.low is None or one.high is None else (at(one.low), at(one.high)),
            "score": format_metric(one.if_score),
            "interval": format_between(one.low, one.high),
            "rank": str(one.best) if one.best == one.worst else f"{one.best} to {one.worst}",
        }
        for one in found.places
    ]
    about = {"title": "IF score", "conclusion": found.conclusion, "level": f"{100 * found.confidence:g} %"}
    yield "ranking", {**about, "template": "ranking", "low": low, "high": high, **_place_rows(rows)}


def _place_rows(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rows with their heights, and the measures of the picture."""
    names = [row["group"] if "group" in row else escape_cell(str(row["name"]), _LABEL) for row in rows]
    # A heading may run over the chart, so only the names of rows decide where the chart begins.
    longest = max(len(name) for name, row in zip(names, rows, strict=True) if "name" in row)
    left = round(12 + _CHARACTER * longest)
    placed = [
        {**row, "label": name, "y": 62 + _ROW * at} for at, (row, name) in enumerate(zip(rows, names, strict=True))
    ]
    bottom = 62 + _ROW * len(rows)
    return {"rows": placed, "left": left, "chart": _CHART, "right": left + _CHART, "bottom": bottom, "row": _ROW}
