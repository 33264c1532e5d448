"""zh:number_characters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Self

from scorers import Case, Checker, Context, Demands, Range, Text, Verdict, choice, format_count, integer

from ...checker import READ_AS_SEEN
from ...repair.filler_zh import chinese_filler
from ...text.language.chinese import AT_LEAST, AT_MOST, compared_with, format_bound, han_count, han_spans
from ._words import draw_near


@dataclass(frozen=True)
class NumberCharacters(Checker):
    """Bounds the number of Chinese characters, punctuation left out."""

    id = "zh:number_characters"
    worded_in = "zh"
    version = 2
    changes = (READ_AS_SEEN,)

    num_characters: int = integer(
        "the bound on the number of characters, itself allowed; with an article, near the length of an answer",
        low=1,
        drawn=(150, 400),
    )
    relation: str = choice("on which side of the bound the count lies", (AT_LEAST, AT_MOST))

    good = [
        Case("他来了，她走了。", num_characters=6, relation=AT_LEAST, why="punctuation is no character"),
        Case("AI 改变了 2026 年的城市。", num_characters=7, relation=AT_MOST, why="nor are letters and digits"),
        Case("「好」……\r\n真的😀", num_characters=3, relation=AT_MOST, why="nor emoji and line ends"),
        Case("人人〇㐀𠀀", num_characters=5, relation=AT_LEAST, why="rare characters count"),
    ]
    bad = [
        Case("他来了，她走了。", num_characters=7, relation=AT_LEAST),
        Case("他来了，她走了。", num_characters=5, relation=AT_MOST),
        Case("ＡＢＣ１２３ kana かな", num_characters=1, relation=AT_LEAST, why="full-width letters, kana"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw a round number, from around the length of an answer: others ask for nothing or for too much."""
        drawn = super().draw(rng, context)
        if "num_characters" in (context.limits or {}):
            return drawn
        number = draw_near(rng, context, "characters", drawn.relation) or drawn.num_characters
        return replace(drawn, num_characters=max(10, round(number, -1)))

    def describe(self) -> str:
        return f"全文{self.relation} {self.num_characters} 个汉字（标题也计入；标点、字母和数字不计入）。"

    def check(self, text: Text) -> Verdict:
        number = han_count(text.raw)
        reason = format_count(number, "Chinese character")
        if compared_with(self.relation, number, self.num_characters):
            return Verdict(True, reason)
        reason += f"; {format_bound(self.relation, self.num_characters)}"
        if self.relation == AT_LEAST:
            return Verdict(False, reason)
        spans = han_spans(text.raw)
        first, last = spans[self.num_characters], spans[-1]
        where = f", which is passed at line {text.line_number(first[0])}"
        return Verdict.of(False, reason + where, [(first[0], last[1])])

    def demands(self) -> Demands:
        low = self.num_characters if self.relation == AT_LEAST else 0
        high = None if self.relation == AT_LEAST else self.num_characters
        return Demands(phase="counts", characters=Range(low, high), prose="zh")

    def repair(self, draft: str) -> str:
        if self.relation == AT_MOST:
            spans = han_spans(draft)
            return draft if len(spans) <= self.num_characters else draft[: spans[self.num_characters - 1][1]]
        missing = self.num_characters - han_count(draft)
        return draft if missing <= 0 else f"{draft}{chinese_filler(turn=1).sentence(missing)}"
