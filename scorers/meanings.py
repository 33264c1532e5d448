"""Meanings: what sentences say of the whole response, and which of that no response does together.

An instruction names its meanings in `Demands.meanings`; the others are read off its demands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .demands import Demands

STAIRS = "every line is indented further than the line before it"
BULLETS = "bullet points"
SUB_BULLETS = "below each bullet point is a sub-bullet point"
BULLETS_LAST = "nothing follows the bullet points"
OWN_MARKS = "the items of a list have another mark in place of a bullet"
WORD_MARKS = "the items of a list begin with a word in place of a bullet"
END_MARKS = "the items of a list begin with marks that end sentences"
ENDS_READ = "the ends of sentences are looked at"
PLACED = "words are looked at in their order"
EXPLAINED = "what follows a quotation is in no quotation marks"
NESTED = "there are quotations within quotations"
TITLE_CASE = "every word begins with a capital letter"
TEMPLATE = "a template makes up the whole response"
JOINED = "each sentence begins with the last word of the sentence before it"
UNSPACED = "there is no white space"
JAPANESE = "some of its words are Japanese"
SPACED = "words are counted or compared"
UNBROKEN = "there are no line breaks"
PARAGRAPHED = "its paragraphs are separated by blank lines"
WORDS_BOUNDED, WORDS_BETWEEN = "the number of words is bounded from one side", "it is bounded from both sides"

_LINES = ("a list", "bullet points", "a numbered list", "a markdown table", "a heading", "a fenced block")
"""Layouts that take lines of their own."""
_EXCLUDED = {
    UNBROKEN: (*_LINES, BULLETS, PARAGRAPHED, "two responses", "sections", "code", "json"),
    PARAGRAPHED: ("json",),
    STAIRS: (
        "repeats the request",
        "a markdown table",
        "a heading",
        "a numbered list",
        "a fenced block",
        "code",
        SUB_BULLETS,
    ),
    BULLETS_LAST: ("two responses", "a postscript", "an exact end", "json"),
    OWN_MARKS: (BULLETS, "a numbered list"),
    WORD_MARKS: (PLACED, JOINED, JAPANESE, PARAGRAPHED),
    END_MARKS: (ENDS_READ,),
    EXPLAINED: (NESTED, "is in quotation marks as a whole"),
    TITLE_CASE: ("repeats the request", "code", "a fenced block", "upper case"),
    TEMPLATE: ("repeats the request", "two responses", "a title", "sections", "a heading", "json", JOINED),
    UNSPACED: (SPACED,),
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
