"""zh:number_sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Self

from scorers import Case, Checker, Context, Demands, Range, Text, Verdict, cached_text, choice, format_count, integer

from ...checker import READ_AS_SEEN
from ...repair.filler_zh import chinese_filler
from ...text.language.chinese import AT_LEAST, AT_MOST, EXACTLY, compared_with, format_bound
from ...text.language.chinese_parts import running_text
from ._words import draw_near

_FEWEST = 3
"""Sentences that are drawn at least."""


@dataclass(frozen=True)
class NumberSentences(Checker):
    """Bounds the number of sentences by the marks that end them in Chinese."""

    id = "zh:number_sentences"
    worded_in = "zh"
    version = 2
    changes = (f"{READ_AS_SEEN} Titles, headings and the numbers of parts are no sentences.",)

    num_sentences: int = integer(
        "the bound on the number of sentences, itself allowed; with an article, near that of an answer",
        low=1,
        drawn=(5, 12),
    )
    relation: str = choice("on which side of the bound the count lies", (AT_LEAST, AT_MOST, EXACTLY))

    good = [
        Case("他来了。她走了吗？走了！", num_sentences=3, relation=EXACTLY),
        Case("真的？！太好了！！！", num_sentences=2, relation=EXACTLY, why="marks in a row are one end"),
        Case("他想……然后走了。", num_sentences=1, relation=EXACTLY, why="an ellipsis ends nothing"),
        Case("“走吧！”「好。」他说。", num_sentences=3, relation=EXACTLY, why="marks inside quotes count"),
        Case("来了吗?来了!价格3.5元。", num_sentences=3, relation=AT_MOST, why="half-width marks, a decimal point"),
        Case("# 标题\r\n\r\n* 苹果\r\n* 梨", num_sentences=2, relation=EXACTLY, why="list items do, headings do not"),
        Case("一、开工\n\n他来了。\n\n二、完工\n她走了。", num_sentences=2, relation=EXACTLY, why="headings"),
        Case("1. 苹果\n2. 梨\n\n都好。", num_sentences=3, relation=EXACTLY, why="a list with numbers is none"),
        Case("没有句号", num_sentences=1, relation=EXACTLY, why="what stands at the end is one"),
        Case("标题：修桥\n他来了。\n\n【续】\n\n她走了。", num_sentences=2, relation=EXACTLY, why="other titles"),
        Case("小节 1\n\n他来了。\n\n小节 2：走\n她走了。", num_sentences=2, relation=EXACTLY, why="numbers of parts"),
    ]
    bad = [
        Case("他来了。她走了。", num_sentences=3, relation=AT_LEAST),
        Case("他来了。她走了。", num_sentences=1, relation=AT_MOST),
        Case("他来了，她走了；天黑了。", num_sentences=2, relation=EXACTLY, why="commas and semicolons"),
        Case("……。！", num_sentences=1, relation=AT_LEAST, why="it needs a character, a letter or a digit"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw a number around that of an answer's sentences: others ask for nothing or for too much."""
        drawn = super().draw(rng, context)
        if "num_sentences" in (context.limits or {}):
            return drawn
        number = draw_near(rng, context, "sentences", drawn.relation)
        return replace(drawn, num_sentences=max(_FEWEST, number)) if number else drawn

    def describe(self) -> str:
        how = "以句号、问号、感叹号断句，引号内的也算，连用的只算一处，省略号不算；列表每项至少算一句；标题不算"
        return f"全文{self.relation} {self.num_sentences} 句话（{how}）。"

    def check(self, text: Text) -> Verdict:
        sentences = running_text(text).sentences
        followed = compared_with(self.relation, len(sentences), self.num_sentences)
        beyond = not followed and len(sentences) > self.num_sentences
        reason = format_count(len(sentences), "sentence")
        if not followed:
            reason += f"; {format_bound(self.relation, self.num_sentences)}"
        if beyond:
            reason += f", which is passed at line {text.line_number(sentences[self.num_sentences][0])}"
        return Verdict.of(followed, reason, sentences[self.num_sentences if beyond else 0 :])

    def demands(self) -> Demands:
        low = 0 if self.relation == AT_MOST else self.num_sentences
        high = None if self.relation == AT_LEAST else self.num_sentences
        return Demands(phase="counts", sentences=Range(low, high), prose="zh")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = chinese_filler(turn=2)
        found = running_text(cached_text(draft)).sentences
        missing = self.num_sentences - len(found)
        if missing > 0:
            more = "".join(filler.sentence(8) for _ in range(missing))
            tries = [f"{draft}\n\n{more}".lstrip(), f"{draft.rstrip()}。\n\n{more}"]  # a bare line would be a title
        else:
            tries = [draft[: found[keep - 1][1]] for keep in range(min(self.num_sentences, len(found)), 0, -1)]
        for repaired in tries:
            if self.check(cached_text(repaired)).followed:
                return repaired
        return "".join(filler.sentence(8) for _ in range(self.num_sentences))
