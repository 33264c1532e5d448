"""keywords:frequency."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

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
    find_words,
    format_count,
    format_lines,
    integer,
    range_of,
)

from ...params import RELATIONS, StringParam
from ...text.word_lists import word_list
from ...text.word_search import not_regular


class _WordParam(StringParam):
    """A word or phrase, drawn from the word list."""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:
        return super().draw(rng, context, limit or word_list(context.language))

    @property
    def range(self) -> str:
        return "any text that is not blank; drawn from the word list"


def _published(self: Frequency, text: Text) -> Verdict:
    return self._judge(text, [match.span() for match in re.finditer(self._bare, text.raw, re.IGNORECASE)])


def _random(self: Frequency) -> str:
    if not self.keyword or self.frequency < 0:
        what = "keyword is empty" if not self.keyword else f"frequency is {self.frequency}"
        return f"{what}, and the published verifier draws one at random instead"
    return not_regular(self._bare)


def _published_demands(self: Frequency) -> Demands:
    if not self._bare.isalnum():
        return Demands()
    times = range_of(self.relation, self.frequency)
    if times.high is not None:
        return Demands(counts=((self._bare, times),))
    return Demands(parts=(self._bare,)) if times.low > 0 else Demands()


@dataclass(frozen=True)
class Frequency(Checker):
    """Bounds how often a word occurs."""

    id = "keywords:frequency"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2

    keyword: str = field(metadata={"param": _WordParam("the word or phrase that is counted")})
    frequency: int = integer("the bound on how often it occurs", low=1, drawn=(1, 3))
    relation: str = choice("on which side of the bound the count lies", RELATIONS)

    good = [
        Case("War, war and _war_.", keyword="war", frequency=3, relation="at least"),
        Case("Toward the warm house at war.", keyword="war", frequency=2, relation="less than", why="whole words"),
        Case("C++ or c++?", keyword="C++", frequency=2, relation="at least"),
        Case("河里有河", keyword="河", frequency=2, relation="at least", why="Chinese has no word bounds"),
        Case("No birds.", keyword="river", frequency=1, relation="less than"),
    ]
    bad = [
        Case("He walked toward the warm house.", keyword="war", frequency=2, relation="at least"),
        Case("Two rivers, one river.", keyword="river", frequency=2, relation="at least", why="a form of the word"),
        Case("Tea-time: tea.", keyword="tea", frequency=2, relation="less than"),
        Case("abc abc", keyword="a.c", frequency=1, relation="at least", why="a keyword is literal"),
    ]

    @property
    def _bare(self) -> str:
        return self.keyword.strip()

    def describe(self) -> str:
        times = format_count(self.frequency, "time")
        return f'Use the word "{self.keyword}" {self.relation} {times}, spelled exactly so (capitals aside).'

    def check(self, text: Text) -> Verdict:
        return self._judge(text, find_words(text.raw, (self.keyword,)))

    def demands(self) -> Demands:
        times = range_of(self.relation, self.frequency)
        contains = (self._bare,) if times.low else ()
        return Demands(phase="content", counts=((self._bare, times),), contains=contains)

    def repair(self, draft: str) -> str:
        spans = find_words(draft, (self.keyword,))
        if self.relation == "less than":
            return self._fewer(draft, spans[self.frequency - 1 :])
        missing = self.frequency - len(spans)
        if missing <= 0:
            return draft
        words = cached_text(draft).words
        more = " ".join([self._bare] * missing)
        if words:
            inserted = f"{draft[: words[0][1]]} {more} {draft[words[0][1] :].lstrip(' ')}"
            if self.check(cached_text(inserted)).followed:
                return inserted
        appended = f"{draft}\n{more}".lstrip()
        return appended if self.check(cached_text(appended)).followed else "\n".join([self._bare] * self.frequency)

    def _fewer(self, draft: str, surplus: list[Span]) -> str:
        filler = Filler(avoid=(self.keyword,), turn=3)
        for start, end in reversed(surplus):
            draft = f"{draft[:start]}{filler.word()}{draft[end:]}"
        return draft if self.check(cached_text(draft)).followed else filler.sentence(6)

    def _judge(self, text: Text, spans: list[Span]) -> Verdict:
        reason = f"{format_count(len(spans), 'time')}{format_lines(text, spans)}"
        if self.relation == "at least":
            return Verdict.of(len(spans) >= self.frequency, reason, _visible(spans))
        followed = len(spans) < self.frequency
        return Verdict.of(followed, reason, _visible(spans if followed else spans[max(0, self.frequency - 1) :]))

    published = {
        "ifeval": PublishedVariant(
            why="Searches the keyword as a regular expression without word bounds: 'war' is found in 'toward'.",
            source="IFEval KeywordFrequencyChecker",
            check=_published,
            good=(
                Case("He walked toward the warm house.", keyword="war", frequency=2, relation="at least"),
                Case("abc", keyword=" a.c ", frequency=1, relation="at least", why="stripped, and regular"),
                Case("aaaa", keyword="aa", frequency=3, relation="less than", why="matches do not overlap"),
            ),
            bad=(
                Case("Toward the warm house at war.", keyword="war", frequency=2, relation="less than"),
                Case("none", keyword="x", frequency=0, relation="less than"),
            ),
            refuses=_random,
            demands=_published_demands,
        ),
    }


def _visible(spans: list[Span]) -> list[Span]:
    """Leave out empty matches, which a regular expression may have between any two characters."""
    return [span for span in spans if span[0] < span[1]]
