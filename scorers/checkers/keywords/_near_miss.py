"""Why a word that is visible in a response does not count: it is part of another word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scorers import Span, Text, format_lines

from ...text.word_search import runs_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_REACH = 40
"""Characters to each side of the keyword in which the word around it is looked for."""


def near_miss(text: Text, keyword: str) -> Span | None:
    """Return the first longer word that has `keyword` in it, in any case, or None."""
    raw = text.raw
    for start, end in _places(text, keyword.strip()):
        first, last = start, end
        while first > max(0, start - _REACH) and runs_on(raw[first - 1], raw[first]):
            first -= 1
        while last < min(len(raw), end + _REACH) and runs_on(raw[last - 1], raw[last]):
            last += 1
        if (first, last) != (start, end):
            return first, last
    return None


def _places(text: Text, wanted: str) -> Iterator[Span]:
    lower, small = text.lower, wanted.lower()
    if len(lower) != len(text.raw):  # positions in small letters do not fit the text
        yield from (match.span() for match in re.finditer(re.escape(wanted), text.raw, re.IGNORECASE))
        return
    at = lower.find(small)
    while at >= 0 and small:
        yield at, at + len(small)
        at = lower.find(small, at + len(small))


def describe_near_misses(text: Text, keywords: Iterable[str]) -> tuple[str, list[Span]]:
    """Return "; 'cartoons' at line 1 is another word" for the first near miss, and the places of all."""
    found = [span for keyword in keywords if (span := near_miss(text, keyword))]
    if not found:
        return "", []
    place = format_lines(text, found[:1]).removeprefix(",")
    return f"; {text.quote(found[0])}{place} is another word", found
