"""Phrases that reasons are made of: counts, places, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..verdict import Span
    from .text import Text


def format_count(number: int, noun: str, plural: str = "") -> str:
    """Return "1 word" or "3 words"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def word_relation(relation: str) -> str:
    """Return how a sentence words a relation of counts: "fewer than" for the published "less than"."""
    return "fewer than" if relation == "less than" else relation


def format_asked(how: str, number: int) -> str:
    """Return the bound for the end of a reason: "at least 1 was asked" or "fewer than 3 were asked"."""
    return f"{word_relation(how)} {number} {'was' if number == 1 else 'were'} asked"


def format_list(items: Iterable[str], joint: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    parts = list(items)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {joint} {parts[-1]}" if parts else ""


def format_lines(text: Text, spans: Sequence[Span], most: int = 5) -> str:
    """Return ", at line 3" or ", at lines 3, 5 and 6" for the lines where `spans` begin ("" without spans)."""
    numbers = list(dict.fromkeys(text.line_number(start) for start, _ in spans[: 10 * most]))
    if not numbers:
        return ""
    shown = [str(number) for number in numbers[:most]]
    if len(numbers) > most:
        return f", at lines {', '.join(shown)} and further down"
    return f", at line{'s' if len(shown) > 1 else ''} {format_list(shown)}"
