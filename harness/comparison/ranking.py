"""Ranking of three or more runs on the same samples, with simultaneous intervals for all their differences."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from itertools import combinations, pairwise
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scoring.intervals import interval
from ..scoring.paired_estimate import PairedValues, estimate_difference
from .differences import DifferenceSource, round_p_value, to_points
from .pairs import LETTERS, match_runs
from .run_differences import RunDifference, describe_warning, find_run_differences, label_runs
from .statistics.instruction_tests import InstructionRow, compare_instructions
from .statistics.repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..scoring.paired_estimate import PairedEstimate
    from ..scoring.scored_run import ScoredRun
    from .output.frames import RankingFrames

FORMAT = 1
"""Format number of the record that `Ranking.to_json` returns."""
_DRAWS = 20_000
_SEED = 20_262


@dataclass(frozen=True)
class RankedRun:
    """One run in the ranking."""

    letter: str
    """Its name in the ranking: A is the run given first."""
    name: str
    model: str
    label: str
    """What sets it apart from the others: its model, its model and settings, or its folder."""
    if_score: float
    """On the shared samples, 0..100."""
    low: float | None
    """Interval of this score by itself; None if a task has too few articles for one."""
    high: float | None
    best: int
    """The best rank that is possible: 1 plus the number of runs that are shown to be better."""
    worst: int
    repeats: dict[str, float] = field(default_factory=dict)
    """pass@k and pass^k on 0..100, where samples have k > 1 responses in every run."""


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
    """Runs by IF score on the samples on which all have verdicts, the best first."""

    places: tuple[RankedRun, ...]
    gaps: tuple[RankGap, ...]
    """Every pair, in the order of the ranking."""
    pairs: int
    """Samples, each once for every epoch."""
    articles: int
    unit: str
    dropped: dict[str, int]
    confidence: float
    method: str
    conclusion: str
    """The result in one sentence."""
    run_differences: tuple[RunDifference, ...] = ()
    """What differs between the runs besides their responses."""
    warning: str = ""
    """Names what differs besides the model; "" where nothing else does."""
    instructions: tuple[InstructionRow, ...] = ()
    """Every instruction with the pairs of runs that it sets apart; those that set most apart are first."""

    @property
    def neighbours(self) -> tuple[RankGap, ...]:
        """The gaps between one place and the next."""
        known = {(gap.above, gap.below): gap for gap in self.gaps}
        letters = [place.letter for place in self.places]
        return tuple(known[pair] for pair in pairwise(letters))

    def frames(self) -> RankingFrames:
        """Return the ranking as data frames of pandas."""
        from .output.frames import frame_ranking

        return frame_ranking(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Return the whole ranking as one record."""
        record = asdict(self)
        neighbours = [asdict(gap) for gap in self.neighbours]
        return {"format": FORMAT, "runs": list(record.pop("places")), **record, "neighbours": neighbours}


def rank(runs: Sequence[ScoredRun], *, confidence: float = 0.95, shared_only: bool = False) -> Ranking:
    """Rank three runs or more; raises `NotComparable` as `match_runs` does, `ValueError` for fewer than two."""
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
    labels = label_runs([run.manifest for run in runs], [run.name for run in runs])
    places = tuple(_place(runs[n], labels[n], n, sides[n], means[n], gaps, confidence) for n in order)
    repeats = Repeats.of(matched).shares(range(len(runs)))
    places = tuple(
        replace(one, repeats={name: to_points(float(values[n].mean())) for name, values in repeats.items()})
        for n, one in zip(order, places, strict=True)
    )
    differences = tuple(find_run_differences(runs))
    return Ranking(
        places,
        gaps,
        len(matched.rows),
        found[0].clusters,
        first.unit,
        matched.dropped,
        confidence,
        reach.method,
        _conclude(places, gaps),
        differences,
        describe_warning(differences),
        compare_instructions(sides, order, confidence),
    )


class _Reach:
    """The number of standard errors that gives all differences simultaneous intervals."""

    def __init__(self, found: Sequence[PairedEstimate], confidence: float) -> None:
        self.looks = len(found)
        self.tail = (1 - confidence) / 2
        spreads = [one for one in found if one.error is not None and one.error < inf]
        self._largest = _sample_largest(
            [one.influence for one in spreads], min((one.dof for one in spreads), default=1.0)
        )
        self.times = float(np.quantile(self._largest, confidence))
        self.method = (
            f"Bonferroni over {self.looks} differences, each by {found[0].method}"
            if not spreads
            else f"max-t: the largest of {self.looks} differences, as a multivariate t with their own correlation over "
            f"{found[0].clusters} {found[0].unit}, {_DRAWS} samples, seed {_SEED}"
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


def _sample_largest(influences: Sequence[NDArray[np.float64]], dof: float) -> NDArray[np.float64]:
    """Sample the largest of the standardised differences of exchangeable runs."""
    draw = np.random.default_rng(_SEED)
    if not influences:
        return np.zeros(1)
    columns = np.array([one / np.sqrt((one**2).sum()) for one in influences])
    values, vectors = np.linalg.eigh(columns @ columns.T)
    positive = values > 1e-10 * values.max()
    root = vectors[:, positive] * np.sqrt(values[positive])
    scale = np.sqrt(draw.chisquare(dof, _DRAWS) / dof)
    normal = draw.standard_normal((_DRAWS, root.shape[1]))
    largest = np.concatenate([np.abs(block @ root.T).max(axis=1) for block in np.array_split(normal, 20)])
    return np.asarray(largest / scale, dtype=np.float64)


def _gap(above: str, below: str, one: PairedEstimate, reach: _Reach) -> RankGap:
    low, high = reach.bounds(one)
    difference, low_points, high_points = (to_points(share) for share in (one.difference, low, high))
    return RankGap(
        above, below, difference, low_points, high_points, round_p_value(reach.p(one)), bool(low > 0 or high < 0)
    )


def _place(  # one call, next to it
    run: ScoredRun, label: str, number: int, side: DifferenceSource, mean: float, gaps: Sequence[RankGap], level: float
) -> RankedRun:
    letter = LETTERS[number]
    by_task = {
        task: list(zip(side.cluster[side.task == n].tolist(), side.score.b[side.task == n].tolist(), strict=True))
        for n, task in enumerate(side.tasks)
    }
    found = interval(by_task, level, unit=side.unit)
    low, high = (found.low, found.high) if found else (None, None)
    best = 1 + sum(gap.apart and gap.below == letter for gap in gaps)
    # A run that this one is shown to lead is behind it in every possible order.
    runs = 1 + len({gap.below for gap in gaps})
    worst = runs - sum(gap.apart and gap.above == letter for gap in gaps)
    return RankedRun(letter, run.name, run.model, label, to_points(mean), low, high, best, worst)


def _conclude(places: Sequence[RankedRun], gaps: Sequence[RankGap]) -> str:
    first = places[0]
    rivals = [gap.below for gap in gaps if gap.above == first.letter and not gap.apart]
    named = f"{first.letter} ({first.label})"
    if not rivals:
        return f"{named} is shown to be the best of {len(places)}: IF {first.if_score:.1f}."
    others = " and ".join([", ".join(rivals[:-1]), rivals[-1]] if len(rivals) > 1 else rivals)
    return f"{named} has the highest IF, {first.if_score:.1f}, but is not shown to be better than {others}."
