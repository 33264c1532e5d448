"""change_case:capital_word_frequency."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Self

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    Filler,
    PublishedVariant,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    choice,
    format_count,
    format_lines,
    integer,
    range_of,
)

from ...checker import READ_AS_SEEN
from ...params import RELATIONS
from ...params.bounds import describe_bound, surplus, verdict_on_count

AT_LEAST = RELATIONS[1]
_POSSESSIVE = re.compile("['’ʼ]s$")


def _in_capitals(word: str) -> bool:
    """True for two letters or more, all of them capital; a possessive 's does not matter."""
    bare = _POSSESSIVE.sub("", word)
    return bare.isupper() and sum(map(str.isalpha, bare)) > 1


def _capital_words(text: Text) -> list[Span]:
    return [(start, end) for start, end in text.words if _in_capitals(text.raw[start:end])]


@dataclass(frozen=True)
class CapitalWordFrequency(Checker):
    """Bounds the number of words in capital letters."""

    id = "change_case:capital_word_frequency"
    rule_books = frozenset({"audited", "ifeval"})
    english = "counts words in capitals, which many scripts do not have"
    version = 2
    changes = (READ_AS_SEEN,)

    capital_frequency: int = integer("the bound on the number of words in capitals", low=1, drawn=(1, 20))
    capital_relation: str = choice("on which side of the bound the count lies", RELATIONS)

    good = [
        Case("NASA's U.S. base.", capital_frequency=2, capital_relation="at least", why="marks inside are no letters"),
        Case("DON'T touch HIGH-TECH.", capital_frequency=3, capital_relation="less than", why="one word each"),
        Case("I ate A cake.", capital_frequency=1, capital_relation="less than", why="a single letter shouts nothing"),
        Case("ÉTÉ and **ÜBER**", capital_frequency=2, capital_relation="at least"),
    ]
    bad = [
        Case("I am here.", capital_frequency=1, capital_relation="at least"),
        Case("An iPhone and two CDs.", capital_frequency=1, capital_relation="at least", why="a small letter in it"),
        Case("STOP AND GO", capital_frequency=3, capital_relation="less than"),
        Case("3 x 4 字", capital_frequency=1, capital_relation="at least"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw the parameters; "at least" unless limits say otherwise, for most answers have few words in capitals."""
        limits = {"capital_relation": [AT_LEAST], **(context.limits or {})}
        return cls(*(param.draw(rng, context, limits.get(name)) for name, param in cls.params().items()))

    def describe(self) -> str:
        words = format_count(self.capital_frequency, "word")
        if self.capital_relation == AT_LEAST:
            return f"Write at least {words} in capital letters only, counting words of two letters or more."
        bound = f"fewer than {self.capital_frequency}"
        return f"Of the words of two letters or more, {bound} may be in capital letters only."

    def check(self, text: Text) -> Verdict:
        return self._make_verdict(text, _capital_words(text))

    def demands(self) -> Demands:
        capitals = range_of(self.capital_relation, self.capital_frequency)
        return Demands(phase="content", capitals=capitals, words=Range(capitals.low))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        if self.capital_relation == "less than":
            beyond = surplus(_capital_words(cached_text(draft)), self.capital_frequency)
            fewer = _rewritten(draft, beyond, str.capitalize)
            return fewer if self.check(cached_text(fewer)).followed else Filler(turn=6).sentence(6)
        text = cached_text(draft)
        small = [span for span in text.words if draft[slice(*span)].isascii() and draft[slice(*span)].isalpha()]
        small = [span for span in small if span[1] - span[0] > 1 and not draft[slice(*span)].isupper()]
        missing = self.capital_frequency - len(_capital_words(text))
        more = _rewritten(draft, small[:missing], str.upper)
        missing = self.capital_frequency - len(_capital_words(cached_text(more)))
        return more if missing <= 0 else f"{more} {Filler(turn=6).sentence(missing).upper()}".lstrip()

    def _make_verdict(self, text: Text, found: list[Span]) -> Verdict:
        counted = f"{format_count(len(found), 'word')} in capitals{format_lines(text, found)}"
        reason = f"{counted}; {describe_bound(self.capital_relation, self.capital_frequency)}"
        return verdict_on_count(self.capital_relation, self.capital_frequency, found, reason)

    published = {
        "ifeval": PublishedVariant(
            why="Counts NLTK's tokens that have a capital letter and no small one: I and 3D count, and DON'T is two.",
            source="IFEval CapitalWordFrequencyChecker (NLTK word_tokenize)",
            check=lambda self, text: self._make_verdict(text, text.capital_tokens),
            good=(
                Case("I am here.", capital_frequency=1, capital_relation="at least"),
                Case("DON'T.", capital_frequency=2, capital_relation="at least"),
                Case("A big HIGH-TECH U.S. base.", capital_frequency=4, capital_relation="less than"),
                Case("none", capital_frequency=0, capital_relation="at least"),
            ),
            bad=(
                Case("I ate A cake.", capital_frequency=1, capital_relation="less than"),
                Case("none", capital_frequency=0, capital_relation="less than"),
            ),
        ),
    }


def _rewritten(draft: str, spans: list[Span], how: Callable[[str], str]) -> str:
    for start, end in reversed(spans):
        draft = draft[:start] + how(draft[start:end]) + draft[end:]
    return draft
