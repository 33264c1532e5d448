"""What of a response is read: extraction of the answer, and the forms of strict and loose reading.

Extraction (thinking, a `<solution>` block, a surrounding fence) is called where responses are recorded;
`scorers.verifier` never does it. Strict reads the text as it is; loose is IFEval's: it passes if any of eight
forms passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..errors import did_you_mean
from .plain.spans import SpanMap
from .text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..verdict import Span

Mode = Literal["strict", "loose"]
"""How a response is read: as it is, or in IFEval's eight forms."""
ModeName: TypeAlias = Mode | str
MODES: tuple[Mode, ...] = ("strict", "loose")
Extraction = Literal["thinking", "solution", "fence"]
"""What can be removed from a response before it is verified."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """The part of a response that is verified, and where it is in the whole."""

    text: str
    origin: SpanMap | None
    """None where the text is the whole response."""
    done: tuple[str, ...]
    """Names of the extractions that removed something."""

    def place(self, span: Span) -> Span:
        """Return where `span` of the extracted text is in the response."""
        return span if self.origin is None else self.origin.place(span)


_NAMES = "think|thinking|thought|reasoning|mm:think|seed:think"
_FAMILIES = (
    (rf"<(?:{_NAMES})>", rf"</(?:{_NAMES})>"),
    (r"\[THINK\]", r"\[/THINK\]"),
    ("◁think▷", "◁/think▷"),
    (r"<\|START_THINKING\|>", r"<\|END_THINKING\|>"),
    (r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>"),
)
"""How models mark thinking: each pair opens and closes it."""
_OPEN_THINK = tuple(re.compile(rf"\s*+{opened}", re.IGNORECASE) for opened, _ in _FAMILIES)
_TAGS = tuple(re.compile(rf"(?P<open>{opened})|{closed}\s*+", re.IGNORECASE) for opened, closed in _FAMILIES)
_CLOSE_MARKS = ("</", "[/", "◁/", "<|", "<|")
"""How the close of each family begins, whatever its case: a search for that is far faster than one for tags."""
_QUOTES = "\"'`“”‘’"
_HARMONY = re.compile(
    r"\s*+(?:<\|start\|>\s*+assistant\s*+)?<\|channel\|>"
    # Where a server drops the markers: glued to a capital, also in a response that was cut before its final channel.
    r"|analysis(?=[A-Z][a-z']*+\s|[\s\S]*assistantfinal)"
)
_CHANNEL = r"<\|channel\|>\s*+final\b[^<]*+(?:<\|constrain\|>[^<]*+)?<\|message\|>"
_FINAL = re.compile(rf"{_CHANNEL}|assistantfinal")
_FINAL_TURN = re.compile(rf"(?:\A\s*+|<\|start\|>\s*+assistant\s*+|<\|end\|>\s*+){_CHANNEL}")
"""The final channel where gpt-oss begins it; one that is mentioned follows other text."""
_FINAL_END = re.compile(r"<\|(?:return|end|call)\|>(?=\s*+(?:\Z|<\|start\|>))")
_WRAPPED = re.compile(r"\s*+<\|(?:START_RESPONSE|begin_of_solution)\|>\s*+")
_WRAPPED_ENDS = ("<|END_RESPONSE|>", "<|end_of_solution|>")
_FENCE = re.compile(r"\s*(```|~~~)[\w+-]*[ \t]*\r?\n")


def _thinking(text: str) -> list[Span]:
    """Everything after the thinking at the start; tags further on are text, for the response may mention them.

    Tags nest. An unclosed tag hides the rest, and one that the chat template opened hides what is before its close.
    """
    if _HARMONY.match(text):
        return _final_channel(text)
    start, end = 0, len(text)
    while (family := _opened_at(text, start)) is not None:
        close = _close_of(text, start, _TAGS[family])
        if close is None:
            return [(0, 0)]
        start = close
    start = start or _close_without_open(text)
    if wrapped := _WRAPPED.match(text, start):
        start = wrapped.end()
        end = _end_of_wrapped(text, start)
    return [(start, end)]


def _end_of_wrapped(text: str, start: int) -> int:
    """Return where the wrapped response that begins at `start` ends: at its last tag, if that ends the text."""
    last = len(text.rstrip())
    tag = next((tag for tag in _WRAPPED_ENDS if text.endswith(tag, start, last)), "")
    # A search for white space before the tag would take the square of the longest run of it.
    return max(start, len(text[: last - len(tag)].rstrip())) if tag else len(text)


def _opened_at(text: str, at: int) -> int | None:
    """Return the number of the family whose opening tag is next at `at`, None if there is none."""
    return next((number for number, opened in enumerate(_OPEN_THINK) if opened.match(text, at)), None)


def _close_of(text: str, start: int, tags: re.Pattern[str]) -> int | None:
    """Return the end of the tag that closes the thinking from `start` on, None where it is cut.

    Where more tags open than close, thinking mentions a tag, and the last close counts. A close in
    quotes is a mention too, and counts where no other follows.
    """
    depth, last = 0, None
    for tag in tags.finditer(text, start):
        if _is_quoted(text, tag):
            last = last if tag["open"] else tag.end()
            continue
        depth += 1 if tag["open"] else -1
        if not tag["open"]:
            last = tag.end()
        if depth == 0:
            break
    return last


def _close_without_open(text: str) -> int:
    """Return the end of a close that no tag opens, 0 if there is none.

    Of tags in angle brackets only one at the border of a line, or glued to the words on both sides, counts: a response
    may mention such a tag.
    """
    for number, tags in enumerate(_TAGS):
        if _CLOSE_MARKS[number] not in text:
            continue
        tag = next((tag for tag in tags.finditer(text) if not _is_quoted(text, tag)), None)
        if tag is None or tag["open"]:
            continue
        before, after = _around(text, tag)
        border = "\n" in tag[0] or not after or before == "\n"
        glued = before not in f"{_QUOTES} \t>" and after not in f"{_QUOTES} \t<.,;:!?)"
        if number or border or glued:
            return tag.end()
    return 0


def _around(text: str, tag: re.Match[str]) -> tuple[str, str]:
    """Return the characters before and after a tag, "" at an end of the text."""
    end = tag.start() + len(tag[0].rstrip())
    return text[max(0, tag.start() - 1) : tag.start()], text[end : end + 1]


def _is_quoted(text: str, tag: re.Match[str]) -> bool:
    """Return whether a tag is in quotes or backticks, which mention it."""
    before, after = _around(text, tag)
    return bool(before and after) and before in _QUOTES and after in _QUOTES


def _final_channel(text: str) -> list[Span]:
    """The final channel of gpt-oss; nothing of a response that was cut before it."""
    opened = _FINAL_TURN.search(text)
    if opened is None:
        for opened in _FINAL.finditer(text):  # noqa: B007 - the last one counts
            pass
    if opened is None:
        return [(0, 0)]
    closed = _FINAL_END.search(text, opened.end())
    return [(opened.end(), closed.start() if closed else len(text))]


def _solution(text: str) -> list[Span]:
    """The inside of the last closed `<solution>` block (a draft or an example may stand before it), stripped.

    White space at its ends belongs to the tags: they often have lines of their own.
    """
    lowered = text if len(text.lower()) != len(text) else text.lower()
    close = lowered.rfind("</solution>")
    opened = lowered.rfind("<solution>", 0, close) if close >= 0 else -1
    if opened < 0:
        return [(0, len(text))]
    inner = text[opened + len("<solution>") : close].rstrip()
    end = opened + len("<solution>") + len(inner)
    return [(end - len(inner.lstrip()), end)]


def _fence(text: str) -> list[Span]:
    """The inside of one code fence that surrounds the whole text."""
    opened = _FENCE.match(text)
    end = len(text.rstrip())
    if not opened or end - 3 < opened.end() or text[end - 3 : end] != opened.group(1):
        return [(0, len(text))]
    if opened.group(1) in text[opened.end() : end - 3]:
        return [(0, len(text))]
    return [(opened.end(), end - 3)]


EXTRACTIONS: Mapping[Extraction, Callable[[str], list[Span]]] = {
    "thinking": _thinking,
    "solution": _solution,
    "fence": _fence,
}
"""What can be taken off a response before it is verified, by name; applied in this order."""


def extract(response: str, names: Sequence[Extraction | str] = ("thinking",)) -> Extracted:
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
