"""Lengths of sentences in words, and a draft with its long sentences cut."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from scorers import Text, cached_text

from ...text.markdown import prose
from ...text.parts import is_bare_postscript

if TYPE_CHECKING:
    from ...verdict import Span


def measure_sentences(plain: Text) -> tuple[list[Span], list[int]]:
    """Return the sentences of a text without code and tables, and the number of words in each.

    The mark of a postscript ("P.S.") is no sentence.
    """
    starts = [start for start, _ in plain.words]
    found = [span for span in plain.sentences if not is_bare_postscript(plain.raw, *span)]
    return found, [bisect_left(starts, end) - bisect_left(starts, start) for start, end in found]


def shorten_sentences(draft: str, most: int) -> str:
    """Return the draft with its sentences of more than `most` words cut into even pieces."""
    plain = prose(cached_text(draft))
    words = plain.words
    starts = [start for start, _ in words]
    found, sizes = measure_sentences(plain)
    for (start, _), size in reversed(list(zip(found, sizes, strict=True))):
        if size <= most:
            continue
        first = bisect_left(starts, start)
        number = -(-size // most)
        for piece in range(number - 1, 0, -1):
            at = first + piece * size // number
            before, behind = draft[: words[at - 1][1]], draft[starts[at] :]
            draft = f"{before}. {behind[:1].upper()}{behind[1:]}"
    return draft
