"""Gate: may B stand in for A? A no is said only where it is shown, so that two equal runs rarely hear it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .differences import format_p_value, format_points

if TYPE_CHECKING:
    from .paired import Comparison

WORSE, FINE, OPEN = "worse", "not worse", "inconclusive"
_WHY = {
    WORSE: "B is shown to be more than {} points below A",
    FINE: "B is shown to be no more than {} points below A",
    OPEN: "it is not shown whether B is more than {} points below A",
}


@dataclass(frozen=True)
class GateResult:
    """What a gate at `limit` points says of a comparison."""

    limit: float
    """How many points of IF B may lose."""
    confidence: float
    outcome: str
    """`worse`: shown to have lost more than the limit (fails). `not worse`: shown to have lost less. `inconclusive`:
    neither is shown."""
    low: float
    """One-sided bounds of the difference in points: each holds with `confidence`."""
    high: float
    p: float
    """Chance of so low a difference by swapping the runs in whole articles; a `worse` needs 1 - confidence or less."""
    told: str

    @property
    def failed(self) -> bool:
        """Whether the gate says no."""
        return self.outcome == WORSE

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {**asdict(self), "failed": self.failed}


def gate(found: Comparison, limit: float) -> GateResult:
    """Judge a comparison at its confidence; raises `ValueError` for a limit outside 0..100 points.

    Of equal runs at most 1 - confidence fail: `worse` takes the permutation test too, which is exact for them. For
    runs that differ by the limit exactly, that is the share with which the bound misses.
    """
    if not 0 <= limit < 100:
        raise ValueError(f"a gate's limit lies between 0 and 100 points, got {limit}")
    tail = 1 - found.confidence
    low, high = (format_points(bound) for bound in found.estimate.bounds(tail))
    p = found.permutation.p_low
    outcome = WORSE if high < -limit and p <= tail else FINE if low > -limit else OPEN
    why = _WHY[outcome].format(f"{limit:g}")
    level = f"{100 * found.confidence:g} %"
    told = f"gate: {outcome}: {why} (with {level} each: at least {low:+.1f}, at most {high:+.1f} points)"
    return GateResult(limit, found.confidence, outcome, low, high, format_p_value(p), told)
