"""zh:first_characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, Text, Verdict, cached_text, string

from ...text.paragraphs import body
from ._title import behind_title

_LEAD = re.compile(r"[\s\"“”'‘’「『*_#>•+-]*+")
"""What may stand before the first characters without being any: quotes, marks of emphasis and lists, white space."""


@dataclass(frozen=True)
class FirstCharacters(Checker):
    """Demands the characters that the response begins with."""

    id = "zh:first_characters"
    worded_in = "zh"
    version = 3

    beginning: str = string(
        "what the response begins with", drawn=("据了解，", "说到这件事，", "你听说了吗？", "先说结论：", "在我看来，")
    )

    good = [
        Case("据了解，桥修好了。", beginning="据了解，"),
        Case("　　“据了解，桥修好了。”", beginning="据了解，", why="behind an indent and a quotation mark"),
        Case("<<修桥>>\r\n据了解，桥修好了。", beginning="据了解，", why="behind a title"),
        Case("**据了解，**桥修好了。", beginning="据了解，"),
        Case("《修桥》\n\n据了解，桥修好了。", beginning="据了解，", why="behind another title"),
        Case("- 据了解，桥修好了。", beginning="据了解，", why="behind the mark of a list"),
    ]
    bad = [
        Case("好的！据了解，桥修好了。", beginning="据了解，", why="something before it"),
        Case("据了解,桥修好了。", beginning="据了解，", why="a half-width comma is another character"),
        Case("據了解，橋修好了。", beginning="据了解，", why="traditional"),
        Case("据……了解，", beginning="据了解，"),
        Case("《修桥》据了解，桥修好了。", beginning="据了解，", why="no title of its own"),
    ]

    def describe(self) -> str:
        return f"正文的开头必须是“{self.beginning}”，标点也要一样（如果有标题，标题不算）。"

    def check(self, text: Text) -> Verdict:
        wanted = self.beginning.strip()
        title = behind_title(text.raw)
        starts = dict.fromkeys((0, body(text.raw, title, len(text.raw))))
        places = [self._behind_marks(text.raw, start) for start in starts]
        at = next((place for place in places if text.raw.startswith(wanted, place)), places[0])
        end = min(len(text.raw), at + len(wanted))
        if at == end:
            return Verdict(False, "nothing but marks")
        return Verdict.of(text.raw.startswith(wanted, at), f"it begins with {text.quote((at, end))}", [(at, end)])

    def demands(self) -> Demands:
        return Demands(phase="edges", first=self.beginning.strip(), prose="zh")

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
