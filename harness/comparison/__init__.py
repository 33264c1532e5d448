"""Runs compared: is one better than another, where, why, and how sure is that."""

from .paired import Comparison, compare
from .power import DifferenceSpread, spread
from .ranking import Ranking, rank
from .regression_gate import GateResult, gate

__all__ = ["Comparison", "DifferenceSpread", "GateResult", "Ranking", "compare", "gate", "rank", "spread"]
