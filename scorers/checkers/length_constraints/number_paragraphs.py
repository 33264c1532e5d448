"""length_constraints:number_paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    exactly,
    format_count,
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...params.published import describe_negative
from ...repair.paragraphs import cut_into
from ...text.paragraphs import LETTER
from ...text.parts import NO_PARAGRAPHS, behind_request, not_paragraphs, read_parts
from ...text.reasons import format_asked

# From the first asterisk of a line on, whatever is before it: a pattern that begins with one character is found fast.
_DIVIDER = re.compile(r"\*[^\S\r\n]*+(?:\\?\*[^\S\r\n]*+){2}(?=[\r\n]|\Z)")
# The published pattern takes a space on either side too, which changes nothing: parts are stripped anyway.
_PUBLISHED_DIVIDER = re.compile(r"\*\*\*")
_LETTER = re.compile(LETTER)


def _check_published(self: NumberParagraphs, text: Text) -> Verdict:
    dividers = [match.span() for match in _PUBLISHED_DIVIDER.finditer(text.raw)]
    parts = _between(text.raw, dividers)
    blank = [place for place, (start, end) in enumerate(parts) if not text.raw[start:end].strip()]
    inside = [place for place in blank if 0 < place < len(parts) - 1]
    if inside:
        return _nothing_between(text, dividers, inside[0])
    return self._make_verdict(text, len(parts) - len(blank), dividers)


def _between(raw: str, dividers: list[Span]) -> list[Span]:
    edges = [0, *(edge for divider in dividers for edge in divider), len(raw)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _dividers(raw: str) -> list[Span]:
    if raw.count("*") < 3:
        return []
    found = []
    for match in _DIVIDER.finditer(raw):
        start = match.start()
        start -= raw.startswith("\\", max(0, start - 1))
        while start and raw[start - 1] not in "\r\n" and raw[start - 1].isspace():
            start -= 1
        if not start or raw[start - 1] in "\r\n":
            found.append((start, match.end()))
    return found


def _nothing_between(text: Text, dividers: list[Span], place: int) -> Verdict:
    around = dividers[place - 1 : place + 1]
    return Verdict.of(False, f"two lines of *** have nothing between them{format_lines(text, around)}", around)


@dataclass(frozen=True)
class NumberParagraphs(Checker):
    """Demands an exact number of paragraphs, separated by the markdown divider `***` and split nowhere else."""

    id = "length_constraints:number_paragraphs"
    rule_books = frozenset({"audited", "ifeval"})
    version = 3
    changes = (
        (
            "A bold line that ends with ！ or ？ is a paragraph, and a postscript begun by 附言： is none: "
            "Chinese marks are marks."
        ),
        (
            f"{READ_AS_SEEN} A blank line or a rule splits a paragraph and every joint needs `***`, because three "
            "blocks of text are not one. Lists, greetings, labels and signatures are none."
        ),
    )

    num_paragraphs: int = integer("how many paragraphs there are", low=1, drawn=(1, 5))

    good = [
        Case("One.\n***\nTwo.", num_paragraphs=2),
        Case("One.\r\n* * *\r\nTwo.", num_paragraphs=2, why="a divider may have spaces in it"),
        Case("***\nOne.\n\n***\n\nTwo.\n***", num_paragraphs=2, why="nothing stands outside the outer ones"),
        Case("One ***bold*** two.", num_paragraphs=1, why="bold italics are no divider"),
        Case("一。\n***\n二。\n***\n附言：三。", num_paragraphs=2, why="a postscript is none"),
        Case("<<A Day Out>>\n***\nOne.\n***\nTwo.\n***\nP.S. Bye.", num_paragraphs=2, why="a title is no paragraph"),
        Case("Dear Ann,\n\nOne.\n\n- two\n- three\n\nYours,\nBob", num_paragraphs=1, why="a list and a signature"),
    ]
    bad = [
        Case("One.\n\nTwo.", num_paragraphs=2, why="a blank line is no divider"),
        Case("One.\n\nTwo.\n\nThree.", num_paragraphs=1, why="a blank line splits a paragraph"),
        Case("One.\n\nStill one.\n***\nTwo.", num_paragraphs=2, why="and does so beside a divider"),
        Case("One.\n---\nTwo.", num_paragraphs=2, why="another rule"),
        Case("One.\n****\nTwo.", num_paragraphs=2, why="four stars"),
        Case("<<A Day Out>>\n***\nOne.", num_paragraphs=2),
        Case("One.\n***\n***\nTwo.", num_paragraphs=2, why="an empty paragraph"),
    ]

    def describe(self) -> str:
        if self.num_paragraphs == 1:
            between = "no blank line and no line of three asterisks (***) in it"
            return f"Write exactly 1 paragraph, with {between}. {NO_PARAGRAPHS}"
        return (
            f"Write exactly {self.num_paragraphs} paragraphs, with a line of three asterisks (***) between them and no "
            f"blank line inside any of them. {NO_PARAGRAPHS}"
        )

    def check(self, text: Text) -> Verdict:
        start = behind_request(text)
        dividers = [span for span in _dividers(text.raw) if span[0] >= start]
        for place, part in enumerate(_between(text.raw, dividers)[1:-1], 1):
            if not _LETTER.search(text.raw, *part):
                return _nothing_between(text, dividers, place)
        parts = read_parts(text)
        found = [part.span for part in parts if part.kind == "paragraph"]
        asked = format_asked("exactly", self.num_paragraphs)
        if len(found) != self.num_paragraphs:
            reason = f"{format_count(len(found), 'paragraph')}{format_lines(text, found)}; {asked}"
            return Verdict.of(False, f"{reason}{not_paragraphs(text, parts)}", found)
        joints = [(a[1], b[0]) for a, b in pairwise(found)]
        bare = next((joint for joint in joints if not _within(dividers, joint)), None)
        if bare is not None:
            behind = found[joints.index(bare) + 1]
            reason = f"no line of *** before the paragraph at line {text.line_number(behind[0])}"
            return Verdict.of(False, f"{format_count(len(found), 'paragraph')}, but {reason}", [behind])
        reason = f"{format_count(len(found), 'paragraph')}{format_lines(text, found)}; {asked}"
        return Verdict.of(True, reason, dividers or found)

    def demands(self) -> Demands:
        return Demands(phase="skeleton", dividers=exactly(self.num_paragraphs))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        edges = sorted({0, len(draft), *(edge for span in _dividers(draft) for edge in span)})
        edges += [part.start for part in read_parts(cached_text(draft))]
        edges.sort()
        dividers = set(_dividers(draft))
        parts = [draft[a:b] for a, b in pairwise(edges) if (a, b) not in dividers]
        repaired = _join_paragraphs(cut_into(parts, self.num_paragraphs))
        if self.check(cached_text(repaired)).followed:
            return repaired
        filler = Filler(turn=5)
        return _join_paragraphs(filler.sentence(6) for _ in range(self.num_paragraphs))

    def _make_verdict(self, text: Text, number: int, dividers: list[Span]) -> Verdict:
        where = f", {format_count(len(dividers), 'divider')}{format_lines(text, dividers)}"
        return Verdict.of(number == self.num_paragraphs, f"{format_count(number, 'paragraph')}{where}", dividers)

    published = {
        "ifeval": PublishedVariant(
            why="Any three stars in a row part paragraphs, inside a line too, so that bold italics do and four stars "
            "leave one over; stars with spaces between them part nothing; a title or a postscript counts.",
            source="IFEval ParagraphChecker",
            check=_check_published,
            good=(
                Case("One ***bold*** two", num_paragraphs=3),
                Case("<<A Day Out>>\n***\nOne.", num_paragraphs=2),
                Case("***", num_paragraphs=0),
            ),
            bad=(
                Case("One.\n* * *\nTwo.", num_paragraphs=2),
                Case("a\n***\n***\nb", num_paragraphs=2),
            ),
            refuses=lambda self: describe_negative("num_paragraphs", self.num_paragraphs),
        ),
    }


def _within(spans: list[Span], joint: Span) -> bool:
    place = bisect_left(spans, (joint[0], joint[0]))
    return place < len(spans) and spans[place][1] <= joint[1]


def _join_paragraphs(parts: Iterable[str]) -> str:
    return "\n\n***\n\n".join(parts)
