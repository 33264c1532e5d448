"""The rows of forest plots and waterfalls: values as words, positions in percent of the width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...comparison.statistics.waterfall import waterfall_steps
from ...comparison.tables import format_p, format_signed
from ..charts import format_percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...comparison import Comparison
    from ...comparison.differences import Difference

_REACHES = (5, 10, 20, 30, 40, 50, 60, 80, 100)
"""Points at the ends of a forest plot."""


def forest_rows(found: Comparison, a: str, b: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the forest plot of the whole with its groups, and the one of every instruction."""
    counts = {f"{n} instruction{'s' * (n != '1')}": one for n, one in found.by_count.items()}
    groups = {
        "": {"IF score": found.overall, "IF score, loose": found.loose},
        "by task, IF score": found.by_task,
        "by turn and language, mean of four accuracies": found.by_turn,
        "by language, IF score": found.by_language,
        "by twin, IF score": found.by_twin,
        "by family, verdicts; what explains most first": found.by_family,
        "by number of instructions, IF score": counts,
    }
    several = {title: rows for title, rows in groups.items() if len(rows) > 1}
    every = {"by instruction, verdicts; what explains most first": found.by_id}
    return _forest(a, b, several, 1 - found.confidence), _forest(a, b, every, 1 - found.confidence)


def _forest(a: str, b: str, groups: Mapping[str, Mapping[str, Difference]], level: float) -> dict[str, Any]:
    """Return rows in groups, all on one scale around 0."""
    # Rows of few pairs have very wide intervals, so the differences decide the scale and arrows mark cut whiskers.
    furthest = max(abs(one.difference) for rows in groups.values() for one in rows.values())
    reach = find_reach(furthest)
    drawn = [
        {"name": title, "rows": [_forest_row(name, one, reach, level) for name, one in rows.items()]}
        for title, rows in groups.items()
    ]
    return {"a": a, "b": b, "reach": reach, "groups": drawn}


def _forest_row(name: str, one: Difference, reach: float, level: float) -> dict[str, Any]:
    def at(points: float) -> str:
        return format_percent(50 + 50 * points / reach)

    p = one.p if one.p_holm is None else one.p_holm
    return {
        "name": name,
        "n": f"{one.n:,}",
        "difference": f"{one.difference:+.1f}".replace("-", "\u2212"),
        "interval": f"{one.low:+.1f} to {one.high:+.1f}".replace("-", "\u2212"),
        "at": at(one.difference),
        "low": at(one.low),
        "high": at(one.high),
        "cut_low": one.low < -reach,
        "cut_high": one.high > reach,
        "value_a": f"{one.a:.1f}",
        "value_b": f"{one.b:.1f}",
        "p": format_p(p),
        "side": "up" if one.difference > 0 else "down",
        "sure": p <= level and not one.low <= 0 <= one.high,
    }


def waterfall_rows(found: Comparison, a: str, b: str) -> dict[str, Any]:
    """Return the steps from 0 to the difference, each from where the one before ends; a and b name the runs."""
    steps = waterfall_steps(found.contributions, found.overall.difference)
    ends = [0.0]
    for one in steps:
        ends.append(round(ends[-1] + one.points, 1))
    lowest, highest = min(ends), max(ends)
    width = (highest - lowest) or 1.0

    def at(points: float) -> str:
        return format_percent(100 * (points - lowest) / width)

    rows = [
        {
            "name": one.name,
            "is_rest": one.is_rest,
            "points": format_minus(format_signed(one.points)),
            "sum": format_minus(format_signed(end)),
            "lost": one.lost,
            "gained": one.gained,
            "start": at(min(start, end)),
            "width": format_percent(100 * abs(end - start) / width),
            "end": at(end),
            "side": "up" if one.points > 0 else "down",
        }
        for one, start, end in zip(steps, ends, ends[1:], strict=False)
    ]
    total = format_minus(format_signed(ends[-1]))
    return {
        "a": a,
        "b": b,
        "rows": rows,
        "total": total,
        "zero": at(0.0),
        "start": at(min(0.0, ends[-1])),
        "width": format_percent(100 * abs(ends[-1]) / width),
        "side": "up" if ends[-1] > 0 else "down",
    }


def find_reach(furthest: float) -> int:
    """Return the points at the ends of a plot around 0, by the largest difference in it."""
    return next((reach for reach in _REACHES if reach >= 1.3 * furthest), _REACHES[-1])


def format_minus(text: str) -> str:
    """Return a number with a true minus sign."""
    return text.replace("-", "\u2212")
