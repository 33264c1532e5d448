"""zh:last_characters."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, cached_text, string

from ...checker import READ_AS_SEEN

_CLOSERS = " \t\r\n　\"”'’」』*_`"
"""What may stand behind the last characters without being any: closing quotes, marks of emphasis, white space."""
_SHOWN = 20
"""Characters of the end that a reason shows."""


@dataclass(frozen=True)
class LastCharacters(Checker):
    """Demands the characters that the response ends with."""

    id = "zh:last_characters"
    worded_in = "zh"
    version = 2
    changes = (READ_AS_SEEN,)

    ending: str = string(
        "what the response ends with",
        drawn=("事情就是这样。", "你怎么看？", "以后会怎样，谁也说不准。", "让我们拭目以待！", "一切才刚刚开始……"),
    )

    good = [
        Case("桥修好了。特此报道。\r\n", ending="特此报道。"),
        Case("“桥修好了。特此报道。”", ending="特此报道。", why="a quotation mark behind it"),
        Case("**你怎么看？**　", ending="你怎么看？"),
        Case("等等……", ending="……"),
    ]
    bad = [
        Case("特此报道。桥修好了。", ending="特此报道。"),
        Case("桥修好了。特此报道", ending="特此报道。", why="without its full stop"),
        Case("桥修好了。特此报道.", ending="特此报道。", why="a half-width full stop"),
        Case("桥修好了。特此报道。😀", ending="特此报道。", why="something behind it"),
    ]

    def describe(self) -> str:
        return f"全文必须以“{self.ending}”结尾，标点也要一致，后面不再写任何内容（如有附言，附言以此结尾）。"

    def check(self, text: Text) -> Verdict:
        raw = text.raw.rstrip()
        wanted = self.ending.strip()
        at = raw.rfind(wanted)
        followed = at >= 0 and not raw[at + len(wanted) :].strip(_CLOSERS)
        if not raw:
            return Verdict(False, f"nothing to read; {wanted!r} was asked")
        start = at if followed else max(0, len(raw) - _SHOWN)
        asked = "" if followed else f"; {wanted!r} was asked"
        return Verdict.of(followed, f"it ends with {text.quote((start, len(raw)))}{asked}", [(start, len(raw))])

    def demands(self) -> Demands:
        return Demands(
            phase="edges", last=self.ending.strip(), layout=("a last line without any mark behind it",), prose="zh"
        )

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else f"{draft.rstrip()}{self.ending.strip()}"
