"""Runs compared: whether one is better than another, where, why, and with which certainty."""

from .gates import Gate, GateResult, evaluate_gates
from .paired import Comparison, compare
from .ranking import Ranking, rank
from .statistics.power import DifferenceSpread, spread

__all__ = [
    "Comparison",
    "DifferenceSpread",
    "Gate",
    "GateResult",
    "Ranking",
    "compare",
    "evaluate_gates",
    "rank",
    "spread",
]
