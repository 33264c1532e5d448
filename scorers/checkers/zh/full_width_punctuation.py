"""zh:full_width_punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, cached_text, format_count, format_lines, format_list

from ...checker import READ_AS_SEEN

_HALF = {
    ",": "，", ".": "。", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）", '"': "”", "'": "’",
    "｡": "。", "､": "、", "｢": "「", "｣": "」", "･": "·",
}  # fmt: skip
"""Half-width punctuation, and what is written instead."""
# What may hold half-width marks: fenced and inline code, links, addresses, the row of dashes of a table, a number of a
# list or heading at the start of a line (behind other marks), abbreviations, and
# a mark between two letters or digits (3.5, 10:30, don't). The last branch is what is looked for.
_SCAN = re.compile(
    r"""```.*?(?:```|\Z) | ^[^\S\r\n]*+~~~.*?^[^\S\r\n]*+~~~ | `[^`\r\n]*+` | \]\([^()\s]*+\)
      | (?:https?://|(?<![A-Za-z0-9])www\.)[\x21-\x7e]++ | [\w.+-]{1,64}+@[A-Za-z0-9.-]++
      | ^[^\S\r\n]*+\|?[ \t]*+:?-++:?[ \t]*+\|[|:\- \t]*+(?=[\r\n]|\Z)
      | ^(?:[^\S\r\n]|[*_\#>+-])*+\(?\d{1,3}[.)](?=[^\W\d]|[\s*“‘「『《【（]) | (?:[A-Za-z]\.){2,}+
      | (?<=[A-Za-z0-9])[,.;:'](?=[A-Za-z0-9]) | (?P<half>[,.;:?!()"'｡､｢｣･])""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class FullWidthPunctuation(Checker):
    """Forbids half-width punctuation, but for what belongs to numbers, words, addresses and code."""

    id = "zh:full_width_punctuation"
    worded_in = "zh"
    version = 3
    changes = (
        "Half-width marks within numbers, English words, addresses and list numbers are allowed, as the sentence says.",
        READ_AS_SEEN,
    )

    good = [
        Case("他说：“走吧！”她（笑着）问：「真的？」……好——走。"),
        Case("价格 3.5 元，共 1,000 人，10:30 开始。", why="marks inside numbers"),
        Case("见 https://a.b/c?d=1 和 `f(x, y)`，don't、U.S. 都行。", why="addresses, code, words"),
        Case("1. 苹果\r\n2. 梨\r\n* **香蕉**", why="marks of a list and of emphasis"),
        Case("### 1. 水果\n**1.苹果**：红的。\n(2)梨", why="numbers of headings and lists, with and without a blank"),
        Case("|甲|乙|\r\n|:--|:-:|\r\n|一|二|", why="a table"),
        Case("~~~\nf(x, y)\n~~~\n见 www.a.b/c?d=1。", why="other code, other addresses"),
        Case("没有标点😀"),
    ]
    bad = [
        Case("他来了,她走了。"),
        Case("他来了。她走了."),
        Case("真的?太好了!"),
        Case('他说："走吧。"', why="straight quotation marks"),
        Case("苹果(红的)和梨"),
        Case("等等..."),
        Case("3.5 元.3) 元。", why="a number within a line is no list's"),
        Case("好~~~真的,~~~好。", why="tildes within a line are no code"),
    ]

    def describe(self) -> str:
        return (
            "标点一律用全角（，。；：？！（）“”等），不用半角的逗号、句号、分号、冒号、问号、感叹号、圆括号和引号"
            "（数字、英文单词、网址、代码和列表序号中的除外）。"
        )

    def check(self, text: Text) -> Verdict:
        spans = [match.span() for match in _SCAN.finditer(text.raw) if match["half"]]
        if not spans:
            return Verdict(True, "no half-width mark")
        found = dict.fromkeys(text.quote(span) for span in spans[:50])
        number = format_count(len(spans), "half-width mark")
        return Verdict.of(False, f"{number}, {format_list(found)}{format_lines(text, spans)}; none is allowed", spans)

    def demands(self) -> Demands:
        return Demands(phase="content", layout=("full-width punctuation",), prose="zh")  # JSON is half-width

    def repair(self, draft: str) -> str:
        for _ in range(3):  # what is changed may part an address or a number and bare a mark in it
            draft = _SCAN.sub(lambda match: _HALF.get(match[0], match[0]) if match["half"] else match[0], draft)
            if self.check(cached_text(draft)).followed:
                return draft
        return "".join(_HALF.get(character, character) for character in draft)
