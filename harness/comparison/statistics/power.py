"""Power: the smallest difference that a sample set can show, and the samples needed to show a given one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from math import ceil, inf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import NotComparable
from ...scoring.paired_estimate import PairedValues, estimate_difference
from ..differences import DifferenceSource
from ..pairs import match_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...scoring.paired_estimate import PairedEstimate
    from ...scoring.scored_run import ScoredRun

POWER = 0.8
"""The usual probability of finding a true difference."""
_MOST = 1 << 40


@dataclass(frozen=True)
class DetectableDifference:
    """The smallest true difference that is found with probability `power`."""

    points: float
    power: float
    method: str


def detectable_difference(
    found: PairedEstimate, confidence: float = 0.95, power: float = POWER
) -> DetectableDifference:
    """Return what this set can detect, from the spread seen; 100 points if the spread is unknown."""
    if found.error is None:
        reach = 1 - ((1 - confidence) / 2) ** (1 / found.dof)
        method = f"no spread was seen: half the width of the interval over {found.dof:g} {found.unit}"
        return DetectableDifference(round(100 * reach, 4), power, method)
    if found.error == inf:
        return DetectableDifference(100.0, power, found.method)
    points = min(100.0, round(100 * found.error * shift(found.dof, confidence, power), 4))
    method = (
        f"noncentral t, {found.dof:.1f} degrees of freedom: found in {100 * power:g} % of cases by a two-sided "
        f"test at {100 * (1 - confidence):g} %, on the standard error over {found.clusters} {found.unit}"
    )
    return DetectableDifference(points, power, method)


def shift(dof: float, confidence: float, power: float) -> float:
    """Return the difference in standard errors that is found with probability `power`."""
    from scipy.special import nctdtrinc, stdtrit

    critical = float(stdtrit(dof, 1 - (1 - confidence) / 2))
    # Beyond this the noncentral t is normal to four digits, and its series would take long.
    if dof > 10_000:
        from scipy.special import ndtri

        return critical + float(ndtri(power))
    return float(nctdtrinc(dof, 1 - power, critical))


@dataclass(frozen=True)
class NeededSamples:
    """The size of a sample set and the difference that it would show."""

    articles: int
    samples: int
    difference: float
    """Points of IF, either way."""

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)


@dataclass(frozen=True)
class DifferenceSpread:
    """How much the IF difference of two runs varies from article to article, as seen in one run or two."""

    found: PairedEstimate
    confidence: float
    power: float
    origin: str
    """What it was estimated from."""

    @property
    def now(self) -> NeededSamples:
        """What the set of the runs would show."""
        points = detectable_difference(self.found, self.confidence, self.power).points
        return NeededSamples(self.found.clusters, self.found.n, points)

    def shown_by(self, samples: int) -> NeededSamples:
        """Return what `samples` would show: samples per article and mix of tasks as in the runs."""
        articles = max(2, round(samples * self.found.clusters / self.found.n))
        return NeededSamples(articles, samples, round(100 * self._least(articles), 4))

    def showing(self, difference: float) -> NeededSamples:
        """Return the samples needed to show a difference in points."""
        low, high = 2, 4
        while self._least(high) > difference / 100 and high < _MOST:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._least(middle) <= difference / 100 else (middle, high)
        articles = low if self._least(low) <= difference / 100 else high
        return NeededSamples(articles, ceil(articles * self.found.n / self.found.clusters), difference)

    def _least(self, articles: int) -> float:
        if self.found.error is None:
            raise ValueError("the runs show no spread, so no number of samples can be derived from them")
        times = articles / self.found.clusters
        return self.found.error / sqrt(times) * shift(max(1.0, self.found.dof * times), self.confidence, self.power)


def spread(
    runs: Sequence[ScoredRun], *, confidence: float = 0.95, power: float = POWER, shared_only: bool = False
) -> DifferenceSpread:
    """Estimate the spread from two runs, or from one as if the other were independent of it.

    Raises `NotComparable` (see `match_runs`), also where no spread can be seen.
    """
    matched = match_runs(runs, shared_only=shared_only)
    if len(runs) > 1:
        pairs = DifferenceSource(matched)
        found = estimate_difference(pairs.score, pairs.unit)
        origin = f"the differences between {runs[0].name} and {runs[1].name}"
    else:
        pairs = DifferenceSource(matched, 0, 0)
        values = PairedValues(np.zeros_like(pairs.score.b), pairs.score.b, pairs.cluster, pairs.task)
        alone = estimate_difference(values, pairs.unit)
        found = replace(alone, error=alone.error and alone.error * sqrt(2))
        origin = (
            f"the scores of {runs[0].name} alone, as if another run were independent of it; runs that fail on the same "
            "samples need fewer, so give two runs if you have them"
        )
    if found.error is None or found.error == inf:
        seen = "all differences are the same" if found.error is None else "a task has a single article"
        raise NotComparable(
            f"{', '.join(run.name for run in runs)}: no spread between {found.unit} can be seen, because {seen}; use "
            "runs of a model that follows some instructions and fails others, on more articles"
        )
    return DifferenceSpread(found, confidence, power, origin)
