"""The headline of a comparison, its conclusion in plain sentences, and the notes that belong beside them."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf
from typing import TYPE_CHECKING, Any

from ..scoring.describe import format_metric
from ..scoring.per_response.sample_result import score_verdicts
from .beside_score import find_metric
from .pairs import UNSCORED
from .statistics.power import DifferenceSpread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..scoring.paired_estimate import PairedEstimate
    from ..scoring.scored_run import ScoredRun
    from .beside_score import MetricDifference
    from .differences import Difference
    from .pairs import MatchedRuns
    from .sides import Equivalence, Side
    from .statistics.power import DetectableDifference
    from .statistics.significance import FlipTest

_MOST_SAMPLES = 1_000_000
"""Samples above which a needed number is no help."""
_SMALLEST = 0.05
"""Points below which a difference is shown as 0.0."""
_EXPLAINS = 0.5
"""Share of a difference that truncation must be able to explain before the conclusion names it."""


@dataclass(frozen=True)
class Decision:
    """The results that a conclusion is made of."""

    overall: Difference
    by_family: dict[str, Difference]
    equivalence: Equivalence | None
    detectable: DetectableDifference
    permutation: FlipTest
    different: bool
    alike: bool
    """The runs have the same verdicts on every pair."""
    confidence: float

    def results(self) -> dict[str, Any]:
        """Return the results by name, without `alike`, which `flips` shows."""
        return {name: value for name, value in self.__dict__.items() if name != "alike"}


def format_headline(a: Side, b: Side, overall: Difference, confidence: float) -> str:
    """Return each run with its own score, A first, and the difference with its interval."""
    scores = ", ".join(
        f"{side.letter} ({side.label}) {format_metric(score)}" for side, score in ((a, overall.a), (b, overall.b))
    )
    interval = f"{100 * confidence:g} % interval {overall.low:+.1f} to {overall.high:+.1f}"
    return f"IF: {scores}. Difference {overall.difference:+.1f} points, {interval}."


def describe_conclusion(
    decision: Decision, estimate: PairedEstimate, metrics: Sequence[MetricDifference], letters: tuple[str, str]
) -> str:
    """Return in plain sentences what the comparison shows; if nothing, how many samples would show it."""
    sentences = [_describe_decision(decision, estimate, *letters)]
    if cut := _describe_truncation(decision.overall, metrics, *letters):
        sentences.append(cut)
    return " ".join(sentences)


def _describe_decision(decision: Decision, estimate: PairedEstimate, a: str, b: str) -> str:
    overall, equal = decision.overall, decision.equivalence
    within = f"smaller than {equal.margin:g} points" if equal and equal.equivalent else ""
    if decision.different:
        word = "better" if overall.difference > 0 else "worse"
        lead = _describe_leading(decision)
        small = f"; even so, the difference is shown to be {within}" if within else ""
        return f"{b} is {word} than {a} on samples like these{lead}{small}."
    if within:
        return f"{a} and {b} are equivalent: the difference is shown to be {within}."
    if decision.alike:
        return (
            f"{a} and {b} have the same verdicts on all {estimate.n} pairs; on other samples, a difference of up to "
            f"{overall.high:.1f} points remains possible."
        )
    if overall.low > 0 or overall.high < 0:
        return (
            "A difference is not shown: 0 is outside the interval, but the permutation test does not confirm it "
            f"(p {decision.permutation.p:.2g})."
        )
    return f"These {estimate.n} pairs do not show which run is better. {_describe_needed(decision, estimate)}"


def _describe_needed(decision: Decision, estimate: PairedEstimate) -> str:
    """Return how many samples would show a difference of the size seen, and what this set can show."""
    found_here = (
        f"this set finds differences from {decision.detectable.points:.1f} points in "
        f"{100 * decision.detectable.power:g} % of cases"
    )
    points = abs(decision.overall.difference)
    if estimate.error is None or estimate.error == inf or points < _SMALLEST:
        return f"{found_here[0].upper()}{found_here[1:]}."
    spread = DifferenceSpread(estimate, decision.confidence, decision.detectable.power, "")
    samples = spread.showing(points).samples
    many = f"more than {_MOST_SAMPLES:,}" if samples > _MOST_SAMPLES else f"about {_round_up(samples):,}"
    return f"To show a difference of {points:.1f} points takes {many} samples; {found_here}."


def _round_up(count: int) -> int:
    """Return a count to two significant digits, rounded up."""
    step = int(10 ** max(0, len(str(count)) - 2))
    return -(-count // step) * step


def _describe_leading(decision: Decision) -> str:
    name, first = next(iter(decision.by_family.items()))
    towards = first.difference * decision.overall.difference > 0
    shown = first.p_holm is not None and first.p_holm <= 1 - decision.confidence and towards
    return f", most of all in {name} ({first.difference:+.1f} points)" if shown else ""


def _describe_truncation(overall: Difference, metrics: Sequence[MetricDifference], a: str, b: str) -> str:
    """Return a warning if the lower run was truncated often enough to explain the difference."""
    cut = find_metric(metrics, "truncated")
    if not cut or cut.difference * overall.difference >= 0:
        return ""
    if abs(cut.difference) < _EXPLAINS * abs(overall.difference):
        return ""
    shares = [(cut.a, a), (cut.b, b)]
    (less_share, less), (more_share, more) = sorted(shares)
    return (
        f"Truncation could explain this: {more_share:.1f} % of the responses of {more} were cut at the token limit "
        f"({less}: {less_share:.1f} %). Raise max_tokens and compare again."
    )


def describe_notes(
    run_a: ScoredRun, run_b: ScoredRun, matched: MatchedRuns, letters: tuple[str, str]
) -> tuple[str, ...]:
    """Return what a reader must know to trust the results."""
    notes = [f"{letter}: {note}" for letter, run in zip(letters, (run_a, run_b), strict=True) for note in run.notes]
    if run_a.folder.resolve() == run_b.folder.resolve():
        notes.append(f"{letters[0]} and {letters[1]} are the same run.")
    unscored = sum(count for cause, count in matched.dropped.items() if cause.startswith(UNSCORED))
    if unscored:
        notes.append(
            f"{unscored} pairs are omitted because a run has no verdicts there. With a score of 0 for each missing "
            f"response, the difference would be {_with_zeros(matched):+.1f} points."
        )
    return tuple(notes)


def _with_zeros(matched: MatchedRuns) -> float:
    """Return the IF difference in points on all shared samples, each without verdicts as 0."""
    task = matched.shared.field("task").in_order()
    # No verdicts are an empty tuple.
    a, b = (
        matched.shared.field("strict", side).map(lambda one: score_verdicts(one) if one else 0.0) for side in (0, 1)
    )
    moved = [(b - a)[task.is_value(name)].tolist() for name in task.values]
    return 100 * fsum(fsum(values) / len(values) for values in moved) / len(moved)
