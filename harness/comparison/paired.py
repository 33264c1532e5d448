"""`compare`: two runs on the same samples, with every difference, its interval, and the conclusion."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ..scoring.paired_estimate import estimate_difference
from .beside_score import MetricDifference, PairedMetrics
from .conclusion import Decision, describe_conclusion, describe_notes, format_headline
from .differences import (
    Difference,
    DifferenceSource,
    SetHeadline,
    find_set_headline,
    instruction_family,
    round_p_value,
    to_difference,
    to_differences,
    to_points,
)
from .flips import Flips
from .pairs import MatchedRuns, match_runs
from .run_differences import RunDifference, describe_warning, find_run_differences, label_runs
from .sides import Equivalence, Side
from .statistics.power import detectable_difference
from .statistics.significance import flip_test, mcnemar
from .statistics.turns import turn_differences
from .statistics.waterfall import Contribution, explain_difference

if TYPE_CHECKING:
    from ..scoring.paired_estimate import PairedEstimate
    from ..scoring.scored_run import ScoredRun
    from .output.frames import ComparisonFrames
    from .statistics.power import DetectableDifference
    from .statistics.significance import FlipTest, McNemarCounts

FORMAT = 2
"""Format number of the record that `Comparison.to_json` returns."""


@dataclass(frozen=True)
class Comparison:
    """Run B against run A on the samples on which both have verdicts; differences are B minus A, in points."""

    a: Side
    b: Side
    headline: str
    """Each run with its own score, and the difference with its interval."""
    conclusion: str
    """What the comparison shows, in plain sentences."""
    run_differences: tuple[RunDifference, ...]
    """What differs between the runs besides their responses."""
    warning: str
    """Names what differs besides the model; "" where nothing else does."""
    pairs: int
    articles: int
    unit: str
    """What `articles` and the clusters of each row count: articles, dialogues, or samples that have neither."""
    dropped: dict[str, int]
    confidence: float
    overall: Difference
    """Of the IF score: plain mean over the tasks."""
    loose: Difference
    set_headline: SetHeadline | None
    """The metric that the runs' published set reports first; None where that is the IF score."""
    metrics: tuple[MetricDifference, ...]
    """Truncated, refused, blank and failed responses, tokens, cost, latency and length."""
    by_task: dict[str, Difference]
    by_language: dict[str, Difference]
    """Of the IF score by language of the dialogues, over all turns alike; empty without dialogues."""
    by_turn: dict[str, Difference]
    """Of the mean of four accuracies by turn, then by turn and language (`turn_1, Hindi`); empty without dialogues."""
    by_twin: dict[str, Difference]
    """Of the IF score on the bases and on each kind of twins; empty without twins."""
    by_family: dict[str, Difference]
    """Of the verdicts of each family; the family that explains the difference most is first."""
    by_id: dict[str, Difference]
    contributions: tuple[Contribution, ...]
    """What each instruction contributes to the IF difference; they add up to it, what explains most is first."""
    by_count: dict[str, Difference]
    """Of the IF score by number of instructions, over all tasks alike."""
    prompt: McNemarCounts
    permutation: FlipTest
    """On the IF difference, with whole articles swapped."""
    equivalence: Equivalence | None
    detectable: DetectableDifference
    different: bool
    """Shown: 0 is outside the interval, and the permutation test agrees."""
    flips: Flips
    notes: tuple[str, ...]
    mode: str
    """`strict`, or `loose` where all metrics are of the loose verdicts."""
    estimate: PairedEstimate = field(repr=False)
    """Behind `overall`, for bounds at other confidences; not part of the record."""
    source: DifferenceSource = field(repr=False, compare=False)
    """The scores behind the rows, for gates; not part of the record."""
    paired_metrics: PairedMetrics = field(repr=False, compare=False)
    """The values behind `metrics`, for gates; not part of the record."""

    @property
    def set_line(self) -> str:
        """The published set's own headline in words, "" if it has none."""
        return self.set_headline.describe(self.a, self.b, self.confidence) if self.set_headline else ""

    def frames(self) -> ComparisonFrames:
        """Return the comparison as data frames of pandas."""
        from .output.frames import frame_comparison

        return frame_comparison(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Return the whole comparison as one record."""
        return self.fields() | {"flips": [flip.to_json() for flip in self.flips]}

    def fields(self) -> dict[str, Any]:
        """Return the same record with an iterator in place of the list of flips, which can be long."""
        figures = ("by_task", "by_language", "by_turn", "by_twin", "by_family", "by_id", "by_count")
        prompt = asdict(self.prompt)
        prompt |= {name: round_p_value(prompt[name]) for name in ("p", "p_clusters")}
        return {
            "format": FORMAT,
            "headline": self.headline,
            "conclusion": self.conclusion,
            "a": self.a.about(),
            "b": self.b.about(),
            "run_differences": [one.to_json() for one in self.run_differences],
            "warning": self.warning,
            "pairs": self.pairs,
            "articles": self.articles,
            "unit": self.unit,
            "dropped": dict(self.dropped),
            "confidence": self.confidence,
            "mode": self.mode,
            "overall": self.overall.to_json(),
            "loose": self.loose.to_json(),
            "set_headline": self.set_headline.to_json() if self.set_headline else None,
            "metrics": [one.to_json() for one in self.metrics],
            **{name: {key: one.to_json() for key, one in getattr(self, name).items()} for name in figures},
            "contributions": [one.to_json() for one in self.contributions],
            "prompt": prompt,
            "permutation": {"p": round_p_value(self.permutation.p), "method": self.permutation.method},
            "equivalence": asdict(self.equivalence) if self.equivalence else None,
            "detectable": self.detectable.points,
            "detectable_method": self.detectable.method,
            "different": self.different,
            "notes": list(self.notes),
            "counts": {"a": self.a.counts(), "b": self.b.counts()},
            "flips": (flip.to_json() for flip in self.flips),
        }


def compare(
    run_a: ScoredRun,
    run_b: ScoredRun,
    *,
    margin: float | None = None,
    confidence: float = 0.95,
    shared_only: bool = False,
    letters: tuple[str, str] = ("A", "B"),
) -> Comparison:
    """Compare B with A, sample by sample, without disk access.

    `margin` in points, above 0: also test whether the runs are equivalent. Epochs are paired one by one and count as
    more responses on the same article. `letters` name the runs in every text.

    Raises `NotComparable` (see `match_runs`), and `ValueError` for a confidence or margin out of range.
    """
    _check(margin, confidence)
    matched = match_runs((run_a, run_b), shared_only=shared_only, letters=letters)
    pairs = DifferenceSource(matched)
    whole = estimate_difference(pairs.score, pairs.unit)
    flips = Flips(matched.rows)
    decision = _decide(pairs, whole, margin, confidence, alike=not flips)
    a, b = _sides((run_a, run_b), letters)
    paired_metrics = PairedMetrics(run_a, run_b, matched)
    metrics = paired_metrics.differences(confidence)
    return Comparison(
        a=a,
        b=b,
        headline=format_headline(a, b, decision.overall, confidence),
        conclusion=describe_conclusion(decision, whole, metrics, letters),
        **_run_differences(run_a, run_b),
        pairs=len(matched.rows),
        articles=whole.clusters,
        unit=pairs.unit,
        dropped=matched.dropped,
        metrics=metrics,
        **decision.results(),
        **_tables((run_a, run_b), matched, pairs, whole, confidence),
        flips=flips,
        notes=describe_notes(run_a, run_b, matched, letters),
        mode=run_a.mode,
        estimate=whole,
        source=pairs,
        paired_metrics=paired_metrics,
    )


def _sides(runs: tuple[ScoredRun, ScoredRun], letters: tuple[str, str]) -> tuple[Side, Side]:
    labels = label_runs([run.manifest for run in runs], [run.name for run in runs])
    a, b = map(Side.of, runs, letters, labels)
    return a, b


def _run_differences(run_a: ScoredRun, run_b: ScoredRun) -> dict[str, Any]:
    differences = tuple(find_run_differences((run_a, run_b)))
    return {"run_differences": differences, "warning": describe_warning(differences)}


def _tables(
    runs: tuple[ScoredRun, ScoredRun],
    matched: MatchedRuns,
    pairs: DifferenceSource,
    whole: PairedEstimate,
    confidence: float,
) -> dict[str, Any]:
    """Return the results that no conclusion depends on."""
    return {
        "set_headline": find_set_headline(*runs, matched, pairs, confidence),
        "loose": to_difference(estimate_difference(pairs.loose, pairs.unit), confidence),
        "by_task": to_differences(pairs.by_task(), confidence),
        "by_language": to_differences(pairs.by_language(), confidence),
        "by_turn": to_differences(turn_differences(matched.rows), confidence),
        "by_twin": to_differences(pairs.by_twin(), confidence),
        "by_id": to_differences(pairs.by_name(pairs.id), confidence, corrected=True),
        "by_count": to_differences(pairs.by_count(), confidence),
        "contributions": explain_difference(pairs, to_points(whole.difference), confidence),
        "prompt": mcnemar(pairs.whole.a, pairs.whole.b, pairs.cluster, pairs.unit),
    }


def _check(margin: float | None, confidence: float) -> None:
    if not 0.5 <= confidence < 1:
        raise ValueError(f"confidence is {confidence}, expected a number from 0.5 to below 1")
    if margin is not None and not 0 < margin < 100:
        raise ValueError(f"margin is {margin}, expected points between 0 and 100")


def _decide(
    pairs: DifferenceSource, whole: PairedEstimate, margin: float | None, confidence: float, *, alike: bool
) -> Decision:
    swapped = flip_test(whole.parts, pairs.unit)
    low, high = whole.bounds((1 - confidence) / 2)
    families = pairs.by_name(pairs.id.rename(instruction_family).in_order())
    return Decision(
        overall=to_difference(whole, confidence),
        by_family=to_differences(families, confidence, corrected=True),
        equivalence=None if margin is None else _equivalence(whole, margin, confidence),
        detectable=detectable_difference(whole, confidence),
        permutation=swapped,
        different=bool((low > 0 or high < 0) and swapped.p <= 1 - confidence),
        alike=alike,
        confidence=confidence,
    )


def _equivalence(found: PairedEstimate, margin: float, confidence: float) -> Equivalence:
    p = max(found.p(-margin / 100)[1], found.p(margin / 100)[0])
    method = f"two one-sided tests (TOST) against -{margin:g} and +{margin:g} points, each by {found.method}"
    return Equivalence(margin, round_p_value(p), p <= 1 - confidence, method)
