"""count:unique_word_count."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Self

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    PublishedVariant,
    Range,
    Text,
    Verdict,
    cached_text,
    format_asked,
    format_count,
    number,
)

from ...params.published import drawn_at_random, format_number
from ...repair.attempts import first_following, with_sentence
from ...text.published.ascii_punctuation import ENDS
from ...text.word_lists import word_list

_SHARES = (0.65, 0.8)
"""Different words as a share of the words that an answer has by itself."""


def _check_published(self: UniqueWordCount, text: Text) -> Verdict:
    return self._make_verdict(len({piece.strip(ENDS) for piece in text.lower.split()}))


@dataclass(frozen=True)
class UniqueWordCount(Checker):
    """Demands a least number of different words."""

    id = "count:unique_word_count"
    rule_books = frozenset({"audited", "ifbench"})

    N: float = number("how many different words there are at least", low=1, drawn=(60, 150))

    good = [Case("The cat saw the dog.", N=4), Case("“Cat” — dog", N=2.0)]
    bad = [
        Case("The cat saw the dog.", N=5),
        Case("Cat, CAT! (cat)", N=2),
        Case("a A - *", N=2, why="a mark is no word"),
        Case("“a” a", N=2, why="the same word in curly quotes"),
        Case("one two", N=700, why="more words than a list of common ones has"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw a number that an answer hardly has by itself: a fixed one asks nothing of a long answer."""
        near = context.bounds_near("words", _SHARES, repeated=0.6)
        return cls(cls.params()["N"].draw(rng, context, (context.limits or {}).get("N") or near))

    def describe(self) -> str:
        return f"Use at least {format_number(self.N)} different words."

    def check(self, text: Text) -> Verdict:
        return self._make_verdict(len({text.raw[start:end].lower() for start, end in text.words}))

    def _make_verdict(self, count: int) -> Verdict:
        return Verdict(
            count >= self.N, f"{format_count(count, 'different word')}; {format_asked('at least', ceil(self.N))}"
        )

    def demands(self) -> Demands:
        return Demands(phase="counts", words=Range(int(self.N)))

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        used = {draft[start:end].lower() for start, end in text.words}
        fresh = [word for word in word_list() if word not in used]
        fresh += [f"{a}-{b}" for a in fresh for b in fresh[: int(self.N) // 300]]
        fresh = fresh[: int(self.N) - len(used) + 1]
        lines = [" ".join(fresh[at : at + 7]).capitalize() + "." for at in range(0, len(fresh), 7)]
        return first_following(self, *with_sentence(draft, " ".join(lines)))

    published = {
        "ifbench": PublishedVariant(
            why="Cuts at white space and strips ASCII punctuation: a lone mark is a word, and a word in curly quotes "
            "is another word than the same without them.",
            source="IFBench UniqueWordCountChecker",
            check=_check_published,
            good=(Case("a A - *", N=2), Case("“a” a", N=2)),
            bad=(Case("one/two", N=2),),
            refuses=lambda self: drawn_at_random("N", self.N),
        ),
    }
