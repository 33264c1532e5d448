"""Gates: limits that run B must meet against run A, for a pipeline to stop at."""

from .gate import FAIL, INSUFFICIENT, PASS, Gate, GateResult, evaluate_gates

__all__ = ["FAIL", "INSUFFICIENT", "PASS", "Gate", "GateResult", "evaluate_gates"]
