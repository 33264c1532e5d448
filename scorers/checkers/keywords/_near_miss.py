"""Why a word that is visible in a response does not count: it is part of another word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scorers import Span, Text, format_lines

from ...text.word_search import runs_on

if TYPE_CHECKING:
    from collections.abc import Iterable

_REACH = 40
"""Characters to each side of the keyword in which the word around it is looked for."""


def near_miss(text: Text, keyword: str) -> Span | None:
    """Return the first word that has `keyword` in it, in any case, or None."""
    raw, wanted = text.raw, keyword.strip()
    if len(text.lower) == len(raw):  # positions fit; faster than to compile a pattern for each keyword
        start = text.lower.find(wanted.lower())
        end = start + len(wanted.lower())
    else:
        match = re.search(re.escape(wanted), raw, re.IGNORECASE)
        start, end = match.span() if match else (-1, -1)
    if start < 0 or start == end:
        return None
    first, last = max(1, start - _REACH), min(len(raw), end + _REACH)
    while start >= first and runs_on(raw[start - 1], raw[start]):
        start -= 1
    while end < last and runs_on(raw[end - 1], raw[end]):
        end += 1
    return start, end


def describe_near_misses(text: Text, keywords: Iterable[str]) -> tuple[str, list[Span]]:
    """Return "; 'cartoons' at line 1 is another word" for the first near miss, and the places of all."""
    found = [span for keyword in keywords if (span := near_miss(text, keyword))]
    if not found:
        return "", []
    place = format_lines(text, found[:1]).removeprefix(",")
    return f"; {text.quote(found[0])}{place} is another word", found
