"""Meanings: what sentences say of the whole response, and which of that no response does together.

An instruction names its meanings in `Demands.meanings`; the others are read off its demands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..demands import (
    BULLETS,
    BULLETS_LAST,
    END_MARKS,
    ENDS_READ,
    EXPLAINED,
    JAPANESE,
    JOINED,
    NESTED,
    ONE_A_LINE,
    OWN_MARKS,
    PARAGRAPHED,
    PLACED,
    QUOTING,
    SPACED,
    STAIRS,
    SUB_BULLETS,
    TEMPLATE,
    TITLE_CASE,
    UNBROKEN,
    UNSPACED,
    WORD_MARKS,
    WORDS_BETWEEN,
    WORDS_BOUNDED,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..demands import Demands

_LINES = ("a list", "bullet points", "a numbered list", "a markdown table", "a heading", "a fenced block")
"""Layouts that take lines of their own."""
_EXCLUDED = {
    UNBROKEN: (*_LINES, BULLETS, PARAGRAPHED, "two responses", "sections", "code", "json", "a title", "a postscript"),
    PARAGRAPHED: ("json",),
    STAIRS: (*_LINES[2:], SUB_BULLETS, "repeats the request", "code"),
    BULLETS_LAST: ("two responses", "a postscript", "an exact end", "json"),
    OWN_MARKS: (BULLETS, "a numbered list"),
    WORD_MARKS: (PLACED, JOINED, JAPANESE, PARAGRAPHED),
    END_MARKS: (ENDS_READ,),
    QUOTING: ("is in quotation marks as a whole",),
    EXPLAINED: (NESTED, "is in quotation marks as a whole"),
    TITLE_CASE: ("repeats the request", "code", "a fenced block", "upper case"),
    TEMPLATE: ("repeats the request", "two responses", "a title", "sections", "a heading", "json", JOINED),
    UNSPACED: (SPACED,),
    ONE_A_LINE: (JAPANESE, "json", "an exact end", "repeats the request"),
    JAPANESE: ("something that only an English text has", TITLE_CASE),
    WORDS_BETWEEN: (WORDS_BOUNDED,),
}
"""What cannot be said of one response together."""
_SMALL = re.compile(r"(?<![\w'’-])(?!(?:an?|the|of|and|in|on|to|for|at|by|or|with)\b)[a-z]")


def clashes(demands: Demands) -> Iterator[str]:
    """Yield what the joined demands of a set say of the whole response that excludes each other."""
    if not demands.meanings:
        return
    said = {*demands.meanings, *demands.layout, *_read_off(demands)}
    for one in demands.meanings:
        for other in _EXCLUDED.get(one, ()):
            if other in said:
                yield f"one response cannot have both: {one}; {other}"
    if TITLE_CASE in said:
        names = (*demands.english, *(label for label, _ in demands.sections))
        small = next((name for name in names if name in demands.contains and _SMALL.search(name)), "")
        if small:
            yield f"a response in title case cannot have the name {small!r}"


def _read_off(demands: Demands) -> Iterator[str]:
    for there, what in (
        (demands.repeats, "repeats the request"),
        (demands.form == "two responses", "two responses"),
        (demands.form == "json", "json"),
        (demands.english, "something that only an English text has"),
        (demands.quoted, "is in quotation marks as a whole"),
        (demands.postscript, "a postscript"),
        (demands.last, "an exact end"),
        (demands.title, "a title"),
        (demands.sections, "sections"),
        (demands.case == "upper", "upper case"),
        (any("```" in lines for lines in demands.lines), "code"),
        (demands.words.low or demands.contains or demands.word_repeats.high is not None, SPACED),
    ):
        if there:
            yield what
