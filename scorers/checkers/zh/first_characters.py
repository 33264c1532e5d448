"""zh:first_characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, cached_text, string

from ...checker import READ_AS_SEEN
from ...text.language.chinese_parts import behind_title
from ...text.paragraphs import body

_LEAD = re.compile(r"[\s\"“”'‘’「『*_#>•+-]*+")
"""What may stand before the first characters without being any: quotes, marks of emphasis and lists, white space."""


@dataclass(frozen=True)
class FirstCharacters(Checker):
    """Demands the characters that the response begins with."""

    id = "zh:first_characters"
    worded_in = "zh"
    version = 3
    changes = (
        "Titles in 《》 and bold lines are not the beginning of the text.",
        f"{READ_AS_SEEN} Headings and the numbers of parts are not the beginning either.",
    )

    beginning: str = string(
        "what the response begins with",
        drawn=("说到这件事，", "你听说了吗？", "事情是这样的：", "有这样一件事：", "这件事要从头说起。"),
    )

    good = [
        Case("据了解，桥修好了。", beginning="据了解，"),
        Case("　　“据了解，桥修好了。”", beginning="据了解，", why="behind an indent and a quotation mark"),
        Case("<<修桥>>\r\n据了解，桥修好了。", beginning="据了解，", why="behind a title"),
        Case("**据了解，**桥修好了。", beginning="据了解，"),
        Case("《修桥》\n\n据了解，桥修好了。", beginning="据了解，", why="behind another title"),
        Case("- 据了解，桥修好了。", beginning="据了解，", why="behind the mark of a list"),
        Case("标题：修桥\n据了解，桥修好了。", beginning="据了解，"),
        Case("**【修桥】**\n\n据了解，桥修好了。", beginning="据了解，"),
        Case("修桥记\n\n据了解，桥修好了。", beginning="据了解，", why="behind a line without any mark"),
        Case("<<修桥>>\n小节 1\n据了解，桥修好了。", beginning="据了解，", why="behind the number of a part"),
        Case("标题：修桥\n正文：据了解，桥修好了。", beginning="据了解，"),
        Case("回答一：据了解，桥修好了。", beginning="据了解，", why="on the same line, too"),
    ]
    bad = [
        Case("好的！据了解，桥修好了。", beginning="据了解，", why="something before it"),
        Case("据了解,桥修好了。", beginning="据了解，", why="a half-width comma is another character"),
        Case("好的\n\n据了解，桥修好了。", beginning="据了解，", why="no title"),
        Case("據了解，橋修好了。", beginning="据了解，", why="traditional"),
        Case("据……了解，", beginning="据了解，"),
        Case("《修桥》据了解，桥修好了。", beginning="据了解，", why="no title of its own"),
    ]

    def describe(self) -> str:
        return f"正文必须以“{self.beginning}”开头，标点也要一致（标题、小标题和各部分的编号不算在内）。"

    def check(self, text: Text) -> Verdict:
        wanted, raw = self.beginning.strip(), text.raw
        title = behind_title(raw)
        starts = dict.fromkeys((0, body(raw, title, len(raw)), title))
        places = [self._behind_marks(raw, start) for start in starts]
        at = next((place for place in places if raw.startswith(wanted, place)), places[1 if title else 0])
        end = min(len(raw), at + len(wanted))
        if at == end:
            return Verdict(False, f"nothing but marks; {wanted!r} was asked")
        followed = raw.startswith(wanted, at)
        asked = "" if followed else f"; {wanted!r} was asked"
        return Verdict.of(followed, f"it begins with {text.quote((at, end))}{asked}", [(at, end)])

    def demands(self) -> Demands:
        return Demands(
            phase="edges", first=self.beginning.strip(), layout=("a first line without any mark before it",), prose="zh"
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        at = self._behind_marks(draft, 0)
        repaired = draft[:at] + self.beginning.strip() + draft[at:]
        return repaired if self.check(cached_text(repaired)).followed else self.beginning.strip() + draft

    def _behind_marks(self, raw: str, start: int) -> int:
        """Return where the first characters are looked for: at `start` if they begin with a mark, or behind all."""
        if raw.startswith(self.beginning.strip(), start):
            return start
        lead = _LEAD.match(raw, start)
        return lead.end() if lead else start
