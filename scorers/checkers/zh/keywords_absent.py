"""zh:keywords_absent."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, format_count, format_lines, format_list

from ...checker import READ_AS_SEEN
from ...repair.filler_zh import ChineseFiller
from ...text.language.chinese import quote_chinese
from ._words import chinese_words, find_in_both, word_rule


@dataclass(frozen=True)
class KeywordsAbsent(Checker):
    """Forbids given Chinese words, also as part of longer ones."""

    id = "zh:keywords_absent"
    worded_in = "zh"
    version = 2
    changes = (f"{READ_AS_SEEN} Either script matches, and Latin keywords are whole words: `AI` is not in `AIGC`.",)

    forbidden: tuple[str, ...] = chinese_words("the words that must not occur", drawn=(2, 4), from_request=True)

    good = [
        Case("小河边有一座石桥。", forbidden=["大桥", "公园"]),
        Case("大、桥", forbidden=["大桥"], why="a mark between"),
        Case("她 said 走吧，AIGC", forbidden=["AI"], why="inside a Latin word"),
    ]
    bad = [
        Case("长江大桥边", forbidden=["大桥"], why="inside a longer word"),
        Case("这座\r\n“大桥”！", forbidden=["大桥"]),
        Case("長江大橋", forbidden=["大桥"], why="in the other script"),
        Case("高大桥墩", forbidden=["大桥"], why="the two characters side by side"),
    ]

    def describe(self) -> str:
        rule = word_rule(self.forbidden, "繁体、简体都不行，包含在更长的词语里也不行")
        return f"文中不得出现{quote_chinese(self.forbidden, '或')}（{rule}）。"

    def check(self, text: Text) -> Verdict:
        spans = find_in_both(text.raw, self.forbidden)
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
            spans = find_in_both(draft, self.forbidden)
            for start, end in reversed(spans):
                draft = f"{draft[:start]}{filler.word()}{draft[end:]}"
            if not spans:
                return draft
        return "" if find_in_both(draft, self.forbidden) else draft
