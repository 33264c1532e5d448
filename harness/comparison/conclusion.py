"""Verdict: what a comparison comes to, in one plain sentence, and what must be known beside it."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from .pairs import UNSCORED

if TYPE_CHECKING:
    from ..scoring.scored_run import ScoredRun
    from .differences import Difference
    from .pairs import MatchedRuns
    from .sides import Equivalence, Side


def name_sides(a: Side, b: Side) -> tuple[str, str]:
    """Return what the two are called in a sentence: their models, or their folders where it is the same model."""
    if a.model == b.model:
        return f"A ({a.name})", f"B ({b.name})"
    return f"A ({a.model})", f"B ({b.model})"


def describe_conclusion(**found: Any) -> str:
    """Return the answer of a comparison, from its figures."""
    a, b = name_sides(found["a"], found["b"])
    overall: Difference = found["overall"]
    level = f"{100 * found['confidence']:g} %"
    range_ = f"{level} interval {overall.low:+.1f} to {overall.high:+.1f}"
    figures = f"IF {overall.b:.1f} against {overall.a:.1f}, a difference of {overall.difference:+.1f} points ({range_})"
    equal: Equivalence | None = found["equivalence"]
    within = f"within {equal.margin:g} points of each other" if equal and equal.equivalent else ""
    if found["different"]:
        word = "better" if overall.difference > 0 else "worse"
        most = _leading(found["by_family"], 1 - found["confidence"], overall.difference)
        small = f"; though they are shown to be {within}" if within else ""
        return f"{b} is {word} than {a}: {figures}{most}{small}."
    if within:
        return f"{a} and {b} are equivalent, {within}: {figures}."
    if found["alike"]:
        return (
            f"{a} and {b} have the same verdicts on all {found['pairs']} pairs; on others a difference of up to "
            f"{overall.high:.1f} points cannot be ruled out ({level})."
        )
    least = f"a difference of {found['detectable'].points:.1f} points would be found 4 times in 5"
    if overall.low > 0 or overall.high < 0:
        least = f"the permutation test, the surer one here, has p {found['permutation'].p:.2g}"
    return f"{a} and {b} cannot be told apart on these {found['pairs']} pairs: {figures}; {least}."


def _leading(families: dict[str, Difference], level: float, towards: float) -> str:
    name, first = next(iter(families.items()))
    shown = first.p_holm is not None and first.p_holm <= level and first.difference * towards > 0
    return f", above all in {name} ({first.difference:+.1f})" if shown else ""


def describe_notes(run_a: ScoredRun, run_b: ScoredRun, matched: MatchedRuns) -> tuple[str, ...]:
    """Return what a reader must know to trust the figures."""
    told = [f"{letter}: {note}" for letter, run in (("A", run_a), ("B", run_b)) for note in run.notes]
    if run_a.folder.resolve() == run_b.folder.resolve():
        told.append("A and B are the same run.")
    unscored = sum(count for cause, count in matched.dropped.items() if cause.startswith(UNSCORED))
    if unscored:
        told.append(
            f"{unscored} pairs are left out because a run has no verdict there. Were nothing followed in each of these "
            f"answers, the difference would be {_with_zeros(run_a, run_b):+.1f} points."
        )
    return tuple(told)


def _with_zeros(run_a: ScoredRun, run_b: ScoredRun) -> float:
    """Return the IF difference in points on all shared questions, each without a verdict as 0."""
    other = {(one.sample_id, one.epoch): one for one in run_b.judgements}
    tasks: dict[str, list[float]] = {}
    for one in run_a.judgements:
        if found := other.get((one.sample_id, one.epoch)):
            a, b = (0.0 if judged.unscored else judged.if_score for judged in (one, found))
            tasks.setdefault(one.task, []).append(b - a)
    return 100 * fsum(fsum(values) / len(values) for values in tasks.values()) / len(tasks)
