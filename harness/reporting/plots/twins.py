"""The metrics of twins as the template of a report shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...scoring.breakdowns.twin_words import describe_twins, load_rows, name_reliable, named_differences
from ...scoring.describe import format_metric
from ..charts import format_percent
from .rows import find_reach, format_minus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...scoring.breakdowns.twins import TwinDifference, TwinMetrics
    from ..charts import ChartSeries
    from ..run_part import RunPart


def twins_part(runs: Sequence[ChartSeries], parts: Sequence[RunPart]) -> list[dict[str, Any]]:
    """Return the section of each run that has twins, all on one scale."""
    found = [(run, part.summary.by_twin) for run, part in zip(runs, parts, strict=True) if part.summary.by_twin]
    furthest = max((abs(row.difference) for _, one in found for _, _, row in named_differences(one)), default=0.0)
    return [_run(run, one, find_reach(furthest)) for run, one in found]


def _run(run: ChartSeries, found: TwinMetrics, reach: int) -> dict[str, Any]:
    return {
        "letter": run.letter,
        "css": run.css,
        "lines": describe_twins(found),
        "reliable": f"{name_reliable(found)}: {format_metric(found.reliable)}",
        "reach": reach,
        "rows": [_row(name, one, reach, run.css, inner=inner) for name, inner, one in named_differences(found)],
        "at_k": [(k, format_metric(share)) for k, share in found.reliable_at.items()],
        "load": list(load_rows(found)),
    }


def _row(name: str, one: TwinDifference, reach: int, css: str, *, inner: bool) -> dict[str, Any]:
    def at(points: float | None) -> str:
        return "" if points is None else format_percent(50 + 50 * points / reach)

    between = "" if one.low is None or one.high is None else f"{one.low:+.1f} to {one.high:+.1f}"
    return {
        "name": name,
        "inner": inner,
        "css": css if one.shown else "unsure",
        "sure": one.shown,
        "at": at(one.difference),
        "low": at(one.low),
        "high": at(one.high),
        "difference": format_minus(f"{one.difference:+.1f}"),
        "interval": format_minus(between),
        "base": format_metric(one.base),
        "twin": format_metric(one.twin),
        "changed": format_metric(one.changed),
        "n": f"{one.n:,}",
    }
