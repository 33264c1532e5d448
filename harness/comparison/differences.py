"""Figures: what two runs got on their pairs, as arrays, and every difference between them with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .paired_estimate import PairedValues, estimate_difference
from .significance import holm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from ..scoring.scored_run import SampleResult
    from .paired_estimate import PairedEstimate
    from .pairs import MatchedRuns

DECIMALS = 4
"""Of all points, as of the figures of a summary."""


@dataclass(frozen=True)
class Difference:
    """One difference, B minus A, in points (-100..100)."""

    n: int
    """Pairs: of answers, or of verdicts for families and ids."""
    clusters: int
    """Articles they lie on (or questions, where those have no article)."""
    a: float
    """What A got on them, 0..100."""
    b: float
    difference: float
    low: float
    high: float
    p: float
    """Chance of a difference so far from 0, either way, were there none; below 1 - confidence where 0 lies outside."""
    p_holm: float | None
    """The same corrected for as many looks as there are families, or ids; None for other figures."""
    method: str

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return dict(self.__dict__)


def format_points(share: float) -> float:
    """Return a share as points on 0..100."""
    return round(100 * share, DECIMALS) + 0.0  # no -0.0


def format_p_value(p: float) -> float:
    """Return a p value to 4 digits that count."""
    return float(f"{p:.4g}")


def describe_difference(found: PairedEstimate, confidence: float, p_holm: float | None = None) -> Difference:
    """Return an estimate as it is told."""
    low, high = found.bounds((1 - confidence) / 2)
    return Difference(
        n=found.n,
        clusters=found.clusters,
        a=format_points(found.a),
        b=format_points(found.b),
        difference=format_points(found.difference),
        low=format_points(low),
        high=format_points(high),
        p=format_p_value(found.two_sided()),
        p_holm=None if p_holm is None else format_p_value(p_holm),
        method=found.method,
    )


class DifferenceSource:
    """Two of the runs of `matched` as arrays."""

    def __init__(self, matched: MatchedRuns, a: int = 0, b: int = 1) -> None:
        self.unit = matched.unit
        pairs = [(row[a], row[b]) for row in matched.rows]
        firsts = [first for first, _ in pairs]
        self.cluster = _numbers(one.article_id or f"question {one.sample_id}" for one in firsts)
        self.tasks = list(dict.fromkeys(one.task for one in firsts))
        self.task = _numbers(one.task for one in firsts)
        self.count = np.array([len(one.ids) for one in firsts], dtype=np.intp)
        self.score = self._sides(pairs, lambda one: one.if_score)
        self.loose = self._sides(pairs, lambda one: one.if_loose)
        self.whole = self._sides(pairs, lambda one: float(all(one.strict)))
        self.ids = [id for one in firsts for id in one.ids]
        answer = np.repeat(np.arange(len(pairs)), self.count)
        followed, other = (
            np.array([verdict for pair in pairs for verdict in pair[side].strict], dtype=float) for side in (0, 1)
        )
        self.verdict = PairedValues(followed, other, self.cluster[answer], self.task[answer])

    def _sides(
        self, pairs: Sequence[tuple[SampleResult, SampleResult]], get: Callable[[SampleResult], float]
    ) -> PairedValues:
        a, b = (np.array([get(pair[side]) for pair in pairs]) for side in (0, 1))
        return PairedValues(a, b, self.cluster, self.task)

    def by_task(self) -> dict[str, PairedEstimate]:
        """Return the IF difference of each task."""
        return {task: self._of(self.score, self.task == number) for number, task in enumerate(self.tasks)}

    def by_count(self) -> dict[str, PairedEstimate]:
        """Return the IF difference of the questions with so many instructions, over all tasks alike."""
        return {str(count): self._of(self.score, self.count == count) for count in sorted(set(self.count.tolist()))}

    def by_name(self, names: Sequence[str]) -> dict[str, PairedEstimate]:
        """Return the difference of the verdicts that have a name each, what moved most verdicts one way first."""
        known = np.array(names)
        found = {name: self._of(self.verdict, known == name) for name in dict.fromkeys(names)}
        net = sum(one.difference * one.n for one in found.values())
        side = 1 if net >= 0 else -1
        return dict(sorted(found.items(), key=lambda item: (-side * item[1].difference * item[1].n, item[0])))

    def _of(self, values: PairedValues, wanted: NDArray[np.bool_]) -> PairedEstimate:
        return estimate_difference(values.only(wanted), self.unit)


def describe_differences(
    found: dict[str, PairedEstimate], confidence: float, *, looks: bool = False
) -> dict[str, Difference]:
    """Return estimates as they are told; `looks`: corrected for being many."""
    ps: list[float | None] = [None] * len(found)
    if looks:
        ps = list(holm([one.two_sided() for one in found.values()]))
    return {name: describe_difference(one, confidence, p) for (name, one), p in zip(found.items(), ps, strict=True)}


def adjust_family(id: str) -> str:
    """Return the family of an instruction: what stands before the colon."""
    return id.partition(":")[0]


def _numbers(names: Iterable[str]) -> NDArray[np.intp]:
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.intp)
