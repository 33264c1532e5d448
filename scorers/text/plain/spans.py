"""SpanMap: where each stretch of a text is in the text it was made from."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...verdict import Span

Edit = tuple[int, int, str]
"""A stretch of a text, by start and end, and what replaces it."""


class SpanMap:
    """Where each stretch of a text is in the text it was cut from."""

    __slots__ = ("_ends", "_source", "_starts")

    def __init__(self, starts: list[int], source: list[int], ends: Sequence[int] = ()) -> None:
        """Stretch i begins at `starts[i]` here and at `source[i]` there; starts ascend from 0.

        A stretch that replaces another one has the end of that one in `ends`; a stretch that is a copy has -1.
        """
        self._starts = starts
        self._source = source
        self._ends = ends

    @classmethod
    def of_pieces(cls, pieces: list[Span]) -> SpanMap:
        """Describe the concatenation of `pieces`, spans of the source."""
        starts, at = [], 0
        for start, end in pieces:
            starts.append(at)
            at += end - start
        return cls(starts or [0], [start for start, _ in pieces] or [0])

    def place(self, span: Span) -> Span:
        """Return the source range that `span` covers; of a replacement, all that it replaces."""
        first = self._stretch(span[0])
        start = self._source[first] + (0 if self._replaces(first) else span[0] - self._starts[first])
        if span[1] <= span[0]:
            return start, start
        last = self._stretch(span[1] - 1)
        if self._replaces(last):
            return start, self._ends[last]
        return start, self._source[last] + span[1] - self._starts[last]

    def parts(self, span: Span) -> list[Span]:
        """Return the source ranges that `span` is made of, one for each stretch it touches."""
        found, (start, end) = [], span
        while start < end:
            stretch = bisect_right(self._starts, start)
            stop = min(end, self._starts[stretch]) if stretch < len(self._starts) else end
            found.append(self.place((start, stop)))
            start = stop
        return found

    def _stretch(self, position: int) -> int:
        return max(0, bisect_right(self._starts, position) - 1)

    def _replaces(self, stretch: int) -> bool:
        return stretch < len(self._ends) and self._ends[stretch] >= 0


def apply_edits(raw: str, edits: Iterable[Edit]) -> tuple[str, SpanMap]:
    """Return `raw` with `edits` made (ascending, apart from each other), and where each stretch of it came from."""
    pieces: list[str] = []
    starts, source, ends = [], [], []
    at = length = 0

    def add(piece: str, start: int, end: int) -> None:
        nonlocal length
        if piece:
            pieces.append(piece)
            starts.append(length)
            source.append(start)
            ends.append(end)
            length += len(piece)

    for start, end, replacement in edits:
        add(raw[at:start], at, -1)
        add(replacement, start, end)
        at = end
    add(raw[at:], at, -1)
    return "".join(pieces), SpanMap(starts or [0], source or [0], ends)
