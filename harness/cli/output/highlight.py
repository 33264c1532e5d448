"""Marks the spans of verdicts in a response, for a terminal or a page."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ...sanitize import escape_control

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from scorers import Span

STYLE = "bold reverse"
"""Style of a marked span in a terminal."""


def split_segments(text: str, spans_of: Sequence[Sequence[Span]]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Cut `text` where marks begin and end; yield each piece with the positions in `spans_of` that cover it.

    Spans may overlap, within one list or over several, and are cut to the text; empty ones mark nothing.
    """
    changes: dict[int, list[tuple[int, int]]] = {}
    for number, spans in enumerate(spans_of):
        for start, end in spans:
            first, last = max(0, start), min(len(text), end)
            if first < last:
                changes.setdefault(first, []).append((number, 1))
                changes.setdefault(last, []).append((number, -1))
    depth: Counter[int] = Counter()
    at = 0
    cover: tuple[int, ...] = ()
    for position in sorted(changes):
        for number, step in changes[position]:
            depth[number] += step
        covering = tuple(sorted(number for number, open_spans in depth.items() if open_spans))
        if covering != cover:
            if position > at:
                yield text[at:position], cover
            at, cover = position, covering
    if at < len(text):
        yield text[at:], cover


def needs_brackets(console: Console) -> bool:
    """Return True if spans must be marked with brackets: no terminal, or colours are off."""
    return console.no_color or not console.is_terminal or console.color_system is None


def highlight(text: str, spans: Sequence[Span], *, brackets: bool | None = None) -> Text:
    """Return `text` escaped, with `spans` highlighted, or enclosed in [[ ]] if `brackets`.

    `brackets` None means brackets if standard output is no terminal or colours are off.
    """
    return _assemble(text, spans, brackets=_choose(brackets), flat=False)


def highlight_excerpt(text: str, spans: Sequence[Span], width: int = 200, *, brackets: bool | None = None) -> Text:
    """Return the text around the first of `spans`, on one line of at most `width` terminal columns.

    White space is folded, and … marks omitted text. Without spans it is the beginning of `text`.
    """
    from rich.text import Text

    enclosed = _choose(brackets)
    first = min((max(0, start) for start, end in spans if start < end), default=0)
    size = width
    while True:
        start = max(0, first - size // 3)
        end = start + size
        window = [(a - start, min(b, end) - start) for a, b in spans if b > start and a < end]
        line = _assemble(text[start:end], window, brackets=enclosed, flat=True)
        if start > 0:
            line = Text("…").append_text(line)
        if end < len(text):
            line.append("…")
        if line.cell_len <= width or size <= 1:
            line.truncate(width)
            return line
        # Escapes, wide characters and brackets take more columns than characters.
        size = min(size - 1, max(1, size * width // line.cell_len))


def _choose(brackets: bool | None) -> bool:
    from rich.console import Console

    return needs_brackets(Console()) if brackets is None else brackets


def _assemble(text: str, spans: Sequence[Span], *, brackets: bool, flat: bool) -> Text:
    from rich.text import Text

    line = Text()
    for piece, cover in split_segments(text, [spans]):
        shown = escape_control(re.sub(r"\s+", " ", piece) if flat else piece)
        if cover:
            line.append(f"[[{shown}]]" if brackets else shown, style=STYLE)
        else:
            line.append(shown)
    return line
