"""The bound that a reason names, for relations that count occurrences."""

from __future__ import annotations

from scorers import format_asked


def describe_bound(relation: str, number: int) -> str:
    """Return "at least 2 were asked", "fewer than 3 were asked", or "none is allowed" for fewer than 1."""
    if relation == "less than":
        return "none is allowed" if number == 1 else format_asked("fewer than", number)
    return format_asked(relation, number)
