"""Runs compared: is one better than another, where, why, and how sure is that."""

from .paired import Comparison, compare
from .power import Spread, spread
from .ranking import Ranking, rank
from .regression_gate import Gate, gate

__all__ = ["Comparison", "Gate", "Ranking", "Spread", "compare", "gate", "rank", "spread"]
