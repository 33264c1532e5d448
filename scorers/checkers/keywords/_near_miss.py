"""Why a word that is visible in a response does not count: it is part of another word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scorers import Span, Text, format_lines

from ...text.combining_marks import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable

_LETTER = rf"(?:[^\W_]|[{MARKS}])"
_LETTERS_BEFORE = re.compile(rf"{_LETTER}*+\Z")
_LETTERS = re.compile(rf"{_LETTER}*+")
_REACH = 40
"""Characters to each side of the keyword in which the word around it is looked for."""


def near_miss(raw: str, keyword: str) -> Span | None:
    """Return the first word that has `keyword` in it, in any case, or None."""
    match = re.search(re.escape(keyword.strip()), raw, re.IGNORECASE)
    if match is None or match.start() == match.end():
        return None
    before = _LETTERS_BEFORE.search(raw, max(0, match.start() - _REACH), match.start())
    after = _LETTERS.match(raw, match.end(), match.end() + _REACH)
    return before.start() if before else match.start(), after.end() if after else match.end()


def describe_near_misses(text: Text, keywords: Iterable[str]) -> tuple[str, list[Span]]:
    """Return "; 'cartoons' at line 1 is another word" for the first near miss, and the places of all."""
    found = [span for keyword in keywords if (span := near_miss(text.raw, keyword))]
    if not found:
        return "", []
    place = format_lines(text, found[:1]).removeprefix(",")
    return f"; {text.quote(found[0])}{place} is another word", found
