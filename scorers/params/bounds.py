"""A bound on a count, with its side: the verdict on it, the places beyond it, and bounds that ask for nothing."""

from __future__ import annotations

from ..demands import range_of
from ..text.reasons import format_asked
from ..verdict import Span, Verdict

SHARES = {"at least": (1.0, 1.3), "less than": (0.5, 0.9)}
"""Bounds as shares of the length that an answer has by itself: it misses most, and no task has to be left undone."""


def surplus(spans: list[Span], bound: int) -> list[Span]:
    """Return the spans that "less than `bound`" does not allow."""
    return spans[max(0, bound - 1) :]


def verdict_on_count(relation: str, bound: int, spans: list[Span], reason: str) -> Verdict:
    """Return whether the number of `spans` is within the bound, with the spans beyond it if it is not."""
    followed = len(spans) in range_of(relation, bound)
    return Verdict.of(followed, reason, spans if followed or relation == "at least" else surplus(spans, bound))


def describe_bound(relation: str, number: int) -> str:
    """Return "at least 2 were asked", "fewer than 3 were asked", or "none is allowed" for fewer than 1."""
    if relation == "less than":
        return "none is allowed" if number == 1 else format_asked("fewer than", number)
    return format_asked(relation, number)


def describe_empty_bound(relation: str, bound: int, noun: str) -> str:
    """Return why "less than 1" is out of range, or "" for any other bound."""
    return f"less than 1 {noun} leaves nothing to say" if relation == "less than" and bound == 1 else ""
