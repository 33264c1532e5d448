"""keywords:frequency.

Audited: the keyword occurs the required number of times as a whole word or phrase, in exactly this form and in any
capitalisation. A hyphen, an apostrophe or an underscore bounds a word; scripts written without spaces have no word
bounds.

"Less than" is sampled with a word that the article's opening uses most: a response would seldom use any other word that
often.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Self

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
    integer,
    range_of,
)

from ...checker import READ_AS_SEEN
from ...params import RELATIONS, StringParam
from ...params.bounds import surplus
from ...text.word_lists import pick, word_list
from ...text.word_search import not_regular
from ._bound import verdict_on_occurrences
from ._near_miss import describe_near_misses

_RUN = re.compile(r"[^\W\d_]+")
_FEWEST = 2


class _WordParam(StringParam):
    """A word or phrase; `Frequency.draw` replaces the sampled one where the bound is from above."""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:
        return super().draw(rng, context, limit or word_list(context.language))

    @property
    def range(self) -> str:
        return "any text that is not blank; drawn from the word list, or from the opening where `relation` is less than"


def _check_published(self: Frequency, text: Text) -> Verdict:
    return self._make_verdict(text, [match.span() for match in re.finditer(self._bare, text.raw, re.IGNORECASE)])


def _check_multiif(self: Frequency, text: Text) -> Verdict:
    broken = not_regular(self._bare)
    return Verdict(False, f"{broken}; it fails") if broken else _check_published(self, text)


def _refuse_missing(self: Frequency) -> str:
    if not self.keyword or self.frequency < 0:
        what = f"frequency is {self.frequency}" if self.keyword else "keyword is empty"
        return f"{what}, and the published verifier draws one at random instead"
    return ""


def _refuse_expression(self: Frequency) -> str:
    return _refuse_missing(self) or not_regular(self._bare)


def _demand_published(self: Frequency) -> Demands:
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
    changes = (f"{READ_AS_SEEN} Keywords are found across emphasis (`New **York**`).",)

    keyword: str = field(metadata={"param": _WordParam("the counted word or phrase")})
    frequency: int = integer("the bound on its occurrences", low=1, drawn=(_FEWEST, 4))
    relation: str = choice("the side of the bound", RELATIONS)

    good = [
        Case("War, war and _war_.", keyword="war", frequency=3, relation="at least"),
        Case("Toward the warm house at war.", keyword="war", frequency=2, relation="less than", why="whole words"),
        Case("C++ or c++?", keyword="C++", frequency=2, relation="at least"),
        Case("河里有河", keyword="河", frequency=2, relation="at least", why="Chinese has no word bounds"),
        Case("No birds.", keyword="river", frequency=2, relation="less than", why="none is fewer, too"),
    ]
    bad = [
        Case("He walked toward the warm house.", keyword="war", frequency=2, relation="at least"),
        Case("Two rivers, one river.", keyword="river", frequency=2, relation="at least", why="a form of the word"),
        Case("Tea-time: tea.", keyword="tea", frequency=2, relation="less than"),
        Case("abc abc", keyword="a.c", frequency=1, relation="at least", why="a keyword is literal"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        drawn = super().draw(rng, context)
        limits = context.limits or {}
        if drawn.relation == "less than" and "keyword" not in limits and context.content_words:
            known = Counter(_RUN.findall((context.opening or context.request).lower()))
            most = max(known[word] for word in context.content_words)
            drawn = replace(drawn, keyword=pick(rng, [word for word in context.content_words if known[word] == most]))
            if "frequency" not in limits:
                drawn = replace(drawn, frequency=min(drawn.frequency, most))
        return drawn

    @property
    def _bare(self) -> str:
        return self.keyword.strip()

    def describe(self) -> str:
        what = f'the {"phrase" if " " in self._bare else "word"} "{self.keyword}"'
        given = "exactly as given (capitalisation does not matter)"
        if self.relation == "less than":
            if self.frequency == 1:
                return f"Do not use {what} (capitalisation does not matter; other forms of it are fine)."
            return f"Use {what} fewer than {self.frequency} times, {given}."
        times = "once" if self.frequency == 1 else f"{self.frequency} times"
        return f"Use {what} at least {times}, {given}."

    def check(self, text: Text) -> Verdict:
        spans = find_words(text.raw, (self.keyword,))
        near = describe_near_misses(text, [self.keyword]) if len(spans) < self.frequency else ("", [])
        return self._make_verdict(text, spans, near)

    def demands(self) -> Demands:
        times = range_of(self.relation, self.frequency)
        contains = (self._bare,) if times.low else ()
        return Demands(phase="content", counts=((self._bare, times),), contains=contains)

    def repair(self, draft: str) -> str:
        spans = find_words(draft, (self.keyword,))
        if self.relation == "less than":
            return self._fewer(draft, surplus(spans, self.frequency))
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

    def _fewer(self, draft: str, beyond: list[Span]) -> str:
        filler = Filler(avoid=(self.keyword,), turn=3)
        for start, end in reversed(beyond):
            draft = f"{draft[:start]}{filler.word()}{draft[end:]}"
        return draft if self.check(cached_text(draft)).followed else filler.sentence(6)

    def _make_verdict(self, text: Text, spans: list[Span], near: tuple[str, list[Span]] = ("", [])) -> Verdict:
        bound = (self.relation, self.frequency)
        return verdict_on_occurrences(text, f"{self._bare!r:.60}", (len(spans), spans), bound, near=near, mark=_visible)

    published = {
        "ifeval": PublishedVariant(
            why="Searches the keyword as a regular expression without word bounds, so that 'toward' contains 'war'.",
            source="IFEval KeywordFrequencyChecker",
            check=_check_published,
            good=(
                Case("He walked toward the warm house.", keyword="war", frequency=2, relation="at least"),
                Case("abc", keyword=" a.c ", frequency=1, relation="at least", why="stripped, and regular"),
                Case("aaaa", keyword="aa", frequency=3, relation="less than", why="matches do not overlap"),
            ),
            bad=(
                Case("Toward the warm house at war.", keyword="war", frequency=2, relation="less than"),
                Case("none", keyword="x", frequency=0, relation="less than"),
            ),
            refuses=_refuse_expression,
            demands=_demand_published,
        ),
    }
    published["multiif"] = replace(
        published["ifeval"],
        why="As in IFEval, but a keyword that is no regular expression fails, whichever side of the bound is required.",
        source="Multi-IF KeywordFrequencyChecker",
        check=_check_multiif,
        good=(Case("He walked toward the warm house.", keyword="war", frequency=2, relation="at least"),),
        bad=(
            Case("So it goes (fin", keyword="(fin", frequency=1, relation="at least"),
            Case("Nothing of it.", keyword="(fin", frequency=1, relation="less than"),
        ),
        refuses=_refuse_missing,
    )


def _visible(spans: list[Span]) -> list[Span]:
    """Return the spans that are not empty; a regular expression can match between any two characters."""
    return [span for span in spans if span[0] < span[1]]
