"""What of a response is read: extraction of the answer, and the forms of strict and loose reading.

Extraction (thinking, a `<solution>` block, a surrounding fence) is for whoever records responses to call;
`scorers.verifier` never does it. Strict reads the text as it is; loose is IFEval's: it passes if any of eight
forms passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import did_you_mean
from .text import SpanMap, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..verdict import Span

MODES = ("strict", "loose")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The part of a response that is verified, and where it stands in the whole."""

    text: str
    origin: SpanMap | None
    """None where the text is the whole response."""
    done: tuple[str, ...]
    """Names of the extractions that removed something."""

    def place(self, span: Span) -> Span:
        """Return where `span` of the extracted text stands in the response."""
        return span if self.origin is None else self.origin.place(span)


_OPEN_THINK = re.compile(r"<(think|thinking|thought)>", re.IGNORECASE)
_CLOSE_THINK = re.compile(r"</(think|thinking|thought)>\s*", re.IGNORECASE)
_FENCE = re.compile(r"\s*(```|~~~)[\w+-]*[ \t]*\r?\n")


def _thinking(text: str) -> list[Span]:
    """Everything outside thinking tags; an unclosed tag hides the rest, an unopened one what stands before it."""
    kept: list[Span] = []
    at = 0
    first_close = _CLOSE_THINK.search(text)
    first_open = _OPEN_THINK.search(text)
    if first_close and (first_open is None or first_close.start() < first_open.start()):
        at = first_close.end()
    while opened := _OPEN_THINK.search(text, at):
        kept.append((at, opened.start()))
        closed = _CLOSE_THINK.search(text, opened.end())
        if closed is None:
            return kept
        at = closed.end()
    return [*kept, (at, len(text))]


def _solution(text: str) -> list[Span]:
    """The inside of the last closed `<solution>` block (a draft or an example may stand before it)."""
    lowered = text if len(text.lower()) != len(text) else text.lower()
    close = lowered.rfind("</solution>")
    opened = lowered.rfind("<solution>", 0, close) if close >= 0 else -1
    return [(0, len(text))] if opened < 0 else [(opened + len("<solution>"), close)]


def _fence(text: str) -> list[Span]:
    """The inside of one code fence that surrounds the whole text."""
    opened = _FENCE.match(text)
    end = len(text.rstrip())
    if not opened or end - 3 < opened.end() or text[end - 3 : end] != opened.group(1):
        return [(0, len(text))]
    if opened.group(1) in text[opened.end() : end - 3]:
        return [(0, len(text))]
    return [(opened.end(), end - 3)]


EXTRACTIONS = {"thinking": _thinking, "solution": _solution, "fence": _fence}
"""What can be taken off a response before it is verified, by name; applied in this order."""


def extract(response: str, names: tuple[str, ...] = ("thinking",)) -> Extracted:
    """Apply the named extractions; raises `ValueError` for an unknown name."""
    for name in names:
        if name not in EXTRACTIONS:
            known = ", ".join(EXTRACTIONS)
            raise ValueError(f"unknown extraction {name!r}{did_you_mean(name, EXTRACTIONS)} (known: {known})")
    text, done = response, []
    origin: SpanMap | None = None
    for name, cut in EXTRACTIONS.items():
        pieces = cut(text) if name in names else [(0, len(text))]
        if pieces == [(0, len(text))]:
            continue
        done.append(name)
        source = pieces if origin is None else [part for piece in pieces for part in origin.parts(piece)]
        origin = SpanMap.of_pieces(source)
        text = "".join(text[a:b] for a, b in pieces)
    return Extracted(text, origin, tuple(done))


def loose_forms(text: Text, *, stars_first: bool = False) -> Iterator[tuple[Text, str, SpanMap]]:
    """Yield IFEval's loose forms other than the text itself: form, what was left out, and its origin.

    The first line, the last line or both are left out, then all of that again without asterisks. Forms that
    are blank or equal to one already read are skipped. `stars_first` is the published order, in which the whole
    text without asterisks is the first form.
    """
    raw = text.raw
    seen = {raw}
    cuts = [(_strip(raw, *piece), how) for piece, how in _line_cuts(raw)]
    starred = "*" in raw
    if starred and stars_first:
        yield from _starless(text, [((0, len(raw)), "")], seen)
    for (start, end), how in cuts:
        form = raw[start:end]
        if form and form not in seen:
            seen.add(form)
            yield Text(form, text.prompt), how, SpanMap([0], [start])
    if starred:
        yield from _starless(text, cuts if stars_first else [((0, len(raw)), ""), *cuts], seen)


def _starless(text: Text, cuts: list[tuple[Span, str]], seen: set[str]) -> Iterator[tuple[Text, str, SpanMap]]:
    """Yield the forms of `cuts` without asterisks."""
    for (start, end), how in cuts:
        form = text.raw[start:end].replace("*", "")
        if form and not form.isspace() and form not in seen:
            seen.add(form)
            joined = f"{how} and asterisks" if how else "asterisks"
            yield Text(form, text.prompt), joined, _without_stars(text.raw, start, end)


def _line_cuts(raw: str) -> list[tuple[Span, str]]:
    first = raw.find("\n")
    if first < 0:
        return []
    last = raw.rfind("\n")
    middle = (first + 1, last) if last > first else (len(raw), len(raw))
    return [
        ((first + 1, len(raw)), "the first line"),
        ((0, last), "the last line"),
        (middle, "the first and last lines"),
    ]


def _strip(raw: str, start: int, end: int) -> Span:
    piece = raw[start:end]
    left = len(piece) - len(piece.lstrip())
    return (start + left, start + left + len(piece.strip()))


def _without_stars(raw: str, start: int, end: int) -> SpanMap:
    pieces, at = [], start
    for star in re.finditer(r"\*+", raw[start:end]):
        if start + star.start() > at:
            pieces.append((at, start + star.start()))
        at = start + star.end()
    return SpanMap.of_pieces([*pieces, (at, end)] if at < end else pieces)
