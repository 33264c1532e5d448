"""words:no_consecutive."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from scorers import Case, Checker, Demands, PublishedVariant, Range, Span, Text, Verdict, format_lines

from ...demands import NEIGHBOURS_DIFFER, PLACED
from ...text.published.ascii_punctuation import bare_span, without
from ...text.scripts import fold_accents
from ._letters import delete_words


def _check_published(_: NoConsecutive, text: Text) -> Verdict:
    words = without(text.lower).split()
    for place, (one, two) in enumerate(pairwise(words)):
        if one[0] == two[0]:
            return _same(text, bare_span(text.raw, place), bare_span(text.raw, place + 1))
    return Verdict(True, "no two neighbours share a first letter")


def _same(text: Text, first: Span, second: Span) -> Verdict:
    reason = f"{text.quote(first)} and {text.quote(second)} begin alike{format_lines(text, [first])}"
    return Verdict.of(False, reason, [first, second])


def _first(text: Text, span: Span) -> str:
    character = text.raw[span[0]]
    return fold_accents(character)[:1] or character


def _second_ones(text: Text) -> list[Span]:
    last, gone = "", []
    for span in text.words:
        if (first := _first(text, span)) == last:
            gone.append(span)
        last = first
    return gone


@dataclass(frozen=True)
class NoConsecutive(Checker):
    """Forbids neighbouring words with the same first letter."""

    id = "words:no_consecutive"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("Big cat"), Case("“— — Big” cat"), Case("Éa b")]
    bad = [
        Case("big Bold"),
        Case("Big — bold", why="a dash is no word"),
        Case("Éa eb", why="an accent does not change the letter"),
        Case("가방 구두", why="the first letter of a syllable"),
        Case("a\napple"),
        Case("Word", why="one word has no neighbour"),
    ]

    def describe(self) -> str:
        return "No two neighbouring words may begin with the same letter, not even across lines or sentences."

    def check(self, text: Text) -> Verdict:
        if len(text.words) < 2:
            return Verdict(False, "fewer than two words")
        for first, second in pairwise(text.words):
            if _first(text, first) == _first(text, second):
                return _same(text, first, second)
        return Verdict(True, f"no two neighbours of {len(text.words)} words share a first letter")

    def demands(self) -> Demands:
        return Demands(
            phase="content",
            words=Range(2),
            traits=(("neighbouring first letters", "different"),),
            meanings=(PLACED, NEIGHBOURS_DIFFER),
        )

    def repair(self, draft: str) -> str:
        return delete_words(self, draft, _second_ones, "Big towns welcome farmers.")

    published = {
        "ifbench": PublishedVariant(
            why="One word passes; pieces are cut at white space after ASCII punctuation is deleted, and a mark outside "
            "ASCII is a first letter.",
            source="IFBench NoConsecutiveFirstLetterChecker",
            check=_check_published,
            good=(Case("Big — bold"), Case("Word")),
            bad=(Case("— —"), Case("“big “cat")),
        ),
    }
