"""Reduction: how the verdicts on one response become a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..errors import BadInstruction, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..checker import Instruction
    from ..rule_books import BookName
    from ..text.extraction import ModeName

Reduction = Literal["all", "fraction", "livebench"]
REDUCTIONS: tuple[Reduction, ...] = ("all", "fraction", "livebench")
"""How verdicts become a reward: `all` is 1 if all are followed, `fraction` their share, `livebench` their mean."""


def reward(
    response: str,
    instructions: Sequence[Instruction],
    *,
    prompt: str = "",
    rules: BookName = "audited",
    mode: ModeName = "strict",
    reduce: Reduction | str = "all",
) -> float:
    """Return how well `response` follows `instructions`, in 0..1; `reduce` is one of `REDUCTIONS`.

    Raises what `verify` raises, `BadInstruction` for an unknown reduction, and `ValueError` if `instructions` is empty.
    """
    from ..verifier import verify

    check_reduction(reduce)
    if not instructions:
        raise ValueError("a reward needs at least one instruction")
    verdicts = verify(response, instructions, prompt=prompt, rules=rules, mode=mode)
    return reduce_followed([verdict.followed for verdict in verdicts], reduce)


def reduce_followed(followed: Sequence[bool], reduce: Reduction | str) -> float:
    """Return the reward of one response from what it followed, of which there is at least one."""
    everything, share = float(all(followed)), sum(followed) / len(followed)
    return {"all": everything, "fraction": share, "livebench": (everything + share) / 2}[reduce]


def check_reduction(reduce: str) -> None:
    """Raise `BadInstruction` for an unknown reduction."""
    if reduce not in REDUCTIONS:
        raise BadInstruction(
            f"unknown reduction {reduce!r}{did_you_mean(reduce, REDUCTIONS)} (reductions: {', '.join(REDUCTIONS)})"
        )
