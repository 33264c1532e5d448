"""zh:script."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Self

from scorers import Case, Checker, Context, Demands, Text, Verdict, choice, format_count, format_lines, format_list

from ...checker import READ_AS_SEEN
from ...text.language.chinese import SCRIPTS, SIMPLIFIED, TRADITIONAL, foreign_spans, han_count, only_in


@dataclass(frozen=True)
class Script(Checker):
    """Demands simplified or traditional characters only; what both scripts write alike is in either."""

    id = "zh:script"
    worded_in = "zh"
    version = 2
    changes = (
        (
            f"{READ_AS_SEEN} A character of both scripts is decided by the word around it: 身体 is simplified, "
            "以後 is traditional."
        ),
    )

    script: str = choice("the script of all Chinese characters; with an article, the one that it is not in", SCRIPTS)

    good = [
        Case("这座桥修好了，我们都来看。", script=SIMPLIFIED),
        Case("這座橋修好了，我們都來看。", script=TRADITIONAL),
        Case("皇后在山上看花。", script=TRADITIONAL, why="后 is also a traditional character"),
        Case("皇后來了，公里外的村里長說人云亦云。", script=TRADITIONAL, why="words in which they are traditional"),
        Case("後來在這裡吃麵，身體好，頭髮白。", script=TRADITIONAL),
        Case("后来在这里吃面，身体好，头发白。", script=SIMPLIFIED),
        Case("著名的乾隆皇帝", script=SIMPLIFIED, why="著 and 乾 are also simplified characters"),
        Case("山水之中，AI 2026……「好！」😀", script=SIMPLIFIED, why="alike in both; quotes settle nothing"),
    ]
    bad = [
        Case("这座橋修好了。", script=SIMPLIFIED, why="one traditional character"),
        Case("這座桥修好了。", script=TRADITIONAL, why="one simplified character"),
        Case("後来", script=SIMPLIFIED, why="後 is traditional only"),
        Case("乾净，特徵，看著，用於", script=SIMPLIFIED, why="words in which they are traditional"),
        Case("他的身体很好", script=TRADITIONAL, why="体 is simplified only"),
        Case("以后再說", script=TRADITIONAL, why="后 for 後"),
        Case("在這里等，吃面包，一万人", script=TRADITIONAL, why="里 for 裡, 面 for 麵, 万 for 萬"),
        Case("No characters at all, 2026.", script=SIMPLIFIED, why="nothing is written in it"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw the script that the article is not written in: responses are in that one anyway."""
        drawn = super().draw(rng, context)
        if "script" in (context.limits or {}):
            return drawn
        foreign = [script for script in SCRIPTS if foreign_spans(context.opening, script)]
        return cls(foreign[0]) if len(foreign) == 1 else drawn

    def describe(self) -> str:
        return f"全文的汉字只用{self.script}（简体、繁体写法相同的字可以使用）。"

    def check(self, text: Text) -> Verdict:
        spans = foreign_spans(text.raw, self.script)
        other = "traditional" if self.script == SIMPLIFIED else "simplified"
        if spans:
            found = list(dict.fromkeys(text.quote(span) for span in spans[:50]))
            shown = format_list(found[:5]) if len(found) <= 5 else f"{', '.join(found[:5])} and others"
            several = format_count(len(spans), f"{other} character")
            return Verdict.of(False, f"{several}, {shown}{format_lines(text, spans)}; none was asked", spans)
        number = han_count(text.raw)
        return Verdict(number > 0, f"{format_count(number, 'Chinese character')}, none of them only {other}")

    def demands(self) -> Demands:
        other = TRADITIONAL if self.script == SIMPLIFIED else SIMPLIFIED
        return Demands(phase="content", lacks=tuple(only_in(other)), prose="zh")

    def repair(self, draft: str) -> str:
        repaired = draft
        for start, end in reversed(foreign_spans(draft, self.script)):
            repaired = f"{repaired[:start]}某{repaired[end:]}"
        return repaired if han_count(repaired) else f"{repaired}好。"
