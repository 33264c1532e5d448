"""Ranking: three or more runs on the same questions, with intervals that hold for all their differences at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations, pairwise
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scoring.intervals import interval
from .differences import DifferenceSource, format_p_value, format_points
from .paired_estimate import PairedValues, estimate_difference
from .pairs import LETTERS, match_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..scoring.scored_run import ScoredRun
    from .paired_estimate import PairedEstimate

FORMAT = 1
"""Format number of the record that `Ranking.to_json` returns."""
_DRAWS = 20_000
_SEED = 20_262


@dataclass(frozen=True)
class RankedRun:
    """One run in the ranking."""

    letter: str
    """What it is called here: A is the run given first."""
    name: str
    model: str
    if_score: float
    """On the shared questions, 0..100."""
    low: float | None
    """Interval of this score by itself; None if a task has too few articles for one."""
    high: float | None
    best: int
    """The highest rank it may have: 1 and as many as are shown to be better."""
    worst: int


@dataclass(frozen=True)
class RankGap:
    """The difference of two runs in points, `below` minus `above`, among all of them at once."""

    above: str
    below: str
    difference: float
    low: float
    high: float
    p: float
    """Corrected for all pairs of runs."""
    apart: bool
    """Shown to differ."""


@dataclass(frozen=True)
class Ranking:
    """Runs by IF score on the questions that all have verdicts on, the best first."""

    places: tuple[RankedRun, ...]
    gaps: tuple[RankGap, ...]
    """Every pair, in the order of the ranking."""
    pairs: int
    """Questions, each once for every epoch."""
    articles: int
    unit: str
    dropped: dict[str, int]
    confidence: float
    method: str
    verdict: str

    @property
    def neighbours(self) -> tuple[RankGap, ...]:
        """The gaps between one place and the next."""
        known = {(gap.above, gap.below): gap for gap in self.gaps}
        letters = [place.letter for place in self.places]
        return tuple(known[pair] for pair in pairwise(letters))

    def to_json(self) -> dict[str, Any]:
        """Return the whole ranking as one record."""
        record = asdict(self)
        neighbours = [asdict(gap) for gap in self.neighbours]
        return {"format": FORMAT, "runs": list(record.pop("places")), **record, "neighbours": neighbours}


def rank(runs: Sequence[ScoredRun], *, confidence: float = 0.95, shared_only: bool = False) -> Ranking:
    """Rank three runs or more; raises `NotComparable` as `match` does, `ValueError` for fewer than two."""
    if not 2 <= len(runs) <= len(LETTERS):
        raise ValueError(f"a ranking takes 2 to {len(LETTERS)} runs, got {len(runs)}")
    matched = match_runs(runs, shared_only=shared_only)
    sides = [DifferenceSource(matched, 0, number) for number in range(len(runs))]
    scores = [side.score.b for side in sides]
    means = [estimate_difference(side.score, side.unit).b for side in sides]
    order = sorted(range(len(runs)), key=lambda number: (-means[number], number))
    keys = list(combinations(order, 2))
    first = sides[0]
    found = [
        estimate_difference(PairedValues(scores[a], scores[b], first.cluster, first.task), first.unit) for a, b in keys
    ]
    reach = _Reach(found, confidence)
    gaps = tuple(_gap(LETTERS[a], LETTERS[b], one, reach) for (a, b), one in zip(keys, found, strict=True))
    places = tuple(_place(runs[n], n, sides[n], means[n], gaps, confidence) for n in order)
    return Ranking(
        places,
        gaps,
        len(matched.rows),
        found[0].clusters,
        first.unit,
        matched.dropped,
        confidence,
        reach.method,
        _sentence(places, gaps),
    )


class _Reach:
    """How many standard errors every difference must reach so that all intervals hold together."""

    def __init__(self, found: Sequence[PairedEstimate], confidence: float) -> None:
        self.looks = len(found)
        self.tail = (1 - confidence) / 2
        spreads = [one for one in found if one.error is not None and one.error < inf]
        self._largest = _largest([one.influence for one in spreads], min((one.dof for one in spreads), default=1.0))
        self.times = float(np.quantile(self._largest, confidence))
        self.method = (
            f"Bonferroni over {self.looks} differences, each by {found[0].method}"
            if not spreads
            else f"max-t: the largest of {self.looks} differences, as a multivariate t with their own correlation over "
            f"{found[0].clusters} {found[0].unit}, {_DRAWS} draws, seed {_SEED}"
        )

    def bounds(self, one: PairedEstimate) -> tuple[float, float]:
        if one.error is None or one.error == inf:
            return one.bounds(self.tail / self.looks)
        half = self.times * one.error
        return max(-1.0, one.difference - half), min(1.0, one.difference + half)

    def p(self, one: PairedEstimate) -> float:
        if one.error is None or one.error == inf:
            return min(1.0, self.looks * one.two_sided())
        beyond = int((self._largest >= abs(one.difference) / one.error).sum())
        return (1 + beyond) / (1 + len(self._largest))


def _largest(influences: Sequence[NDArray[np.float64]], dof: float) -> NDArray[np.float64]:
    """Draw the largest of the standardised differences, were all runs alike."""
    draw = np.random.default_rng(_SEED)
    if not influences:
        return np.zeros(1)
    columns = np.array([one / np.sqrt((one**2).sum()) for one in influences])
    values, vectors = np.linalg.eigh(columns @ columns.T)
    kept = values > 1e-10 * values.max()
    root = vectors[:, kept] * np.sqrt(values[kept])
    scale = np.sqrt(draw.chisquare(dof, _DRAWS) / dof)
    normal = draw.standard_normal((_DRAWS, root.shape[1]))
    largest = np.concatenate([np.abs(block @ root.T).max(axis=1) for block in np.array_split(normal, 20)])
    return np.asarray(largest / scale, dtype=np.float64)


def _gap(above: str, below: str, one: PairedEstimate, reach: _Reach) -> RankGap:
    low, high = reach.bounds(one)
    told = (format_points(share) for share in (one.difference, low, high))
    difference, low_points, high_points = told
    return RankGap(
        above, below, difference, low_points, high_points, format_p_value(reach.p(one)), bool(low > 0 or high < 0)
    )


def _place(
    run: ScoredRun, number: int, side: DifferenceSource, mean: float, gaps: Sequence[RankGap], level: float
) -> RankedRun:
    letter = LETTERS[number]
    by_task = {
        task: list(zip(side.cluster[side.task == n].tolist(), side.score.b[side.task == n].tolist(), strict=True))
        for n, task in enumerate(side.tasks)
    }
    found = interval(by_task, level, unit=side.unit)
    low, high = (found.low, found.high) if found else (None, None)
    best = 1 + sum(gap.apart and gap.below == letter for gap in gaps)
    # The run above leads its gaps; those it is shown to lead stand behind it in any case.
    runs = 1 + len({gap.below for gap in gaps})
    worst = runs - sum(gap.apart and gap.above == letter for gap in gaps)
    return RankedRun(letter, run.name, run.model, format_points(mean), low, high, best, worst)


def _sentence(places: Sequence[RankedRun], gaps: Sequence[RankGap]) -> str:
    first = places[0]
    rivals = [gap.below for gap in gaps if gap.above == first.letter and not gap.apart]
    named = f"{first.letter} ({first.model})"
    if not rivals:
        return f"{named} is shown to be the best of {len(places)}: IF {first.if_score:.1f}."
    others = " and ".join([", ".join(rivals[:-1]), rivals[-1]] if len(rivals) > 1 else rivals)
    return f"{named} has the highest IF, {first.if_score:.1f}, but cannot be told apart from {others}."
