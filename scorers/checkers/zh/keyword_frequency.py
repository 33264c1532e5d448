"""zh:keyword_frequency."""

from __future__ import annotations

from dataclasses import dataclass

from ...checker import Case, Checker
from ...demands import Between, Demands
from ...params import choice, integer
from ...repair.filler_zh import ChineseFiller
from ...text.chinese import AT_LEAST, AT_MOST, EXACTLY, compared_with
from ...text.reasons import at_lines, counted
from ...text.text import Text, drafted
from ...text.word_search import find_words
from ...verdict import Verdict
from ._words import chinese_word


@dataclass(frozen=True)
class KeywordFrequency(Checker):
    """Bounds how often a Chinese word occurs."""

    id = "zh:keyword_frequency"
    worded_in = "zh"

    keyword: str = chinese_word("the word that is counted")
    frequency: int = integer("the bound on how often it occurs, itself allowed", low=1, drawn=(2, 5))
    relation: str = choice("on which side of the bound the count lies", (AT_LEAST, AT_MOST, EXACTLY))

    good = [
        Case("大桥、大桥和长江大桥。", keyword="大桥", frequency=3, relation=EXACTLY, why="longer words hold it"),
        Case("人人人", keyword="人人", frequency=1, relation=EXACTLY, why="occurrences do not overlap"),
        Case("没有。", keyword="大桥", frequency=1, relation=AT_MOST),
        Case("大桥\r\n“大桥”", keyword="大桥", frequency=2, relation=AT_LEAST),
    ]
    bad = [
        Case("大桥和大石桥", keyword="大桥", frequency=2, relation=AT_LEAST),
        Case("大桥，大桥！", keyword="大桥", frequency=1, relation=AT_MOST),
        Case("大桥，大桥，大桥。", keyword="大桥", frequency=2, relation=EXACTLY),
    ]

    def describe(self) -> str:
        how = f"出现{self.relation}" if self.relation == AT_MOST else f"{self.relation}出现"
        return f"“{self.keyword}”在文中{how} {self.frequency} 次（包含在更长的词语里也算）。"

    def check(self, text: Text) -> Verdict:
        spans = find_words(text.raw, (self.keyword,))
        followed = compared_with(self.relation, len(spans), self.frequency)
        beyond = not followed and len(spans) > self.frequency
        reason = f"{counted(len(spans), 'time')}{at_lines(text, spans)}"
        return Verdict.of(followed, reason, spans[self.frequency if beyond else 0 :])

    def demands(self) -> Demands:
        low = 0 if self.relation == AT_MOST else self.frequency
        high = None if self.relation == AT_LEAST else self.frequency
        word = self.keyword.strip()
        return Demands(
            phase="content", counts=((word, Between(low, high)),), contains=(word,) if low else (), prose="zh"
        )

    def repair(self, draft: str) -> str:
        if self.check(drafted(draft)).followed:
            return draft
        spans = find_words(draft, (self.keyword,))
        filler = ChineseFiller(avoid=(self.keyword,), turn=3)
        for start, end in reversed(spans[self.frequency :]):
            draft = f"{draft[:start]}{filler.word()}{draft[end:]}"
        missing = [self.keyword.strip()] * (self.frequency - len(spans))
        if missing:
            draft = f"{draft}\n{'、'.join(missing)}。".lstrip()
        if self.check(drafted(draft)).followed:
            return draft
        return "" if self.relation == AT_MOST else "、".join([self.keyword.strip()] * self.frequency)
