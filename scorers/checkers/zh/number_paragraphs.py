"""zh:number_paragraphs."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, cached_text, exactly, format_count, format_lines, integer

from ...repair.filler_zh import chinese_filler
from ...repair.paragraphs import cut_into
from ...text.paragraphs import blocks, paragraphs
from ._title import behind_title


@dataclass(frozen=True)
class NumberParagraphs(Checker):
    """Demands an exact number of paragraphs with blank lines between them."""

    id = "zh:number_paragraphs"
    worded_in = "zh"
    version = 3

    num_paragraphs: int = integer("how many paragraphs there are", low=1, drawn=(1, 6))

    good = [
        Case("　　第一段。\r\n\r\n　　第二段。", num_paragraphs=2, why="indented, other line ends"),
        Case(
            "<<标题>>\n\n第一段。\n　\n第二段。\n\n附言：再见。", num_paragraphs=2, why="title and postscript are none"
        ),
        Case("《修桥》\n\n第一段。\n\n第二段。", num_paragraphs=2, why="another title"),
        Case("第一段。\n还是第一段。", num_paragraphs=1, why="a line end parts nothing"),
        Case("第一段。\n\n***\n\n第二段。", num_paragraphs=2, why="a divider is none"),
    ]
    bad = [
        Case("第一段。\n第二段。", num_paragraphs=2, why="no blank line"),
        Case("一。\n\n二。\n\n三。", num_paragraphs=2),
        Case("第一段。\n\n《修桥》\n\n第二段。", num_paragraphs=2, why="a title stands first"),
        Case("……\n\n！", num_paragraphs=1, why="nothing but marks"),
    ]

    def describe(self) -> str:
        if self.num_paragraphs == 1:
            return "全文只写 1 段，中间不空行（标题和附言不算）。"
        return f"全文恰好写 {self.num_paragraphs} 段，段与段之间空一行，段内不空行（标题和附言不算）。"

    def check(self, text: Text) -> Verdict:
        title = behind_title(text.raw)
        found = paragraphs(text.raw, [part for part in blocks(text.raw) if part[0] >= title])
        return Verdict.of(
            len(found) == self.num_paragraphs,
            f"{format_count(len(found), 'paragraph')}{format_lines(text, found)}",
            found,
        )

    def demands(self) -> Demands:
        return Demands(phase="skeleton", blocks=exactly(self.num_paragraphs), prose="zh")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = chinese_filler(turn=5)
        parts = [draft[start:end] for start, end in blocks(draft)]
        repaired = "\n\n".join(cut_into(parts, self.num_paragraphs, filler))
        if self.check(cached_text(repaired)).followed:
            return repaired
        return "\n\n".join(filler.sentence(9) for _ in range(self.num_paragraphs))
