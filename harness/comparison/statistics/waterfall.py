"""What each instruction contributes to an IF difference, so that the contributions add up to it exactly."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from math import factorial, inf
from typing import TYPE_CHECKING, Any

import numpy as np

from ...scoring.paired_estimate import PairedValues, estimate_difference
from ..differences import DECIMALS, to_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..differences import DifferenceSource

    Floats = NDArray[np.float64]

_BARS = 8
"""Contributions of a waterfall that are shown one by one."""


@dataclass(frozen=True)
class Contribution:
    """What the changed verdicts on one instruction contribute to the IF difference."""

    id: str
    points: float
    """B minus A; the sum over all instructions is the difference."""
    low: float | None
    """Bounds of `points`, not corrected for the number of instructions; None where no spread can be seen."""
    high: float | None
    gained: int
    """Verdicts followed in B only."""
    lost: int
    """Verdicts followed in A only."""

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)


def explain_difference(source: DifferenceSource, difference: float, confidence: float) -> tuple[Contribution, ...]:
    """Return the contribution of each instruction to `difference` (points), what explains most of it first.

    The score of a response is half the share of instructions followed and half whether all are. A changed verdict
    contributes its part of the share. A change of the other half is divided among the changed verdicts by Shapley
    value: the mean over all orders in which they could have changed one by one. Rounding is divided so that the sum
    is `difference` to the last of its decimals.
    """
    by_verdict = _contributions(source)
    response = np.repeat(np.arange(len(source.count)), source.count)
    moved = source.verdict.b - source.verdict.a
    found = []
    for name in source.id.values:
        own = source.id.is_value(name)
        values = np.bincount(response[own], weights=by_verdict[own], minlength=len(source.count)).astype(np.float64)
        one = PairedValues(np.zeros(len(values)), values, source.cluster, source.task)
        estimate = estimate_difference(one, source.unit)
        seen = estimate.error is not None and estimate.error < inf
        low, high = map(to_points, estimate.bounds((1 - confidence) / 2)) if seen else (None, None)
        gained, lost = int((moved[own] > 0).sum()), int((moved[own] < 0).sum())
        found.append(Contribution(name, 100 * estimate.difference, low, high, gained, lost))
    side = 1 if difference >= 0 else -1
    found.sort(key=lambda one: (-side * one.points, one.id))
    points = round_to_sum([one.points for one in found], difference, DECIMALS)
    return tuple(
        Contribution(one.id, value, one.low, one.high, one.gained, one.lost)
        for one, value in zip(found, points, strict=True)
    )


@dataclass(frozen=True)
class WaterfallStep:
    """One step of a waterfall, in points to one decimal; the steps add up to the difference as shown."""

    name: str
    points: float
    gained: int
    lost: int
    is_rest: bool = False
    """Several instructions together."""


def waterfall_steps(known: Sequence[Contribution], difference: float) -> list[WaterfallStep]:
    """Return the largest contributions one by one, what explains most first, and then the others together."""
    largest = sorted(known, key=lambda one: -abs(one.points))[:_BARS]
    shown = [one for one in known if one in largest and (one.gained or one.lost)]
    rest = [one for one in known if one not in shown]
    steps = [WaterfallStep(one.id, one.points, one.gained, one.lost) for one in shown]
    if rest and (not shown or any(one.gained or one.lost for one in rest)):
        gained, lost = sum(one.gained for one in rest), sum(one.lost for one in rest)
        name = f"{len(rest)} other{'s' * (len(rest) != 1)}"
        steps.append(WaterfallStep(name, sum(one.points for one in rest), gained, lost, is_rest=True))
    points = round_to_sum([one.points for one in steps], round(difference, 1), 1)
    return [replace(one, points=value) for one, value in zip(steps, points, strict=True)]


def round_to_sum(values: Sequence[float], total: float, decimals: int) -> list[float]:
    """Return `values` rounded to `decimals` so that they add up to `total`, itself rounded (largest remainders)."""
    step = 10**decimals
    scaled = [value * step for value in values]
    whole = [int(np.floor(value)) for value in scaled]
    order = sorted(range(len(values)), key=lambda at: (whole[at] - scaled[at], at))
    left = round(total * step) - sum(whole)
    for turn in range(abs(left)):
        at = order[turn % len(order)] if left > 0 else order[-1 - turn % len(order)]
        whole[at] += 1 if left > 0 else -1
    return [count / step for count in whole]


def _contributions(source: DifferenceSource) -> Floats:
    """Return what each verdict contributes to the difference of the IF scores of its response, on -1..1."""
    a, b, count = source.verdict.a, source.verdict.b, source.count
    starts = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.intp)
    gained, lost = (b > a).astype(np.float64), (a > b).astype(np.float64)
    total_gained, total_lost, both = (np.add.reduceat(one, starts) for one in (gained, lost, a * b))
    # The other half can only change where every verdict that is the same in both runs is followed.
    can_change = both + total_gained + total_lost == count
    up, down = _shapley(total_gained, total_lost)
    up, down = np.where(can_change, up, 0.0), np.where(can_change, down, 0.0)

    def spread(values: Floats) -> Floats:
        return np.repeat(values, count)

    shared = (gained - lost) / spread(count.astype(np.float64))
    return np.asarray((shared + gained * spread(up) - lost * spread(down)) / 2)


def _shapley(gained: Floats, lost: Floats) -> tuple[Floats, Floats]:
    """Return the part of each gained and of each lost verdict in "all followed", given the numbers of both.

    All are followed in between once every gained verdict has changed and no lost one has yet.
    """
    pairs = {(int(g), int(n)) for g, n in zip(gained, lost, strict=True)}
    up = {(g, n): factorial(g - 1) * factorial(n) / factorial(g + n) if g else 0.0 for g, n in pairs}
    down = {(g, n): factorial(g) * factorial(n - 1) / factorial(g + n) if n else 0.0 for g, n in pairs}
    keys = [(int(g), int(n)) for g, n in zip(gained, lost, strict=True)]
    return np.array([up[key] for key in keys]), np.array([down[key] for key in keys])
