"""Words as IFBench counts them: pieces at white space, without the 32 punctuation marks of ASCII."""

from __future__ import annotations

import re
import string
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...verdict import Span

MARKS = string.punctuation
"""The 32 punctuation marks of ASCII; curly quotes and dashes are not among them."""
ENDS = f"{MARKS} "
"""What IFBench strips from the ends of a piece."""
_DELETED = str.maketrans("", "", MARKS)
_RUN = re.compile(r"[!-/:-@\[-`{-~]+")
_PIECE = re.compile(r"\S+")


def without(text: str) -> str:
    """Return `text` without ASCII punctuation; nothing is put in its place."""
    return text.translate(_DELETED) if text.isascii() else _RUN.sub("", text)


def bare_spans(raw: str) -> Iterator[Span]:
    """Yield where the pieces stand that are more than ASCII punctuation, in order."""
    return (match.span() for match in _PIECE.finditer(raw) if match.group().strip(MARKS))


def piece_spans(raw: str) -> list[Span]:
    """Return where the pieces at white space stand, marks on them included."""
    return [match.span() for match in _PIECE.finditer(raw)]


def piece_span(raw: str, number: int) -> Span:
    """Return where piece `number` (from 0) at white space stands, marks on it included."""
    return next(islice((match.span() for match in _PIECE.finditer(raw)), number, None))


def bare_span(raw: str, number: int) -> Span:
    """Return where word `number` (from 0) stands, marks on it included."""
    return next(islice(bare_spans(raw), number, None))
