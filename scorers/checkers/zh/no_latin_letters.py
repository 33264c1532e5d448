"""zh:no_latin_letters."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_letters

from scorers import Case, Checker, Context, Demands, Span, Text, Verdict, format_count, format_lines

from ...checker import READ_AS_SEEN
from ...text.scripts import RUNS


def _latin(raw: str) -> list[Span]:
    return [run.span() for run in RUNS.finditer(raw) if run.lastgroup == "Latin"]


@dataclass(frozen=True)
class NoLatinLetters(Checker):
    """Forbids Latin letters."""

    id = "zh:no_latin_letters"
    worded_in = "zh"
    version = 2
    changes = (READ_AS_SEEN,)

    good = [
        Case("他在2026年10:30来了……“好！”😀", why="digits, marks and emoji are no letters"),
        Case("Πи かな 한글", why="nor are those of other scripts Latin ones"),
        Case("<<标题>>\r\n* 第一点"),
    ]
    bad = [
        Case("他用AI写作。"),
        Case("温度是20℃，身高1.8m。", why="a unit"),
        Case("全角的Ａ也是字母。"),
        Case("café，naïve"),
    ]

    @classmethod
    def applies_to(cls, context: Context) -> bool:
        """Return whether the article has Latin letters: hardly any answer to another one has some."""
        return not context.opening or bool(_latin(context.opening))

    def describe(self) -> str:
        return "全文不得出现任何拉丁字母（即英文字母，包括全角字母）。"

    def check(self, text: Text) -> Verdict:
        spans = _latin(text.raw)
        if not spans:
            return Verdict(True, "no Latin letters")
        number = sum(end - start for start, end in spans)
        counted = f"{format_count(number, 'Latin letter')}{format_lines(text, spans)}"
        reason = f"{counted}, first {text.quote(spans[0])}; none is allowed"
        return Verdict.of(False, reason, spans)

    def demands(self) -> Demands:
        return Demands(phase="content", lacks=tuple(ascii_letters), prose="zh")

    def repair(self, draft: str) -> str:
        for start, end in reversed(_latin(draft)):
            draft = draft[:start] + draft[end:]
        return draft
