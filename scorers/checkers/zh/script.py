"""zh:script."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, choice, format_count, format_lines, format_list

from ...text.chinese import SCRIPTS, SIMPLIFIED, TRADITIONAL, foreign_to, han_count, only_in


@dataclass(frozen=True)
class Script(Checker):
    """Demands simplified or traditional characters only; what both scripts write alike is in either."""

    id = "zh:script"
    worded_in = "zh"
    version = 2

    script: str = choice("the script of all Chinese characters", SCRIPTS)

    good = [
        Case("这座桥修好了，我们都来看。", script=SIMPLIFIED),
        Case("這座橋修好了，我們都來看。", script=TRADITIONAL),
        Case("皇后在山上看花。", script=TRADITIONAL, why="后 is also a traditional character"),
        Case("著名的乾隆皇帝", script=SIMPLIFIED, why="著 and 乾 are also simplified characters"),
        Case("山水之中，AI 2026……「好！」😀", script=SIMPLIFIED, why="alike in both; quotes settle nothing"),
    ]
    bad = [
        Case("这座橋修好了。", script=SIMPLIFIED, why="one traditional character"),
        Case("這座桥修好了。", script=TRADITIONAL, why="one simplified character"),
        Case("No characters at all, 2026.", script=SIMPLIFIED, why="nothing is written in it"),
    ]

    def describe(self) -> str:
        return f"全文的汉字只用{self.script}书写。"

    def check(self, text: Text) -> Verdict:
        spans = [match.span() for match in foreign_to(self.script).finditer(text.raw)]
        other = "traditional" if self.script == SIMPLIFIED else "simplified"
        if spans:
            found = list(dict.fromkeys(text.quote(span) for span in spans[:50]))
            shown = format_list(found[:5]) if len(found) <= 5 else f"{', '.join(found[:5])} and others"
            several = format_count(len(spans), f"{other} character")
            return Verdict.of(False, f"{several}, {shown}{format_lines(text, spans)}", spans)
        number = han_count(text.raw)
        return Verdict(number > 0, f"{format_count(number, 'Chinese character')}, none of them only {other}")

    def demands(self) -> Demands:
        other = TRADITIONAL if self.script == SIMPLIFIED else SIMPLIFIED
        return Demands(phase="content", lacks=tuple(only_in(other)), prose="zh")

    def repair(self, draft: str) -> str:
        repaired = foreign_to(self.script).sub("某", draft)
        return repaired if han_count(repaired) else f"{repaired}好。"
