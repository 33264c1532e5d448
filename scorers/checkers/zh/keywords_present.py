"""zh:keywords_present."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, find_words, format_count, format_list

from ...checker import READ_AS_SEEN
from ...text.language.chinese import quote_chinese
from ._words import chinese_words, word_rule


@dataclass(frozen=True)
class KeywordsPresent(Checker):
    """Demands that given Chinese words occur."""

    id = "zh:keywords_present"
    worded_in = "zh"
    version = 2
    changes = (READ_AS_SEEN,)

    keywords: tuple[str, ...] = chinese_words("the words that must occur", drawn=(2, 4))

    good = [
        Case("小河边有一座大桥。", keywords=["大桥", "河"], why="no word bounds"),
        Case("ＡＩ和 ai 工具", keywords=["AI"], why="Latin letters in any case"),
        Case("“大桥”\r\n……修好了！", keywords=["大桥"]),
    ]
    bad = [
        Case("小河边有一座大石桥。", keywords=["大桥"]),
        Case("大 桥", keywords=["大桥"], why="a space inside"),
        Case("大橋", keywords=["大桥"], why="traditional"),
        Case("said", keywords=["AI"], why="inside a Latin word"),
    ]

    def describe(self) -> str:
        rule = word_rule(self.keywords, "写法不变，包含在更长的词语里也算")
        if len(self.keywords) == 1:
            return f"文中必须出现{quote_chinese(self.keywords)}一词（{rule}）。"
        return f"文中必须出现以下每一个词：{quote_chinese(self.keywords)}（{rule}）。"

    def check(self, text: Text) -> Verdict:
        places = {keyword: find_words(text.raw, (keyword,)) for keyword in self.keywords}
        missing = [keyword for keyword, spans in places.items() if not spans]
        spans = [span for found in places.values() for span in found[:5]]
        if missing:
            found = f", {len(places) - len(missing)} of {format_count(len(places), 'word')} found"
            return Verdict(False, f"{format_list(map(repr, missing))} missing{found}")
        return Verdict.of(True, f"all {format_count(len(places), 'word')} found", spans)

    def demands(self) -> Demands:
        return Demands(phase="content", contains=self.keywords, prose="zh")

    def repair(self, draft: str) -> str:
        missing = [keyword.strip() for keyword in self.keywords if not find_words(draft, (keyword,))]
        return f"{draft}\n{'、'.join(missing)}。".lstrip() if missing else draft
