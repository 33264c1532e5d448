"""zh:longest_sentence."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, Span, Text, Verdict, cached_text, format_count, format_lines, integer

from ...checker import READ_AS_SEEN
from ...text.language.chinese import AT_MOST, format_bound, han_count, han_spans
from ...text.language.chinese_parts import running_text


@dataclass(frozen=True)
class LongestSentence(Checker):
    """Bounds the number of Chinese characters in each sentence."""

    id = "zh:longest_sentence"
    worded_in = "zh"
    version = 2
    changes = (f"{READ_AS_SEEN} Titles, headings and the numbers of parts are no sentences.",)

    num_characters: int = integer("how many characters a sentence has at most", low=1, drawn=(25, 50))

    good = [
        Case("他来了，她走了。天黑了！", num_characters=6, why="punctuation is no character"),
        Case("在 2026 年的 AI 大会上😀", num_characters=6),
        Case("“你来吗？”他问。", num_characters=3, why="a mark inside quotes ends a sentence"),
        Case("* 苹果和梨\r\n* 香蕉", num_characters=4, why="a list item is one of its own"),
        Case("题目：山里人怎样修桥\n他来了。\n\n小节 1\n\n她走了。", num_characters=3, why="titles are none"),
    ]
    bad = [
        Case("他来了，她走了。", num_characters=5),
        Case("他想……然后走了。", num_characters=5, why="an ellipsis ends nothing"),
        Case("好。「今天的天气真好」", num_characters=6),
    ]

    def describe(self) -> str:
        how = "以句号、问号、感叹号断句，引号内的也算；列表每项另算；标点、字母、数字和标题不计入"
        return f"每句话不超过 {self.num_characters} 个汉字（{how}）。"

    def check(self, text: Text) -> Verdict:
        lengths = self._lengths(text)
        most = max(lengths.values(), default=0)
        long = [span for span, length in lengths.items() if length > self.num_characters]
        reason = f"the longest sentence has {format_count(most, 'Chinese character')}"
        if not long:
            return Verdict(True, reason)
        bound = format_bound(AT_MOST, self.num_characters)
        several = f"; {format_count(len(long), 'sentence')} exceed{'s' * (len(long) == 1)} that"
        return Verdict.of(False, f"{reason}; {bound}{several}{format_lines(text, long)}", long)

    def demands(self) -> Demands:
        return Demands(phase="content", prose="zh")

    def repair(self, draft: str) -> str:
        step = self.num_characters
        for (start, end), length in reversed(self._lengths(cached_text(draft)).items()):
            if length > step:
                ends = [start + stop for _, stop in han_spans(draft[start:end])][step - 1 : -1 : step]
                for at in reversed(ends):
                    draft = f"{draft[:at]}。{draft[at:]}"
        return draft

    @staticmethod
    def _lengths(text: Text) -> dict[Span, int]:
        return {(start, end): han_count(text.raw[start:end]) for start, end in running_text(text).sentences}
