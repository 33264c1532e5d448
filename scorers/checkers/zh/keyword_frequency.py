"""zh:keyword_frequency."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Self

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    Range,
    Text,
    Verdict,
    cached_text,
    choice,
    find_words,
    format_count,
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...repair.filler_zh import ChineseFiller
from ...text.language.chinese import AT_LEAST, AT_MOST, EXACTLY, compared_with, format_bound, has_variants
from ...text.word_lists import pick
from ._words import chinese_word, find_in_both, word_rule


@dataclass(frozen=True)
class KeywordFrequency(Checker):
    """Bounds how often a Chinese word occurs."""

    id = "zh:keyword_frequency"
    worded_in = "zh"
    version = 2
    changes = (f"{READ_AS_SEEN} Either script matches, and Latin keywords are whole words: `AI` is not in `AIGC`.",)

    keyword: str = chinese_word("the word that is counted")
    frequency: int = integer("the bound on how often it occurs, itself allowed", low=1, drawn=(2, 5))
    relation: str = choice("on which side of the bound the count lies", (AT_LEAST, AT_MOST, EXACTLY))

    good = [
        Case("大桥、大桥和长江大桥。", keyword="大桥", frequency=3, relation=EXACTLY, why="longer words hold it"),
        Case("人人人", keyword="人人", frequency=1, relation=EXACTLY, why="occurrences do not overlap"),
        Case("没有。", keyword="大桥", frequency=1, relation=AT_MOST),
        Case("大桥\r\n“大桥”", keyword="大桥", frequency=2, relation=AT_LEAST),
        Case("大桥和大橋", keyword="大桥", frequency=2, relation=EXACTLY, why="in either script"),
    ]
    bad = [
        Case("大桥和大石桥", keyword="大桥", frequency=2, relation=AT_LEAST),
        Case("大桥，大桥！", keyword="大桥", frequency=1, relation=AT_MOST),
        Case("大桥，大桥，大桥。", keyword="大桥", frequency=2, relation=EXACTLY),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw a word of the opening where it may not occur often, and a bound that it is likely to reach."""
        drawn = super().draw(rng, context)
        limits = context.limits or {}
        own = replace(context, language="zh").content_words
        if drawn.relation != AT_MOST or not own or {"keyword", "frequency"} & set(limits):
            return drawn
        keyword = pick(rng, own)
        often = len(find_words(context.opening or context.request, (keyword,)))
        return replace(drawn, keyword=keyword, frequency=max(1, often - 1))

    def describe(self) -> str:
        how = f"出现{self.relation}" if self.relation == AT_MOST else f"{self.relation}出现"
        rule = word_rule((self.keyword,), "繁体、简体都算，包含在更长的词语里也算")
        return f"“{self.keyword}”在文中{how} {self.frequency} 次（{rule}）。"

    def check(self, text: Text) -> Verdict:
        spans = find_in_both(text.raw, (self.keyword,))
        followed = compared_with(self.relation, len(spans), self.frequency)
        beyond = not followed and len(spans) > self.frequency
        reason = f"{self.keyword!r} {format_count(len(spans), 'time')}{format_lines(text, spans)}"
        if not followed:
            reason += f"; {format_bound(self.relation, self.frequency)}"
        return Verdict.of(followed, reason, spans[self.frequency if beyond else 0 :])

    def demands(self) -> Demands:
        low = 0 if self.relation == AT_MOST else self.frequency
        high = None if self.relation == AT_LEAST else self.frequency
        word = self.keyword.strip()
        if has_variants(word):  # in the other script it occurs as well
            counts, choices = ((word, Range(0, high)),), ((low, (word,) * low),)
            return Demands(phase="content", counts=counts, choices=choices, prose="zh")
        return Demands(phase="content", counts=((word, Range(low, high)),), contains=(word,) if low else (), prose="zh")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        spans = find_in_both(draft, (self.keyword,))
        filler = ChineseFiller(avoid=(self.keyword,), turn=3)
        for start, end in reversed(spans[self.frequency :]):
            draft = f"{draft[:start]}{filler.word()}{draft[end:]}"
        missing = [self.keyword.strip()] * (self.frequency - len(spans))
        if missing:
            draft = f"{draft}\n{'、'.join(missing)}。".lstrip()
        if self.check(cached_text(draft)).followed:
            return draft
        return "" if self.relation == AT_MOST else "、".join([self.keyword.strip()] * self.frequency)
