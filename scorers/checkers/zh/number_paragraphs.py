"""zh:number_paragraphs."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    Span,
    Text,
    Verdict,
    cached_text,
    exactly,
    format_count,
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...repair.filler_zh import chinese_filler
from ...repair.paragraphs import cut_into
from ...text.language.chinese import EXACTLY, format_bound
from ...text.language.chinese_parts import behind_request, running_text
from ...text.paragraphs import blocks, kind, trim

_ENDS = "。！？…!?.；;"
_CLOSERS = ' \t　"”’」』）)*_`'
LONGEST_LINE = 25
"""Characters up to which a line that nothing ends leads to a text or signs it."""


@dataclass(frozen=True)
class NumberParagraphs(Checker):
    """Demands an exact number of paragraphs with blank lines between them."""

    id = "zh:number_paragraphs"
    worded_in = "zh"
    version = 3
    changes = (
        "Titles in 《》 and bold lines are no paragraphs.",
        f"{READ_AS_SEEN} Headings and the numbers of parts are no paragraphs either.",
    )

    num_paragraphs: int = integer("how many paragraphs there are", low=1, drawn=(1, 6))

    good = [
        Case("　　第一段。\r\n\r\n　　第二段。", num_paragraphs=2, why="indented, other line ends"),
        Case(
            "<<标题>>\n\n第一段。\n　\n第二段。\n\n附言：再见。", num_paragraphs=2, why="title and postscript are none"
        ),
        Case("《修桥》\n\n第一段。\n\n第二段。", num_paragraphs=2, why="another title"),
        Case("标题：修桥！\n\n第一段。\n\n第二段。", num_paragraphs=2),
        Case("【修桥】\n第一段。\n\n第二段。", num_paragraphs=2),
        Case("修桥记\n\n第一段。\n\n第二段。", num_paragraphs=2, why="a first line without any mark"),
        Case("第一段。\n\n《续篇》\n\n第二段。", num_paragraphs=2, why="a title in the middle"),
        Case("第一段：\n* 甲\n* 乙\n\n* 丙", num_paragraphs=1, why="a list is none"),
        Case("以下是改写：\n\n第一段。\n\n记者 王五", num_paragraphs=1, why="what leads to it, who wrote it"),
        Case("小节 1\n第一段。\n小节 2\n第二段。", num_paragraphs=2, why="headings part paragraphs"),
        Case("第一段。\n还是第一段。", num_paragraphs=1, why="a line end parts nothing"),
        Case("第一段。\n\n***\n\n第二段。", num_paragraphs=2, why="a divider is none"),
    ]
    bad = [
        Case("第一段。\n第二段。", num_paragraphs=2, why="no blank line"),
        Case("一。\n\n二。\n\n三。", num_paragraphs=2),
        Case("回答一。\n******\n回答二。", num_paragraphs=1, why="a divider parts them"),
        Case("小节 1\n甲。\n小节 2\n乙。", num_paragraphs=1),
        Case("……\n\n！", num_paragraphs=1, why="nothing but marks"),
    ]

    def describe(self) -> str:
        what = "标题、引导语、列表、署名和附言不算段落"
        if self.num_paragraphs == 1:
            return f"全文只写 1 段（{what}）。"
        return f"全文恰好写 {self.num_paragraphs} 段，段与段之间空一行，段内不空行（{what}）。"

    def check(self, text: Text) -> Verdict:
        found = _paragraphs(running_text(text), behind_request(text))
        followed = len(found) == self.num_paragraphs
        reason = f"{format_count(len(found), 'paragraph')}{format_lines(text, found)}"
        if followed:
            return Verdict.of(True, reason, found)
        beyond = found[self.num_paragraphs :] or found
        return Verdict.of(False, f"{reason}; {format_bound(EXACTLY, self.num_paragraphs)}", beyond)

    def demands(self) -> Demands:
        layout = ("paragraphs of running text",)  # which JSON has not
        return Demands(phase="skeleton", blocks=exactly(self.num_paragraphs), layout=layout, prose="zh")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = chinese_filler(turn=5)
        parts = [draft[start:end] for start, end in blocks(draft)]
        repaired = "\n\n".join(cut_into(parts, self.num_paragraphs, filler))
        if self.check(cached_text(repaired)).followed:
            return repaired
        return "\n\n".join(filler.sentence(9) for _ in range(self.num_paragraphs))


def _paragraphs(text: Text, start: int) -> list[Span]:
    """Return the blocks of running text between blank lines, from `start` on.

    A list is none, nor is a postscript behind the last one, nor a line without a full stop beside paragraphs: it
    leads to them, or signs them.
    """
    raw = text.raw
    listed = {line.start: line.kind in ("bullet", "numbered") for line in text.lines}
    parts = [trim(raw, max(part[0], start), part[1]) for part in blocks(raw) if part[1] > start]
    parts = [part for part in parts if not listed.get(raw.rfind("\n", 0, part[0]) + 1) and kind(raw, *part) != "empty"]
    while len(parts) > 1 and kind(raw, *parts[-1]) == "postscript":
        parts.pop()
    ended = [part for part in parts if not _is_short_line(raw[slice(*part)])]
    return ended or parts


def _is_short_line(part: str) -> bool:
    if "\n" in part or "\r" in part:
        return False
    said = part.rstrip(_CLOSERS)
    return said.endswith(("：", ":")) or (len(said) <= LONGEST_LINE and not said.endswith(tuple(_ENDS)))
