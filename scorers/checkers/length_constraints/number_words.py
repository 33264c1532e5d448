"""length_constraints:number_words."""

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
    Span,
    Text,
    Verdict,
    cached_text,
    choice,
    format_count,
    integer,
    range_of,
)

from ...checker import READ_AS_SEEN
from ...demands import WORDS_BOUNDED
from ...params import RELATIONS
from ...params.bounds import describe_empty_bound, surplus
from ...params.published import describe_negative
from ...text.reasons import format_asked, word_relation
from ._draws import draw_bound
from ._multiif import count_words

_DRAWN = {"at least": (200, 500), "less than": (50, 150)}
"""Bounds that are drawn, by side, where nothing is known of the answer: one that takes no notice meets few."""


def _check_multiif(self: NumberWords, text: Text) -> Verdict:
    number, by, places = count_words(text)
    followed = number in range_of(self.relation, self.num_words)
    over = not followed and self.relation == "less than"
    return Verdict.of(followed, f"{format_count(number, 'word')} {by}", self._surplus(places()) if over else [])


@dataclass(frozen=True)
class NumberWords(Checker):
    """Bounds the number of words."""

    id = "length_constraints:number_words"
    rule_books = frozenset({"audited", "ifeval"})
    english = "counts runs of letters, which are no words in text without spaces"
    version = 2
    changes = (READ_AS_SEEN,)

    num_words: int = integer("the bound on the number of words", low=1, drawn=(50, 500))
    relation: str = choice("on which side of the bound the count lies", RELATIONS)

    good = [
        Case("One two three.", num_words=3, relation="at least"),
        Case("Don't drop well-known 3.5 figures.", num_words=6, relation="less than"),
        Case("他买了米", num_words=4, relation="at least", why="a Han character is a word"),
        Case("- one\n- two", num_words=3, relation="less than", why="markers are no words"),
    ]
    bad = [
        Case("Don't go.", num_words=3, relation="at least", why="a contraction is one word"),
        Case("One two three.", num_words=3, relation="less than"),
        Case("नमस्ते दुनिया", num_words=3, relation="at least", why="a vowel sign does not end a word"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        return cls(*draw_bound(cls, rng, context, _DRAWN, "words"))

    def describe(self) -> str:
        return f"The whole response must have {word_relation(self.relation)} {format_count(self.num_words, 'word')}."

    def check(self, text: Text) -> Verdict:
        verdict = self._make_verdict(text.words)
        asked = format_asked(self.relation, self.num_words)
        return replace(verdict, reason=f"{verdict.reason}; {asked}")

    def demands(self) -> Demands:
        return Demands(phase="counts", words=range_of(self.relation, self.num_words), meanings=(WORDS_BOUNDED,))

    def range_error(self) -> str:
        return super().range_error() or describe_empty_bound(self.relation, self.num_words, "word")

    def repair(self, draft: str) -> str:
        words = cached_text(draft).words
        if self.relation == "less than":
            return draft if len(words) < self.num_words else draft[: words[self.num_words - 2][1]]
        missing = self.num_words - len(words)
        return draft if missing <= 0 else f"{draft} {Filler(turn=1).sentence(missing + 3)}".lstrip()

    def _make_verdict(self, words: list[Span]) -> Verdict:
        followed = len(words) in range_of(self.relation, self.num_words)
        over = not followed and self.relation == "less than"
        return Verdict.of(followed, format_count(len(words), "word"), self._surplus(words) if over else [])

    def _surplus(self, words: list[Span]) -> list[Span]:
        """Return one span from the first word too many to the last word."""
        beyond = surplus(words, self.num_words)
        return [(beyond[0][0], beyond[-1][1])] if beyond else []

    published = {
        "ifeval": PublishedVariant(
            why="Counts runs of letters, digits and underscores: a contraction or a hyphenated word is two, a run "
            "of Chinese characters is one.",
            source="IFEval instructions_util.count_words",
            check=lambda self, text: self._make_verdict(text.published_words),
            good=(Case("Don't go.", num_words=3, relation="at least"),),
            bad=(Case("他买了米", num_words=4, relation="at least"),),
        ),
    }
    published["multiif"] = PublishedVariant(
        why="Counts as IFEval does, unless langdetect takes the text for Chinese or Japanese: then each Asian "
        "character, each emoji and each run of anything else counts, punctuation deleted. Thai is cut by PyThaiNLP, "
        "and a Hindi vowel sign parts words.",
        source="Multi-IF instructions_util.count_words",
        check=_check_multiif,
        good=(
            Case("今天天气很好·我去。", num_words=9, relation="at least", why="a dot that is not deleted is a run"),
            Case("Don't go.", num_words=3, relation="at least"),
        ),
        bad=(
            Case("今天天气很好，12去。", num_words=9, relation="at least"),
            Case("今天天气好，我👍🏽👨‍👩‍👧去。", num_words=9, relation="less than", why="an emoji is a word"),
        ),
        refuses=lambda self: describe_negative("num_words", self.num_words),
    )
