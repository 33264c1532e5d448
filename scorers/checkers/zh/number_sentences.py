"""zh:number_sentences."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, Range, Text, Verdict, cached_text, choice, format_count, integer

from ...repair.filler_zh import chinese_filler
from ...text.chinese import AT_LEAST, AT_MOST, EXACTLY, compared_with


@dataclass(frozen=True)
class NumberSentences(Checker):
    """Bounds the number of sentences by the marks that end them in Chinese."""

    id = "zh:number_sentences"
    worded_in = "zh"
    version = 2

    num_sentences: int = integer("the bound on the number of sentences, itself allowed", low=1, drawn=(3, 15))
    relation: str = choice("on which side of the bound the count lies", (AT_LEAST, AT_MOST, EXACTLY))

    good = [
        Case("他来了。她走了吗？走了！", num_sentences=3, relation=EXACTLY),
        Case("真的？！太好了！！！", num_sentences=2, relation=EXACTLY, why="marks in a row are one end"),
        Case("他想……然后走了。", num_sentences=1, relation=EXACTLY, why="an ellipsis ends nothing"),
        Case("“走吧！”「好。」他说。", num_sentences=3, relation=EXACTLY, why="marks inside quotes count"),
        Case("来了吗?来了!价格3.5元。", num_sentences=3, relation=AT_MOST, why="half-width marks, a decimal point"),
        Case("# 标题\r\n\r\n* 苹果\r\n* 梨", num_sentences=2, relation=EXACTLY, why="list items do, headings do not"),
        Case("没有句号", num_sentences=1, relation=EXACTLY, why="what stands at the end is one"),
    ]
    bad = [
        Case("他来了。她走了。", num_sentences=3, relation=AT_LEAST),
        Case("他来了。她走了。", num_sentences=1, relation=AT_MOST),
        Case("他来了，她走了；天黑了。", num_sentences=2, relation=EXACTLY, why="commas and semicolons"),
        Case("……。！", num_sentences=1, relation=AT_LEAST, why="it needs a character, a letter or a digit"),
    ]

    def describe(self) -> str:
        how = "句号、问号、感叹号处为一句之末，连用的算一处，引号里的也算；省略号不算；列表每一项另起一句；标题不算"
        return f"全文{self.relation} {self.num_sentences} 句话（{how}）。"

    def check(self, text: Text) -> Verdict:
        sentences = text.sentences
        followed = compared_with(self.relation, len(sentences), self.num_sentences)
        beyond = not followed and len(sentences) > self.num_sentences
        reason = format_count(len(sentences), "sentence")
        if beyond:
            reason += f", one too many from line {text.line_number(sentences[self.num_sentences][0])} on"
        return Verdict.of(followed, reason, sentences[self.num_sentences if beyond else 0 :])

    def demands(self) -> Demands:
        low = 0 if self.relation == AT_MOST else self.num_sentences
        high = None if self.relation == AT_LEAST else self.num_sentences
        return Demands(phase="counts", sentences=Range(low, high), prose="zh")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = chinese_filler(turn=2)
        missing = self.num_sentences - len(cached_text(draft).sentences)
        if missing > 0:
            more = "".join(filler.sentence(8) for _ in range(missing))
            return f"{draft}\n\n{more}".lstrip()
        for keep in range(self.num_sentences, 0, -1):
            shorter = draft[: cached_text(draft).sentences[keep - 1][1]]
            if self.check(cached_text(shorter)).followed:
                return shorter
        return "".join(filler.sentence(8) for _ in range(self.num_sentences))
