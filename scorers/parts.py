"""Parts of a text: its paragraphs, which of them only look like one, and how a draft is cut into a number of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from .filler import Filler
from .text import drafted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .filler_zh import ChineseFiller
    from .verdict import Span

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
    return [span for span in (trimmed(raw, *piece) for piece in (*found, (at, len(raw)))) if span[0] < span[1]]


def trimmed(raw: str, start: int, end: int) -> Span:
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
    if _POSTSCRIPT.match(raw, start, end):
        return "postscript"
    return "title" if body(raw, start, end) == end else "text"


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


def recut(parts: Sequence[str], number: int, filler: Filler | ChineseFiller | None = None) -> list[str]:
    """Return `number` (1 or more) paragraphs that hold what `parts` hold.

    Parts that are no paragraph go to a neighbour; the last ones are joined where there are too many; where there
    are too few, they are cut at the ends of sentences, and made up by `filler` if that is not enough.
    """
    whole: list[str] = []
    before, behind = "", ""
    for part in filter(str.strip, parts):
        what = _kind(part)
        if what == "text":
            whole.append(before + part.strip() + behind)
            before, behind = "", ""
        elif whole:
            whole[-1] += f"\n{part.strip()}"
        elif what == "postscript":
            behind += f"\n{part.strip()}"
        else:
            before += f"{part.strip()}\n"
    if len(whole) > number:
        whole[number - 1 :] = ["\n".join(whole[number - 1 :])]
    pieces = [_pieces(part) for part in whole]
    places = [(i, j) for i, part in enumerate(pieces) for j in range(1, len(part))]
    wanted = max(0, number - len(whole))
    used = min(wanted, len(places))
    chosen = {places[(2 * k + 1) * len(places) // (2 * used)] for k in range(used)}
    done: list[str] = []
    for i, group in enumerate(pieces):
        for j, piece in enumerate(group):
            if j and (i, j) not in chosen:
                done[-1] += piece
            else:
                done.append(piece)
    filler = filler or Filler(turn=5)
    done += [filler.sentence(6) for _ in range(number - len(done))]
    if not whole:
        done[0] = before + done[0] + behind
    return [piece.strip() for piece in done]


def _kind(part: str) -> str:
    return kind(part, *trimmed(part, 0, len(part)))


@lru_cache(maxsize=256)
def _pieces(part: str) -> list[str]:
    """Cut at the ends of sentences, so that every piece would do as a paragraph."""
    ends = [end for _, end in drafted(part).sentences[:-1]]
    pieces: list[str] = []
    for start, end in zip([0, *ends], [*ends, len(part)], strict=True):
        if pieces and _kind(part[start:end]) != "text":
            pieces[-1] += part[start:end]
        elif len(pieces) == 1 and _kind(pieces[0]) != "text":
            pieces[0] += part[start:end]
        else:
            pieces.append(part[start:end])
    return pieces
