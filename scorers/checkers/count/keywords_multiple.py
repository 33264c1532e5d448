"""count:keywords_multiple."""

from __future__ import annotations

import re
from dataclasses import dataclass
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
    exactly,
    find_words,
    format_count,
    format_list,
    keyword,
)

from ...repair.attempts import first_following, with_sentence

COUNTS = (1, 2, 3, 5, 7)
_DRAWS = 20
"""Draws until none of the words is part of another."""
_FIVE = {"keyword1": "ox", "keyword2": "cat", "keyword3": "dog", "keyword4": "hen", "keyword5": "pig"}


def _check_published(self: KeywordsMultiple, text: Text) -> Verdict:
    return self._make_verdict([text.lower.count(word.lower()) for word in self.keywords], [])


@dataclass(frozen=True)
class KeywordsMultiple(Checker):
    """Demands five words, once, twice, three, five and seven times."""

    id = "count:keywords_multiple"
    rule_books = frozenset({"audited", "ifbench"})

    keyword1: str = keyword("the word that occurs once")
    keyword2: str = keyword("the word that occurs twice")
    keyword3: str = keyword("the word that occurs three times")
    keyword4: str = keyword("the word that occurs five times")
    keyword5: str = keyword("the word that occurs seven times")

    good = [
        Case(
            "Ox cat CAT dog dog dog hen hen hen hen hen pig pig pig pig pig pig pig fox",
            **_FIVE,
            why="a fox is no ox",
        )
    ]
    bad = [
        Case(
            "ox cat cat dog dog dog hen hen hen hen hen pig pig pig pig pig pig pig pig",
            **_FIVE,
        ),
        Case(
            "box cat cat dog dog dog hen hen hen hen hen pig pig pig pig pig pig pig",
            **_FIVE,
            why="inside another word",
        ),
        Case(
            "Bay, bee and bit; a bays-bee, a BEES bit.",
            keyword1="bay",
            keyword2="bee",
            keyword3="bees",
            keyword4="bit",
            keyword5="cab",
            why="one word is the beginning of another, and four begin with one letter",
        ),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw words none of which is part of another, where the limits leave a choice."""
        drawn = super().draw(rng, context)
        for _ in range(_DRAWS):
            if not _are_nested(drawn.keywords):
                break
            drawn = super().draw(rng, context)
        return drawn

    @property
    def keywords(self) -> tuple[str, ...]:
        """The five words."""
        return tuple(w.strip() for w in (self.keyword1, self.keyword2, self.keyword3, self.keyword4, self.keyword5))

    def range_error(self) -> str:
        same = len({word.lower() for word in self.keywords}) < len(COUNTS)
        return super().range_error() or ("two keywords are the same" if same else "")

    def describe(self) -> str:
        counted = (
            f'"{word}" exactly {how}'
            for word, how in zip(
                self.keywords, ("once", "twice", "three times", "five times", "seven times"), strict=True
            )
        )
        return f"Use the word {format_list(counted)}."

    def check(self, text: Text) -> Verdict:
        places = [find_words(text.raw, (word,)) for word in self.keywords]
        wrong = [spans for spans, count in zip(places, COUNTS, strict=True) if len(spans) != count]
        return self._make_verdict([len(spans) for spans in places], [span for spans in wrong for span in spans])

    def _make_verdict(self, counts: list[int], spans: list[Span]) -> Verdict:
        reason = format_list(f"{w!r} {format_count(c, 'time')}" for w, c in zip(self.keywords, counts, strict=True))
        return Verdict.of(counts == list(COUNTS), reason, spans)

    def demands(self) -> Demands:
        pairs = zip(self.keywords, COUNTS, strict=True)
        return Demands(phase="content", counts=tuple((word, exactly(count)) for word, count in pairs))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        found = re.compile("|".join(re.escape(w) for w in sorted(self.keywords, key=len, reverse=True)), re.IGNORECASE)
        rest = found.sub(" ", draft)
        sentence = " ".join(_mix_keywords(self.keywords))
        return first_following(self, *with_sentence(rest, f"{sentence}."), f"{sentence}.")

    published = {
        "ifbench": PublishedVariant(
            why="Counts the keywords anywhere, also inside other words.",
            source="IFBench KeywordsMultipleChecker",
            check=_check_published,
            good=(
                Case(
                    "box cat cat dog dog dog hen hen hen hen hen pig pig pig pig pig pig pig",
                    **_FIVE,
                ),
            ),
            bad=(
                Case(
                    "ox cat cat dog dog dog hen hen hen hen hen pig pig pig pig pig pig pig fox",
                    **_FIVE,
                ),
            ),
        ),
    }


def _are_nested(keywords: tuple[str, ...]) -> bool:
    words = [word.lower() for word in keywords]
    return any(a in b for i, a in enumerate(words) for j, b in enumerate(words) if i != j)


def _mix_keywords(keywords: tuple[str, ...]) -> list[str]:
    """Return the keywords as often as they must occur, neighbours with different first letters where that can be."""
    left = dict(zip(keywords, COUNTS, strict=True))
    mixed: list[str] = []
    while any(left.values()):
        last = mixed[-1][:1].lower() if mixed else ""
        word = max(keywords, key=lambda word: (left[word] > 0, word[:1].lower() != last, left[word]))
        mixed.append(word)
        left[word] -= 1
    return mixed
