"""Verdicts as numbers for a trainer, and as an assertion for tests; loads no package of a trainer.

`score_text` scores one completion. `verl_compute_score`, `trl_reward`, `OpenInstructVerifier` and
`verifiers_environment` have the signatures that these trainers call.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assertions import assert_follows
    from .ground_truth import GroundTruth, count_unknown_ids, parse_ground_truth, score_ground_truth
    from .reduction import REDUCTIONS, Reduction, reward
    from .text_score import ON_ERROR, OnError, RewardResult, score_text
    from .trainers import OpenInstructVerifier, make_trl_reward, trl_reward, verl_compute_score
    from .verifiers_tasks import make_verifiers_reward, verifiers_environment

__all__ = [
    "ON_ERROR",
    "REDUCTIONS",
    "GroundTruth",
    "OnError",
    "OpenInstructVerifier",
    "Reduction",
    "RewardResult",
    "assert_follows",
    "count_unknown_ids",
    "make_trl_reward",
    "make_verifiers_reward",
    "parse_ground_truth",
    "reward",
    "score_ground_truth",
    "score_text",
    "trl_reward",
    "verifiers_environment",
    "verl_compute_score",
]

_MODULES = {
    "assertions": "assert_follows",
    "ground_truth": "GroundTruth count_unknown_ids parse_ground_truth score_ground_truth",
    "reduction": "REDUCTIONS Reduction reward",
    "text_score": "ON_ERROR OnError RewardResult score_text",
    "trainers": "OpenInstructVerifier make_trl_reward trl_reward verl_compute_score",
    "verifiers_tasks": "make_verifiers_reward verifiers_environment",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


if not TYPE_CHECKING:  # a type checker that sees it would let every name pass

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f".{_HOME[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
