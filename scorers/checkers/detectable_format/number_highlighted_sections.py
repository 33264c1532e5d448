"""detectable_format:number_highlighted_sections.

Audited: a passage counts where one, two or three asterisks open and close it as markdown reads them, within one
paragraph and with a letter or digit inside. Nested passages count each. Products (`2*3*4`), list markers, asterisks
after a backslash and emphasis by underscores do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    format_asked,
    format_count,
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...params.published import describe_negative
from ...text.paragraphs import LETTER
from ...text.word_search import runs_on

_LETTER = re.compile(LETTER)
_UNDERSCORES = re.compile(r"(?<![^\W_])(_{1,3})(?=[^\W_])[^_\n]*+\1(?![^\W_])")
_ONE_STAR = re.compile(r"\*[^\n*]*\*")
_TWO_STARS = re.compile(r"\*\*[^\n*]*\*\*")
# A character after a backslash marks nothing, and a blank line ends all emphasis.
_STARS = re.compile(r"\\.|(?P<gap>(?:\r\n|\r|\n)[^\S\r\n]*+[\r\n]\s*+)|(?P<stars>\*+)")


def _check_published(self: NumberHighlightedSections, text: Text) -> Verdict:
    ones = (match.span() for match in _ONE_STAR.finditer(text.raw))
    spans = [span for span in ones if text.raw[slice(*span)].strip("*").strip()]
    twos = (match.span() for match in _TWO_STARS.finditer(text.raw))
    spans += [span for span in twos if text.raw[slice(*span)].removeprefix("**").removesuffix("**").strip()]
    return self._make_verdict(text, sorted(spans))


@dataclass(frozen=True)
class NumberHighlightedSections(Checker):
    """Requires at least a number of passages in markdown emphasis by asterisks."""

    id = "detectable_format:number_highlighted_sections"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (READ_AS_SEEN,)

    num_highlights: int = integer("the smallest number of highlighted passages", low=1, drawn=(1, 4))

    good = [
        Case("*One* and **two** and ***three***.", num_highlights=3),
        Case("* An item with *one* in it", num_highlights=1, why="the marker of a list"),
        Case("**Two *inside* it**", num_highlights=2),
        Case("*Two\nlines* of it", num_highlights=1),
        Case("这是*重点*内容", num_highlights=1, why="no spaces in Chinese"),
    ]
    bad = [
        Case("2 * 3 * 4 and 2*3*4", num_highlights=1, why="products"),
        Case("***a***", num_highlights=2, why="one passage, bold and italic"),
        Case("* one\n* two", num_highlights=1),
        Case("\\*one\\* and ** **", num_highlights=1, why="after backslashes, and nothing inside"),
        Case("_one_ and __two__", num_highlights=1, why="underscores"),
        Case("*one\n\ntwo*", num_highlights=1, why="across paragraphs"),
    ]

    def describe(self) -> str:
        passages = format_count(self.num_highlights, "passage")
        return f"Highlight at least {passages} with asterisks, *like this* or **like this**."

    def check(self, text: Text) -> Verdict:
        return self._make_verdict(text, _highlights(text.raw), _UNDERSCORES.search(text.raw))

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

    def _make_verdict(self, text: Text, spans: list[Span], other: re.Match[str] | None = None) -> Verdict:
        found = f"{format_count(len(spans), 'highlight')}{format_lines(text, spans)}"
        reason = f"{found}; {format_asked('at least', self.num_highlights)}"
        if len(spans) >= self.num_highlights:
            return Verdict.of(True, reason, spans)
        if other is None:
            return Verdict(False, reason)
        return Verdict.of(False, f"{reason}; {text.quote(other.span())} has underscores, not asterisks", [other.span()])

    published = {
        "ifeval": PublishedVariant(
            why="Counts text between two asterisks of a line, and again text between two pairs of asterisks: products "
            "count, bold italics count twice, and a passage of two lines does not count.",
            source="IFEval HighlightSectionChecker",
            check=_check_published,
            good=(
                Case("2 * 3 * 4", num_highlights=1),
                Case("***a***", num_highlights=2),
                Case("none", num_highlights=0),
            ),
            bad=(Case("*Two\nlines* of it", num_highlights=1), Case("**bold**", num_highlights=2)),
            refuses=lambda self: describe_negative("num_highlights", self.num_highlights),
        ),
    }


def _highlights(raw: str) -> list[Span]:
    """Return the emphasis by one, two or three asterisks, as markdown reads it; not asterisks between letters."""
    found: list[Span] = []
    opened: dict[int, int] = {}
    for match in _STARS.finditer(raw):
        start, end = match.span()
        if match.lastgroup != "stars":
            opened = {} if match.lastgroup == "gap" else opened
            continue
        before, after = raw[start - 1 : start] if start else "", raw[end : end + 1]
        closing = _find_closed(opened, end - start) if before.strip() and not _in_word(after) else []
        if closing:
            found += [(opened[length], end) for length in closing]
            _forget(opened, closing, end - start)
        elif end - start <= 3 and after.strip() and not _in_word(before):
            opened[end - start] = start
    return sorted(span for span in found if _LETTER.search(raw, *span))


def _in_word(neighbour: str) -> bool:
    return runs_on(neighbour, "a")


def _find_closed(opened: dict[int, int], length: int) -> list[int]:
    """Return the numbers of asterisks in `opened` (number to place) that `length` asterisks close."""
    if length in opened:
        return [length]
    if length < 3:
        return [3] if 3 in opened else []
    return [size for size in (1, 2) if size in opened]


def _forget(opened: dict[int, int], closing: list[int], length: int) -> None:
    """Remove closed emphasis and all that was opened inside; three asterisks closed by fewer leave the rest open."""
    outer = min(opened[size] for size in closing)
    for size in [size for size, at in opened.items() if at >= outer]:
        del opened[size]
    if closing == [3] and length < 3:
        opened[3 - length] = outer


def _stands_free(draft: str, span: Span) -> bool:
    return draft[span[0] - 1 : span[0]] == " " == draft[span[1] : span[1] + 1]
