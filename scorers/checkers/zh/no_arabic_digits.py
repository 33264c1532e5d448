"""zh:no_arabic_digits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, format_count, format_lines

from ...checker import READ_AS_SEEN

_DIGITS = "0123456789０１２３４５６７８９"
_NUMERALS = "〇一二三四五六七八九"
_RUN = re.compile(f"[{_DIGITS}]++")
_TO_CHINESE = str.maketrans(_DIGITS, _NUMERALS * 2)


@dataclass(frozen=True)
class NoArabicDigits(Checker):
    """Demands that numbers are written in Chinese characters."""

    id = "zh:no_arabic_digits"
    worded_in = "zh"
    version = 2
    changes = (READ_AS_SEEN,)

    good = [
        Case("二〇二六年，三千一百人参加。"),
        Case("ABC，第Ⅳ章，①甲②乙😀", why="letters and numbers in circles are no Arabic digits"),
        Case("没有数字……\r\n“对吗？”"),
    ]
    bad = [
        Case("2026年"),
        Case("共３人", why="full-width digits"),
        Case("1. 苹果", why="the number of a list"),
        Case("三点5"),
    ]

    def describe(self) -> str:
        return "文中的数字一律用汉字书写，不得出现阿拉伯数字（包括全角数字）。"

    def check(self, text: Text) -> Verdict:
        spans = [match.span() for match in _RUN.finditer(text.raw)]
        if not spans:
            return Verdict(True, "no Arabic digits")
        number = sum(end - start for start, end in spans)
        counted = f"{format_count(number, 'Arabic digit')}{format_lines(text, spans)}"
        reason = f"{counted}, first {text.quote(spans[0])}; none is allowed"
        return Verdict.of(False, reason, spans)

    def demands(self) -> Demands:
        return Demands(phase="content", lacks=tuple(_DIGITS), prose="zh")

    def repair(self, draft: str) -> str:
        return draft.translate(_TO_CHINESE)
