"""count:pronouns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import ceil
from random import Random
from typing import Self

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    format_asked,
    format_count,
    number,
)

from ...params.published import drawn_at_random, format_number
from ...repair.attempts import first_following, with_sentence
from ...text.published.ascii_punctuation import without
from ...text.word_lists import data_words

_SHARES = (0.06, 0.12)
"""Pronouns as a share of the words that an answer has by itself."""
_PERSONAL = 31
"""The personal, possessive and reflexive pronouns are the first ones of the list."""


@cache
def _all() -> frozenset[str]:
    return frozenset(data_words("pronouns.en"))


@cache
def _personal() -> frozenset[str]:
    return frozenset(data_words("pronouns.en")[:_PERSONAL])


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(_personal()))})(?![^\W_])", re.IGNORECASE)


def _check_published(self: Pronouns, text: Text) -> Verdict:
    tokens = Text(text.lower.replace("/", " ")).tokens
    return self._make_verdict(sum(token in _all() for token in tokens), [])


def _check_livebench(self: Pronouns, text: Text) -> Verdict:
    words = without(text.raw.replace("/", " ").lower()).split()
    return self._make_verdict(sum(word in _personal() for word in words), [])


@dataclass(frozen=True)
class Pronouns(Checker):
    """Demands a least number of personal pronouns."""

    id = "count:pronouns"
    rule_books = frozenset({"audited", "ifbench"})

    N: float = number("how many pronouns there are at least", low=1, drawn=(2, 25))

    good = [
        Case("I'm sure it’s hers.", N=3, why="contractions count"),
        Case("she/her/hers", N=3.0),
        Case("it it", N=2, why="repetitions count"),
        Case("They saw themselves.", N=2),
    ]
    bad = [
        Case("That book", N=1, why="that is no pronoun here"),
        Case("This book", N=1),
        Case("No one came to Italy.", N=1),
        Case("**She** saw.", N=2),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw a number that an answer hardly has by itself: a fixed one asks nothing of a long answer."""
        near = context.bounds_near("words", _SHARES, repeated=0.05)
        return cls(cls.params()["N"].draw(rng, context, (context.limits or {}).get("N") or near))

    def describe(self) -> str:
        return (
            f"Use at least {format_number(self.N)} personal pronouns (I, me, my, mine, myself and those of the other "
            "persons); each occurrence counts."
        )

    def check(self, text: Text) -> Verdict:
        spans = [match.span() for match in _pattern().finditer(text.raw)]
        return self._make_verdict(len(spans), spans)

    def _make_verdict(self, count: int, spans: list[Span]) -> Verdict:
        return Verdict.of(
            count >= self.N, f"{format_count(count, 'pronoun')}; {format_asked('at least', ceil(self.N))}", spans
        )

    def demands(self) -> Demands:
        return Demands(phase="content", english=("pronouns such as I and my",))

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        missing = int(self.N) - len(_pattern().findall(draft))
        sentences = ["They show us their gardens."] * (missing // 3) + ["We visit them."] * ((missing % 3 + 1) // 2)
        return first_following(self, *with_sentence(draft, " ".join(sentences)))

    published = {
        "ifbench": PublishedVariant(
            why="Also counts demonstrative, interrogative and indefinite pronouns, whatever their use.",
            source="IFBench PronounCountChecker",
            check=_check_published,
            good=(Case("That book", N=1), Case("what?", N=1)),
            bad=(Case("you-self", N=1),),
            refuses=lambda self: drawn_at_random("N", self.N),
        ),
        "livebench": PublishedVariant(
            why="Deletes ASCII punctuation first, so a contraction such as I'm is no pronoun.",
            source="LiveBench PronounCountChecker",
            check=_check_livebench,
            good=(Case("him.", N=1),),
            bad=(Case("I'm here", N=1), Case("“It” fell", N=1)),
            refuses=lambda self: drawn_at_random("N", self.N),
        ),
    }
