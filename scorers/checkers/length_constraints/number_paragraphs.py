"""length_constraints:number_paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

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

from ...repair.paragraphs import cut_into
from ...text.paragraphs import kind, paragraphs, trim

_DIVIDER = re.compile(r"(?:\A|(?<=[\r\n]))[^\S\r\n]*+(?:\\?\*[^\S\r\n]*+){3}(?=[\r\n]|\Z)")
# The published pattern takes a space on either side too, which changes nothing: parts are stripped anyway.
_PUBLISHED_DIVIDER = re.compile(r"\*\*\*")


def _published(self: NumberParagraphs, text: Text) -> Verdict:
    dividers = [match.span() for match in _PUBLISHED_DIVIDER.finditer(text.raw)]
    parts = _between(text.raw, dividers)
    blank = [place for place, (start, end) in enumerate(parts) if not text.raw[start:end].strip()]
    inside = [place for place in blank if 0 < place < len(parts) - 1]
    if inside:
        return _nothing_between(text, dividers, inside[0])
    return self._judge(text, len(parts) - len(blank), dividers)


def _between(raw: str, dividers: list[Span]) -> list[Span]:
    edges = [0, *(edge for divider in dividers for edge in divider), len(raw)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _dividers(raw: str) -> list[Span]:
    return [match.span() for match in _DIVIDER.finditer(raw)] if raw.count("*") >= 3 else []


def _nothing_between(text: Text, dividers: list[Span], place: int) -> Verdict:
    around = dividers[place - 1 : place + 1]
    return Verdict.of(False, f"nothing between two dividers{format_lines(text, around)}", around)


@dataclass(frozen=True)
class NumberParagraphs(Checker):
    """Demands an exact number of paragraphs, parted by the markdown divider `***`."""

    id = "length_constraints:number_paragraphs"
    rule_books = frozenset({"audited", "ifeval"})
    version = 3

    num_paragraphs: int = integer("how many paragraphs there are", low=1, drawn=(1, 5))

    good = [
        Case("One.\n***\nTwo.", num_paragraphs=2),
        Case("One.\r\n* * *\r\nTwo.", num_paragraphs=2, why="a divider may have spaces in it"),
        Case("***\nOne.\n\nStill one.\n***\nTwo.\n***", num_paragraphs=2, why="nothing stands outside the outer ones"),
        Case("One ***bold*** two.", num_paragraphs=1, why="bold italics are no divider"),
        Case("一。\n***\n二。\n***\n附言：三。", num_paragraphs=2, why="a postscript is none"),
        Case("<<A Day Out>>\n***\nOne.\n***\nTwo.\n***\nP.S. Bye.", num_paragraphs=2, why="a title is no paragraph"),
    ]
    bad = [
        Case("One.\n\nTwo.", num_paragraphs=2, why="a blank line is no divider"),
        Case("One.\n---\nTwo.", num_paragraphs=2, why="another rule"),
        Case("One.\n****\nTwo.", num_paragraphs=2, why="four stars"),
        Case("<<A Day Out>>\n***\nOne.", num_paragraphs=2),
        Case("One.\n***\n***\nTwo.", num_paragraphs=2, why="an empty paragraph"),
    ]

    def describe(self) -> str:
        if self.num_paragraphs == 1:
            return "Write exactly 1 paragraph, without any line that holds only ***."
        between = "with a line that holds only *** between each two of them"
        return f"Write exactly {self.num_paragraphs} paragraphs, {between}."

    def check(self, text: Text) -> Verdict:
        dividers = _dividers(text.raw)
        parts = [trim(text.raw, *part) for part in _between(text.raw, dividers)]
        for place, part in enumerate(parts[1:-1], 1):
            if kind(text.raw, *part) == "empty":
                return _nothing_between(text, dividers, place)
        found = paragraphs(text.raw, parts)
        counting = set(found)
        aside = [part for part in parts if part not in counting and kind(text.raw, *part) != "empty"]
        return self._judge(text, len(found), dividers, aside)

    def demands(self) -> Demands:
        return Demands(phase="skeleton", dividers=exactly(self.num_paragraphs))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        parts = [draft[start:end] for start, end in _between(draft, _dividers(draft))]
        repaired = _divided(cut_into(parts, self.num_paragraphs))
        if self.check(cached_text(repaired)).followed:
            return repaired
        filler = Filler(turn=5)
        return _divided(filler.sentence(6) for _ in range(self.num_paragraphs))

    def _judge(self, text: Text, number: int, dividers: list[Span], aside: list[Span] | None = None) -> Verdict:
        where = f", {format_count(len(dividers), 'divider')}{format_lines(text, dividers)}"
        reason = f"{format_count(number, 'paragraph')}{where}"
        if aside:
            reason += f"; {text.quote(aside[0])} is none"
        return Verdict.of(number == self.num_paragraphs, reason, dividers)

    published = {
        "ifeval": PublishedVariant(
            why="Any three stars in a row part paragraphs, inside a line too, so that bold italics do and four stars "
            "leave one over; stars with spaces between them part nothing; a title or a postscript counts.",
            source="IFEval ParagraphChecker",
            check=_published,
            good=(
                Case("One ***bold*** two", num_paragraphs=3),
                Case("<<A Day Out>>\n***\nOne.", num_paragraphs=2),
                Case("***", num_paragraphs=0),
            ),
            bad=(
                Case("One.\n* * *\nTwo.", num_paragraphs=2),
                Case("a\n***\n***\nb", num_paragraphs=2),
            ),
            refuses=lambda self: "" if self.num_paragraphs >= 0 else _negative(self.num_paragraphs),
        ),
    }


def _divided(parts: Iterable[str]) -> str:
    return "\n\n***\n\n".join(parts)


def _negative(number: int) -> str:
    return f"num_paragraphs is {number}, and the published verifier draws a number at random instead"
