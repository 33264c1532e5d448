"""Sentences as a reader counts them, in any script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .published import punkt_sentences
from .scripts import HAN_KANA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..verdict import Span
    from .lines import Line

# Full stops, question and exclamation marks behind which Punkt's English model does not cut: Chinese and Japanese,
# Hindi, Arabic and Urdu, Armenian, Ethiopic, Burmese, Khmer; and half-width marks right behind Chinese or Japanese,
# a full stop only if more of it follows.
_CLOSERS = r"[”’」』）》\"')\]]*+"
_EASTERN_END = re.compile(
    rf"(?:[。！？｡।॥؟۔։።။។]+|(?<=[{HAN_KANA}])(?:[!?]+|\.(?={_CLOSERS}[“「『《（]*+[{HAN_KANA}]))){_CLOSERS}"
)
_HAS_WORD = re.compile(r"[^\W_]")
# Ends at which Punkt's model cuts and a reader does not, by what has to follow: anything, a small letter, a digit.
_OPEN_END = re.compile(
    r"""(?<![^\W_])(?: (?i:(?P<any>e\.\s?g|i\.\s?e|cf|vs|viz|approx) | (?P<small>etc|et\sal))
                    | (?P<digit>Nos?|Figs?|Vol|Eq|pp?) )\.$
      | (?P<speech>[!?…][”’"'»]+[*_]*$)""",
    re.VERBOSE,
)


def split_sentences(raw: str, lines: Sequence[Line]) -> list[Span]:
    """Return the sentences of `raw`, whose lines are `lines`.

    Each list item and each block of running lines is cut by Punkt and behind the marks of other scripts (。！？), but
    not behind "e.g." or within '"Stop!" he said'. Headings, titles and rules are not sentences, and neither is a piece
    without a letter or digit.
    """
    pieces = (piece for block in _blocks(lines) for piece in _cut(raw, *block))
    return [piece for piece in pieces if _HAS_WORD.search(raw, *piece)]


def _blocks(lines: Sequence[Line]) -> list[Span]:
    blocks: list[Span] = []
    open_block = False
    for line in lines:
        if line.kind in ("bullet", "numbered"):
            blocks.append((line.body, line.end))
            open_block = True
        elif line.kind == "text":
            if open_block:
                blocks[-1] = (blocks[-1][0], line.end)
            else:
                blocks.append((line.start, line.end))
            open_block = True
        else:
            open_block = False
    return blocks


def _cut(raw: str, start: int, end: int) -> list[Span]:
    block = raw[start:end]
    spans: list[Span] = []
    for a, b in punkt_sentences.load_modern().spans(block):
        if spans and _continues(raw, spans[-1][1], start + a):
            spans[-1] = (spans[-1][0], start + b)
        else:
            spans.append((start + a, start + b))
    if block.isascii() or not _EASTERN_END.search(block):
        return spans
    return [piece for span in spans for piece in _cut_eastern(raw, *span)]


def _continues(raw: str, end: int, start: int) -> bool:
    """True if what is before `end` continues with what begins at `start`."""
    found = _OPEN_END.search(raw[max(0, end - 16) : end])
    if found is None:
        return False
    following = _HAS_WORD.search(raw, start, start + 40)
    first = following.group() if following else ""
    continues = {"any": True, "small": first.islower(), "digit": first.isdigit()}
    return continues.get(found.lastgroup or "", raw[start : start + 1].islower())


def _cut_eastern(raw: str, start: int, end: int) -> list[Span]:
    pieces, at = [], start
    for match in _EASTERN_END.finditer(raw, start, end):
        pieces.append((at, match.end()))
        at = match.end()
    return [*pieces, (at, end)]
