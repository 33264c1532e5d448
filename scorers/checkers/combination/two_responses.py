"""combination:two_responses."""

from __future__ import annotations

import re
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
    format_count,
    format_lines,
)

from ...checker import READ_AS_SEEN
from ...repair.paragraphs import cut_into
from ...text.paragraphs import LETTER, kind, paragraphs, trim

# Six stars that touch no other star; with spaces or backslashes between them, a whole line.
_DIVIDER = re.compile(r"(?:\A|(?<=[\r\n]))[^\S\r\n]*+(?:\\?\*[^\S\r\n]*+){6}(?=[\r\n]|\Z)|(?<![*\\])\*{6}(?!\*)")
_STARS = re.compile(r"(?:\*[ \t]?){3,}+")
_PUBLISHED_DIVIDER = re.compile(r"\*{6}")
_LABEL = re.compile(
    rf"[\W_]*+(?:(?:response|answer|version|option|reply)[\W_]*+(?:\d+|one|two|[ab])(?!{LETTER})"
    r"|(?:回答|回复|答案|版本|方案)[^\w\r\n]*+(?:\d+|[一二甲乙AB])(?=\s*+[\W_]))[\W_]*+",
    re.IGNORECASE,
)


def _check_published(_: TwoResponses, text: Text) -> Verdict:
    dividers = [match.span() for match in _PUBLISHED_DIVIDER.finditer(text.raw)]
    parts = _between(text.raw, dividers)
    blank = [place for place, (start, end) in enumerate(parts) if start == end and 0 < place < len(parts) - 1]
    if blank:
        return _nothing_between(text, dividers, blank[0])
    found = [(start, end) for start, end in parts if start < end]
    same = len({text.raw[slice(*span)] for span in found}) < len(found)
    return _make_verdict(text, found, dividers, same=same)


def _between(raw: str, dividers: list[Span]) -> list[Span]:
    edges = [0, *(edge for divider in dividers for edge in divider), len(raw)]
    return [trim(raw, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _nothing_between(text: Text, dividers: list[Span], place: int) -> Verdict:
    around = dividers[place - 1 : place + 1]
    return Verdict.of(False, f"nothing between two dividers{format_lines(text, around)}", around)


def _make_verdict(text: Text, found: list[Span], dividers: list[Span], *, same: bool) -> Verdict:
    where = f", {format_count(len(dividers), 'divider')}{format_lines(text, dividers)}"
    if len(found) == 2 and same:
        return Verdict.of(False, f"2 responses that are the same{where}", found)
    return Verdict.of(len(found) == 2, f"{format_count(len(found), 'response')}{where}", dividers)


@dataclass(frozen=True)
class TwoResponses(Checker):
    """Demands two different responses, parted by six asterisks."""

    id = "combination:two_responses"
    rule_books = frozenset({"audited", "ifeval"})
    version = 3
    changes = (
        "回答一： is a label, so that two answers that differ in it alone are the same.",
        f"{READ_AS_SEEN} Six asterisks that touch the text divide it (`a******b`): a reader sees the line.",
    )

    good = [
        Case("Go left.\n******\nGo right."),
        Case("Go left. ****** Go right."),
        Case("Go left.******Go right.", why="nothing says that they need space around them"),
        Case("******\r\nGo left.\r\n* * * * * *\r\nGo right.\r\n******", why="none stands outside the outer ones"),
        Case("<<The Way>>\n******\nGo left.\n******\nGo right.", why="a title is no response"),
    ]
    bad = [
        Case("Go left.\n******\ngo  LEFT.", why="twice the same"),
        Case("Response 1: Go left.\n******\nResponse 2: Go left.", why="but for their labels"),
        Case("回答一：向左走。\n******\n回答二：向左走。", why="and in Chinese"),
        Case("Go left.\n***\nGo right.", why="three stars"),
        Case("Go left.\n*******\nGo right.", why="seven stars"),
        Case("Go left.\n******\nGo right.\n******\nStay."),
        Case("<<The Way>>\n******\nGo left."),
    ]

    def describe(self) -> str:
        return "Give two different responses and separate them with six asterisks: ******"

    def check(self, text: Text) -> Verdict:
        raw = text.raw
        dividers = [match.span() for match in _DIVIDER.finditer(raw)] if raw.count("*") >= 6 else []
        parts = _between(raw, dividers)
        for place, part in enumerate(parts[1:-1], 1):
            if kind(raw, *part) == "empty":
                return _nothing_between(text, dividers, place)
        found = paragraphs(raw, parts)
        if len(found) != 2:
            near = _near_misses(raw) if not dividers else []
            where = f"six asterisks{format_lines(text, dividers)}" if dividers else "six asterisks nowhere"
            if near:
                number = raw.count("*", *near[0])
                where += f" ({text.quote(near[0])} at line {text.line_number(near[0][0])} has {number})"
            return Verdict.of(False, f"{format_count(len(found), 'response')}, {where}; 2 were asked", dividers or near)
        if _fold_response(raw[slice(*found[0])]) == _fold_response(raw[slice(*found[1])]):
            return Verdict.of(False, "the two responses are the same; two different ones were asked", found)
        return Verdict.of(True, f"2 different responses, six asterisks{format_lines(text, dividers)}", dividers)

    def demands(self) -> Demands:
        return Demands(phase="form", form="two responses")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        repaired = "\n******\n".join(cut_into([_DIVIDER.sub("\n", draft)], 2))
        if self.check(cached_text(repaired)).followed:
            return repaired
        filler = Filler(turn=9)
        return "\n******\n".join(filler.sentence(6) for _ in range(2))

    published = {
        "ifeval": PublishedVariant(
            why="Any six stars in a row part responses, inside longer runs too, and stars with spaces between them "
            "do not; responses that differ in case or a label are different; a title is a response.",
            source="IFEval TwoResponsesChecker",
            check=_check_published,
            good=(
                Case("Hello\n******\nhello"),
                Case("a ******* b"),
                Case("<<The Way>>\n******\nGo left."),
            ),
            bad=(Case("Go left.\n* * * * * *\nGo right."), Case("a ************ b"), Case("a ****** a")),
        ),
    }


def _near_misses(raw: str) -> list[Span]:
    return [match.span() for match in _STARS.finditer(raw)]


def _fold_response(response: str) -> str:
    label = _LABEL.match(response)
    return " ".join(response[label.end() if label else 0 :].split()).casefold()
