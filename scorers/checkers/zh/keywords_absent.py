"""zh:keywords_absent."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, find_words, format_count, format_lines, format_list

from ...repair.filler_zh import ChineseFiller
from ...text.chinese import quote_chinese
from ._words import chinese_words


@dataclass(frozen=True)
class KeywordsAbsent(Checker):
    """Forbids given Chinese words, also as part of longer ones."""

    id = "zh:keywords_absent"
    worded_in = "zh"
    version = 2

    forbidden: tuple[str, ...] = chinese_words("the words that must not occur", drawn=(2, 4), from_request=True)

    good = [
        Case("小河边有一座石桥。", forbidden=["大桥", "公园"]),
        Case("大、桥", forbidden=["大桥"], why="a mark between"),
        Case("她 said 走吧", forbidden=["AI"], why="inside a Latin word"),
    ]
    bad = [
        Case("长江大桥边", forbidden=["大桥"], why="inside a longer word"),
        Case("这座\r\n“大桥”！", forbidden=["大桥"]),
        Case("高大桥墩", forbidden=["大桥"], why="the two characters side by side"),
    ]

    def describe(self) -> str:
        return f"文中不得出现{quote_chinese(self.forbidden, '或')}，作为其他词语的一部分也不行。"

    def check(self, text: Text) -> Verdict:
        spans = find_words(text.raw, self.forbidden)
        if not spans:
            return Verdict(True, "none of them found")
        found = dict.fromkeys(text.quote(span) for span in spans[:10])
        times = format_count(len(spans), "time")
        return Verdict.of(False, f"{format_list(found)} found, {times}{format_lines(text, spans)}", spans)

    def demands(self) -> Demands:
        return Demands(phase="content", excludes=self.forbidden, prose="zh")

    def repair(self, draft: str) -> str:
        filler = ChineseFiller(avoid=self.forbidden, turn=3)
        for _ in range(3):
            spans = find_words(draft, self.forbidden)
            for start, end in reversed(spans):
                draft = f"{draft[:start]}{filler.word()}{draft[end:]}"
            if not spans:
                return draft
        return "" if find_words(draft, self.forbidden) else draft
