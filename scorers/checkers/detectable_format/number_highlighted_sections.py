"""detectable_format:number_highlighted_sections."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    PublishedVariant,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    format_count,
    format_lines,
    integer,
)

from ...text.paragraphs import LETTER
from ...text.reasons import format_asked
from ...text.word_search import runs_on

_LETTER = re.compile(LETTER)
_ONE_STAR = re.compile(r"\*[^\n*]*\*")
_TWO_STARS = re.compile(r"\*\*[^\n*]*\*\*")
# What is behind a backslash is no mark, and emphasis ends with its paragraph at the latest.
_STARS = re.compile(r"\\.|(?P<gap>(?:\r\n|\r|\n)[^\S\r\n]*+[\r\n]\s*+)|(?P<stars>\*+)")


def _published(self: NumberHighlightedSections, text: Text) -> Verdict:
    ones = (match.span() for match in _ONE_STAR.finditer(text.raw))
    spans = [span for span in ones if text.raw[slice(*span)].strip("*").strip()]
    twos = (match.span() for match in _TWO_STARS.finditer(text.raw))
    spans += [span for span in twos if text.raw[slice(*span)].removeprefix("**").removesuffix("**").strip()]
    return self._judge(text, sorted(spans))


@dataclass(frozen=True)
class NumberHighlightedSections(Checker):
    """Demands at least a number of passages in markdown emphasis."""

    id = "detectable_format:number_highlighted_sections"
    rule_books = frozenset({"audited", "ifeval"})

    num_highlights: int = integer("how many passages are highlighted at least", low=1, drawn=(1, 4))

    good = [
        Case("*One* and **two** and ***three***.", num_highlights=3),
        Case("* An item with *one* in it", num_highlights=1, why="a bullet opens nothing"),
        Case("**Two *inside* it**", num_highlights=2),
        Case("*Two\nlines* of it", num_highlights=1),
        Case("这是*重点*内容", num_highlights=1, why="no spaces in Chinese"),
    ]
    bad = [
        Case("2 * 3 * 4 and 2*3*4", num_highlights=1, why="products"),
        Case("***a***", num_highlights=2, why="one passage, bold and italic"),
        Case("* one\n* two", num_highlights=1),
        Case("\\*one\\* and ** **", num_highlights=1, why="stars behind backslashes, and nothing between stars"),
        Case("*one\n\ntwo*", num_highlights=1, why="across paragraphs"),
    ]

    def describe(self) -> str:
        passages = format_count(self.num_highlights, "passage")
        return f"Highlight at least {passages} with asterisks, *like this* or **like this**."

    def check(self, text: Text) -> Verdict:
        verdict = self._judge(text, _highlights(text.raw))
        asked = format_asked("at least", self.num_highlights)
        return replace(verdict, reason=f"{verdict.reason}; {asked}")

    def demands(self) -> Demands:
        return Demands(phase="content", highlights=Range(self.num_highlights))

    def repair(self, draft: str) -> str:
        marked = _highlights(draft)
        missing = self.num_highlights - len(marked)
        if missing <= 0:
            return draft
        taken = {place for start, end in marked for place in range(start, end)}
        plain = [span for span in cached_text(draft).words[1:] if span[0] not in taken and _stands_free(draft, span)]
        repaired = draft
        for start, end in reversed(plain[::2][:missing]):
            repaired = f"{repaired[:start]}*{repaired[start:end]}*{repaired[end:]}"
        missing = self.num_highlights - len(_highlights(repaired))
        if missing > 0:
            filler = Filler(turn=7)
            repaired = f"{repaired}\n\n{' '.join(f'*{filler.word()}*' for _ in range(missing))}".lstrip()
        return repaired

    def _judge(self, text: Text, spans: list[Span]) -> Verdict:
        reason = f"{format_count(len(spans), 'highlight')}{format_lines(text, spans)}"
        return Verdict.of(len(spans) >= self.num_highlights, reason, spans)

    published = {
        "ifeval": PublishedVariant(
            why="Counts what stands between two stars of a line, and again what stands between two pairs of stars: "
            "products count, bold italics count twice, and a passage of two lines does not.",
            source="IFEval HighlightSectionChecker",
            check=_published,
            good=(
                Case("2 * 3 * 4", num_highlights=1),
                Case("***a***", num_highlights=2),
                Case("none", num_highlights=0),
            ),
            bad=(Case("*Two\nlines* of it", num_highlights=1), Case("**bold**", num_highlights=2)),
            refuses=lambda self: (
                ""
                if self.num_highlights >= 0
                else f"num_highlights is {self.num_highlights}, and the published "
                "verifier draws a number at random instead"
            ),
        ),
    }


def _highlights(raw: str) -> list[Span]:
    """Find emphasis by one, two or three stars, as markdown reads it, stars between letters left out."""
    found: list[Span] = []
    opened: dict[int, int] = {}
    for match in _STARS.finditer(raw):
        start, end = match.span()
        if match.lastgroup != "stars":
            opened = {} if match.lastgroup == "gap" else opened
            continue
        before, after = raw[start - 1 : start] if start else "", raw[end : end + 1]
        closing = _closed(opened, end - start) if before.strip() and not _in_word(after) else []
        if closing:
            found += [(opened[length], end) for length in closing]
            _forget(opened, closing, end - start)
        elif end - start <= 3 and after.strip() and not _in_word(before):
            opened[end - start] = start
    return sorted(span for span in found if _LETTER.search(raw, *span))


def _in_word(neighbour: str) -> bool:
    return runs_on(neighbour, "a")


def _closed(opened: dict[int, int], length: int) -> list[int]:
    """Say which of the `opened` stars (where, by how many) as many stars as `length` close."""
    if length in opened:
        return [length]
    if length < 3:
        return [3] if 3 in opened else []
    return [size for size in (1, 2) if size in opened]


def _forget(opened: dict[int, int], closing: list[int], length: int) -> None:
    """Drop what is closed and what was opened inside of it; three stars closed by fewer leave the rest open."""
    outer = min(opened[size] for size in closing)
    for size in [size for size, at in opened.items() if at >= outer]:
        del opened[size]
    if closing == [3] and length < 3:
        opened[3 - length] = outer


def _stands_free(draft: str, span: Span) -> bool:
    return draft[span[0] - 1 : span[0]] == " " == draft[span[1] : span[1] + 1]
