"""A comparison or a ranking as data frames, for a notebook or a plotting library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class ComparisonFrames:
    """A comparison as data frames of pandas; docs/library.md explains the columns."""

    differences: Any
    """One row per difference: `part` (overall, loose, task, family, instruction or count), `name`, and its numbers."""
    contributions: Any
    """One row per instruction: what it contributes to the IF difference."""
    metrics: Any
    """One row per metric beside the score."""
    flips: Any
    """One row per verdict that differs, with the reasons of both runs."""
    run_differences: Any
    """One row per setting that differs, with a column for each run."""


@dataclass(frozen=True)
class RankingFrames:
    """A ranking as data frames of pandas; docs/library.md explains the columns."""

    places: Any
    """One row per run, the best first."""
    gaps: Any
    """One row per pair of runs."""
    instructions: Any
    """One row per instruction and run: the share followed."""
    instruction_gaps: Any
    """One row per instruction and pair of runs that it is shown to set apart."""


def frame_comparison(record: Mapping[str, Any]) -> ComparisonFrames:
    """Return the record of a comparison as data frames."""
    parts = {"overall": {"IF": record["overall"]}, "loose": {"IF": record["loose"]}}
    parts |= {part: record[key] for part, key in _PARTS.items()}
    differences = [{"part": part, "name": name, **one} for part, rows in parts.items() for name, one in rows.items()]
    flips = [{**flip, **verdict} for flip in record["flips"] for verdict in flip["instructions"]]
    settings = [dict(zip(("name", "a", "b"), (one["name"], *one["values"]), strict=True)) for one in record[_SETTINGS]]
    return ComparisonFrames(
        differences=_frame(differences, _DIFFERENCES),
        contributions=_frame(record["contributions"], _CONTRIBUTIONS),
        metrics=_frame(record["metrics"], _METRICS),
        flips=_frame(flips, _FLIPS),
        run_differences=_frame(settings, ("name", "a", "b")),
    )


def frame_ranking(record: Mapping[str, Any]) -> RankingFrames:
    """Return the record of a ranking as data frames."""
    rows = record["instructions"]
    shares = [
        {"id": one["id"], "n": one["n"], "run": letter, "followed": share}
        for one in rows
        for letter, share in one["followed"].items()
    ]
    gaps = [{"id": one["id"], **gap} for one in rows for gap in one["gaps"]]
    return RankingFrames(
        places=_frame(record["runs"], _PLACES),
        gaps=_frame(record["gaps"], _GAPS),
        instructions=_frame(shares, ("id", "n", "run", "followed")),
        instruction_gaps=_frame(gaps, ("id", "above", "below", "difference", "p_holm")),
    )


_PARTS = {"task": "by_task", "family": "by_family", "instruction": "by_id", "count": "by_count", "twin": "by_twin"}
_SETTINGS = "run_differences"
_DIFFERENCES = ("part", "name", "n", "clusters", "a", "b", "difference", "low", "high", "p", "p_holm", "method")
_CONTRIBUTIONS = ("id", "points", "low", "high", "gained", "lost")
_METRICS = ("name", "unit", "n", "a", "b", "difference", "low", "high", "method")
_FLIPS = ("sample_id", "epoch", "task", "article_id", "index", "id", "a", "b", "reason_a", "reason_b")
_PLACES = ("letter", "name", "model", "label", "if_score", "low", "high", "best", "worst")
_GAPS = ("above", "below", "difference", "low", "high", "p", "apart")


def _frame(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> Any:
    """Return rows as a frame with the columns in their order; None is a missing value."""
    import pandas as pd  # type: ignore[import-untyped]  # it has no types of its own

    return pd.DataFrame(list(rows), columns=list(columns)).convert_dtypes()
