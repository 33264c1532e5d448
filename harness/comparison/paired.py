"""Comparison: is B better than A, where, why, and how sure is that."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from .conclusion import describe_conclusion, describe_notes
from .differences import (
    Difference,
    DifferenceSource,
    adjust_family,
    describe_difference,
    describe_differences,
    format_p_value,
)
from .flips import FlippedSample, find_flips
from .paired_estimate import estimate_difference
from .pairs import match_runs
from .power import detectable_difference
from .sides import Equivalence, Side
from .significance import flip_test, mcnemar

if TYPE_CHECKING:
    from ..scoring.scored_run import ScoredRun
    from .paired_estimate import PairedEstimate
    from .power import DetectableDifference
    from .significance import FlipTest, McNemarCounts

FORMAT = 1
"""Format number of the record that `Comparison.to_json` returns."""


@dataclass(frozen=True)
class Comparison:
    """Run B against run A on the questions that both have verdicts on; differences are B minus A, in points."""

    a: Side
    b: Side
    pairs: int
    articles: int
    unit: str
    """What `articles` and the clusters of each figure count: articles, or questions that have none."""
    dropped: dict[str, int]
    confidence: float
    overall: Difference
    """Of the IF score: plain mean over the tasks."""
    loose: Difference
    by_task: dict[str, Difference]
    by_family: dict[str, Difference]
    """Of the verdicts of each family; what explains the difference most stands first."""
    by_id: dict[str, Difference]
    by_count: dict[str, Difference]
    """Of the IF score by number of instructions, over all tasks alike."""
    prompt: McNemarCounts
    permutation: FlipTest
    """On the IF difference, with whole articles swapped."""
    equivalence: Equivalence | None
    detectable: DetectableDifference
    different: bool
    """Shown: 0 lies outside the interval, and the permutation test agrees."""
    flips: list[FlippedSample]
    notes: tuple[str, ...]
    verdict: str
    """The answer in one sentence."""
    mode: str
    """`strict`, or `loose` where all figures are of the loose verdicts."""
    estimate: PairedEstimate = field(repr=False)
    """What `overall` tells, for bounds at other confidences; not part of the record."""

    @property
    def conclusion(self) -> str:
        """The result in one sentence."""
        return self.verdict

    def to_json(self) -> dict[str, Any]:
        """Return the whole comparison as one record."""
        figures = ("by_task", "by_family", "by_id", "by_count")
        prompt = asdict(self.prompt)
        prompt |= {name: format_p_value(prompt[name]) for name in ("p", "p_clusters")}
        return {
            "format": FORMAT,
            "a": self.a.about(),
            "b": self.b.about(),
            "pairs": self.pairs,
            "articles": self.articles,
            "unit": self.unit,
            "dropped": dict(self.dropped),
            "confidence": self.confidence,
            "mode": self.mode,
            "overall": self.overall.to_json(),
            "loose": self.loose.to_json(),
            **{name: {key: one.to_json() for key, one in getattr(self, name).items()} for name in figures},
            "prompt": prompt,
            "permutation": {"p": format_p_value(self.permutation.p), "method": self.permutation.method},
            "equivalence": asdict(self.equivalence) if self.equivalence else None,
            "detectable": self.detectable.points,
            "detectable_method": self.detectable.method,
            "different": self.different,
            "verdict": self.verdict,
            "notes": list(self.notes),
            "beside": {"a": self.a.beside(), "b": self.b.beside()},
            "flips": [flip.to_json() for flip in self.flips],
        }


def compare(
    run_a: ScoredRun,
    run_b: ScoredRun,
    *,
    margin: float | None = None,
    confidence: float = 0.95,
    shared_only: bool = False,
) -> Comparison:
    """Compare B with A, question by question; nothing is read from disk or written.

    `margin` in points, above 0: also test whether they are equivalent. Several epochs are paired one by one and count
    as more answers on the same article. Raises `NotComparable` (see `match`), `ValueError` for a confidence outside
    0.5..1 or a margin outside 0..100.
    """
    _check(margin, confidence)
    matched = match_runs((run_a, run_b), shared_only=shared_only)
    pairs = DifferenceSource(matched)
    whole = estimate_difference(pairs.score, pairs.unit)
    decided = _decide(pairs, whole, margin, confidence)
    sides: dict[str, Any] = {"a": Side.of(run_a), "b": Side.of(run_b)}
    turned = find_flips(matched.rows)
    return Comparison(
        **sides,
        **decided,
        pairs=len(matched.rows),
        articles=whole.clusters,
        unit=pairs.unit,
        dropped=matched.dropped,
        loose=describe_difference(estimate_difference(pairs.loose, pairs.unit), confidence),
        by_task=describe_differences(pairs.by_task(), confidence),
        by_id=describe_differences(pairs.by_name(pairs.ids), confidence, looks=True),
        by_count=describe_differences(pairs.by_count(), confidence),
        prompt=mcnemar(pairs.whole.a, pairs.whole.b, pairs.cluster, pairs.unit),
        flips=turned,
        notes=describe_notes(run_a, run_b, matched),
        verdict=describe_conclusion(**sides, **decided, pairs=len(matched.rows), alike=not turned),
        mode=run_a.mode,
        estimate=whole,
    )


def _check(margin: float | None, confidence: float) -> None:
    if not 0.5 <= confidence < 1:
        raise ValueError(f"a confidence lies between 0.5 and 1, got {confidence}")
    if margin is not None and not 0 < margin < 100:
        raise ValueError(f"a margin lies between 0 and 100 points, got {margin}")


def _decide(pairs: DifferenceSource, whole: PairedEstimate, margin: float | None, confidence: float) -> dict[str, Any]:
    """Return the figures that the sentence is made of."""
    swapped = flip_test(whole.parts, pairs.unit)
    low, high = whole.bounds((1 - confidence) / 2)
    return {
        "confidence": confidence,
        "overall": describe_difference(whole, confidence),
        "by_family": describe_differences(
            pairs.by_name([adjust_family(id) for id in pairs.ids]), confidence, looks=True
        ),
        "equivalence": None if margin is None else _equivalence(whole, margin, confidence),
        "detectable": detectable_difference(whole, confidence),
        "different": bool((low > 0 or high < 0) and swapped.p <= 1 - confidence),
        "permutation": swapped,
    }


def _equivalence(found: PairedEstimate, margin: float, confidence: float) -> Equivalence:
    p = max(found.p(-margin / 100)[1], found.p(margin / 100)[0])
    method = f"two one-sided tests (TOST) against -{margin:g} and +{margin:g} points, each by {found.method}"
    return Equivalence(margin, format_p_value(p), p <= 1 - confidence, method)
