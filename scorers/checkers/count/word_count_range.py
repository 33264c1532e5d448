"""count:word_count_range."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    format_count,
    number,
)

from ...demands import WORDS_BETWEEN
from ...params.published import drawn_at_random, format_number
from ...repair.attempts import first_following, without_words

_SHARES = (0.8, 1.2)
"""The least number of words as a share of what an answer has by itself."""


@dataclass(frozen=True)
class WordCountRange(Checker):
    """Bounds the number of words on both sides."""

    id = "count:word_count_range"
    rule_books = frozenset({"audited", "ifbench"})

    min_words: float = number("the least number of words", low=0, drawn=(100, 300))
    max_words: float = number("the greatest number of words", low=1, drawn=(100, 330))

    good = [
        Case("Don't drop 3.5 figures.", min_words=4, max_words=4),
        Case("- one\n- two", min_words=1, max_words=2, why="markers are no words"),
        Case("他买了米", min_words=4.0, max_words=4.0, why="a Han character is a word"),
    ]
    bad = [
        Case("Don't go.", min_words=3, max_words=5, why="a contraction is one word"),
        Case("One two three.", min_words=1, max_words=2),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        limits = context.limits or {}
        near = {} if limits else {"min_words": context.bounds_near("words", _SHARES)}
        drawn = super().draw(rng, replace(context, limits={**near, **limits}))
        if "max_words" in limits and drawn.max_words >= drawn.min_words:
            return drawn
        return replace(
            drawn, max_words=int(drawn.min_words) + max(2, int(drawn.min_words * (5 + rng.random() * 5) / 100))
        )

    def describe(self) -> str:
        return f"Write between {format_number(self.min_words)} and {format_number(self.max_words)} words."

    def check(self, text: Text) -> Verdict:
        return self._make_verdict(len(text.words))

    def _make_verdict(self, count: int) -> Verdict:
        asked = f"{self.min_words} to {self.max_words} were asked"
        return Verdict(self.min_words <= count <= self.max_words, f"{format_count(count, 'word')}; {asked}")

    def range_error(self) -> str:
        crossed = self.min_words > self.max_words
        return super().range_error() or (f"min_words {self.min_words} is above max_words" if crossed else "")

    def demands(self) -> Demands:
        between = Range(int(self.min_words), int(self.max_words))
        return Demands(phase="edges", words=between, meanings=(WORDS_BETWEEN,))

    def repair(self, draft: str) -> str:
        words = cached_text(draft).words
        if len(words) > self.max_words:
            return first_following(
                self,
                without_words(draft, _inner_words(draft)[: len(words) - int(self.max_words)]),
                draft[: words[int(self.max_words) - 1][1]],
            )
        missing = int(self.min_words) - len(words)
        return draft if missing <= 0 else f"{draft} {Filler(turn=1).sentence(missing)}".lstrip()

    published = {
        "ifbench": PublishedVariant(
            why="Counts runs of letters, digits and underscores: a contraction or a hyphenated word is two.",
            source="IFBench WordCountRangeChecker",
            check=lambda self, text: self._make_verdict(len(text.published_words)),
            good=(Case("Don't go.", min_words=3, max_words=3),),
            bad=(Case("他买了米", min_words=4, max_words=4),),
            refuses=lambda self: (
                drawn_at_random("min_words", self.min_words) or drawn_at_random("max_words", self.max_words)
            ),
        ),
    }


def _inner_words(draft: str) -> list[Span]:
    """Return the words that a sentence can best do without: small ones, neither its first nor its last."""
    text = cached_text(draft)
    ends = {start for start, _ in text.sentences} | {end for _, end in text.sentences}
    found = []
    for place, (start, end) in enumerate(text.words[1:-1], 1):
        following = text.words[place + 1][0]
        last = any(at in ends for at in range(end, following))
        if draft[start:end].islower() and draft[start:end].isalpha() and start not in ends and not last:
            found.append((start, end))
    return found
