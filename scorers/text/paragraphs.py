"""Parts of a text: its paragraphs, which of them only look like one, and how a draft is cut into a number of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..verdict import Span

LETTER = r"[^\W_]"
"""A letter or digit, as part of a regular expression."""
_LETTER = re.compile(LETTER)
_GAP = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*+(?:\r\n|\r|\n)\s*+")
_LINE = re.compile(r"[^\r\n]+")
_HEADING = re.compile(r"\s*+(?:>\s*+)*+#{1,6}\s++\S")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]++)\1:?")
_LABEL = re.compile(r"[\W_]*+(?:title[\W_]*+)?", re.IGNORECASE)
_POSTSCRIPT = re.compile(
    rf"[\W_]*+(?:p{{1,3}}s[.:]|(?:(?:p\.[ \t]?){{1,3}}s|postscript)(?!{LETTER})|(?:附言|又及|附记|附記)\s*+[：:])",
    re.IGNORECASE,
)
LONGEST_HEADING = 12
"""Words up to which a line in bold type, without a full stop, is a heading rather than a paragraph."""


def blocks(raw: str) -> list[Span]:
    """Return the stretches between blank lines, in order, white space around them left out."""
    found, at = [], 0
    for gap in _GAP.finditer(raw):
        found.append((at, gap.start()))
        at = gap.end()
    return [span for span in (trim(raw, *piece) for piece in (*found, (at, len(raw)))) if span[0] < span[1]]


def trim(raw: str, start: int, end: int) -> Span:
    """Return the span without the white space at its ends; of white space alone, an empty span."""
    piece = raw[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def kind(raw: str, start: int, end: int) -> str:
    """Say what a part is: `text`, `postscript`, only a `title` (or heading), or `empty`: no letter or digit in it."""
    first = raw[start : start + 1]
    if first.isalnum() and first not in "pP附又" and raw.find("<<", start, end) < 0:
        return "text"
    if not _LETTER.search(raw, start, end):
        return "empty"
    if is_postscript(raw, start, end):
        return "postscript"
    return "title" if body(raw, start, end) == end else "text"


def is_postscript(raw: str, start: int, end: int) -> bool:
    """Return whether a part begins like a postscript."""
    return _POSTSCRIPT.match(raw, start, end) is not None


def body(raw: str, start: int, end: int) -> int:
    """Return where the text of a part begins: behind the heading lines that it opens with, `end` if that is all."""
    for line in _LINE.finditer(raw, start, end):
        if _LETTER.search(raw, *line.span()) and not is_heading(line.group()):
            return line.start()
    return end


def is_heading(line: str) -> bool:
    """True for a markdown heading, a title in double angular brackets, or a short line all in bold type."""
    if _HEADING.match(line):
        return True
    opened, closed = line.find("<<"), line.rfind(">>")
    if 0 <= opened < closed and _LABEL.fullmatch(line, 0, opened) and not _LETTER.search(line, closed):
        return _LETTER.search(line, opened, closed) is not None
    bold = _BOLD.fullmatch(line.strip())
    return bold is not None and bold[2][-1] not in ".!?…。！？" and len(bold[2].split()) <= LONGEST_HEADING


def paragraphs(raw: str, parts: Sequence[Span]) -> list[Span]:
    """Return those of `parts` that are paragraphs.

    A part without a letter or digit is none, nor is a title or heading set off from its text, nor a postscript
    behind the last paragraph.
    """
    kinds = [(kind(raw, *part), part) for part in parts]
    last = max((place for place, (what, _) in enumerate(kinds) if what == "text"), default=-1)
    return [part for what, part in kinds[: last + 1] if what in ("text", "postscript")]
