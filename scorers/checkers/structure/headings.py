"""structure:headings.

Audited: each given heading stands once in the response as a markdown heading (a line that begins with one to six `#`
and a space, outside code), they come in the given order, and between each and the next of them, and behind the last,
something is written: a letter or digit in a line that is no heading. Headings are compared in any case, without
emphasis and closing `#` around them, typographic forms of quotes and hyphens aside. Other headings may be there
too, such as a title or a heading further down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    Span,
    Text,
    Verdict,
    cached_text,
    format_count,
    format_lines,
    format_list,
)

from ...checker import READ_AS_SEEN
from ...repair.paragraphs import cut_into
from ...text.markdown import Heading, headings
from ._names import fold_names, folded_name, names, plain, unusable

_HEADINGS = (
    "Summary",
    "Background",
    "Key facts",
    "Who is involved",
    "Timeline",
    "What happened",
    "Causes",
    "In numbers",
    "Voices",
    "Reactions",
    "Consequences",
    "Why it matters",
    "Lessons",
    "Open questions",
    "Next steps",
    "Outlook",
)
"""In the order in which an article would have them."""
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Headings(Checker):
    """Demands given markdown headings in a given order, with text under each."""

    id = "structure:headings"
    version = 3
    changes = (
        "Typographic marks and nested emphasis do not matter in a heading.",
        f"{READ_AS_SEEN} A heading in a block quote counts: a reader sees it.",
    )

    headings: tuple[str, ...] = names("the headings, in order", _HEADINGS, drawn=(2, 4))

    good = [
        Case("# Causes\nRain.\n# Outlook\nSun.", headings=["Causes", "Outlook"]),
        Case("### **causes** ##\r\nRain.\r\n\r\n# Outlook\r\nSun.", headings=["Causes", "Outlook"], why="any level"),
        Case("# Floods\n## Causes\nRain.\n### More\n## Outlook\nSun.", headings=["Causes", "Outlook"], why="others"),
        Case("# What’s next\nSun.", headings=["What's next"], why="a typographic apostrophe"),
        Case("> ## Outlook\n> Sun.", headings=["Outlook"], why="in a block quote"),
        Case("## Outlook\n### Soon\nSun.", headings=["Outlook"], why="the text stands further down"),
    ]
    bad = [
        Case("# Outlook\nSun.\n# Causes\nRain.", headings=["Causes", "Outlook"], why="another order"),
        Case("# Causes\n# Outlook\nSun.", headings=["Causes", "Outlook"], why="nothing under the first"),
        Case("# Causes\nRain.\n# Outlook\n", headings=["Causes", "Outlook"]),
        Case("# Causes\nRain.\n# Causes\nWind.", headings=["Causes"], why="twice"),
        Case("**Causes**\nRain.", headings=["Causes"], why="bold type is no heading"),
        Case("#Causes\nRain.", headings=["Causes"], why="no space"),
        Case("# The causes\nRain.", headings=["Causes"]),
        Case("```\n# Causes\nRain.\n```", headings=["Causes"], why="code"),
    ]

    def describe(self) -> str:
        wanted = format_list(f'"{name}"' for name in self.headings)
        how = 'markdown heading ("# ", "## " and so on)'
        if len(self.headings) == 1:
            return f"Use {wanted} once as a {how}, with text under it."
        return f"Use each of these once as a {how}, in this order and with text under each: {wanted}."

    def check(self, text: Text) -> Verdict:
        wanted = fold_names(self.headings)
        known = set(wanted)
        found = [heading for heading in headings(text) if folded_name(heading.title) in known]
        titles = [folded_name(heading.title) for heading in found]
        missing = [name for name, title in zip(self.headings, wanted, strict=True) if title not in titles]
        spans = [(heading.start, heading.end) for heading in found]
        number = f"{len(found)} of {format_count(len(wanted), 'heading')}{format_lines(text, spans)}"
        if missing:
            near = self._near(text, missing[0])
            reason = f"no heading {format_list(map(repr, missing))}; {number}"
            if near:
                reason += f"; {text.quote(near)} at line {text.line_number(near[0])} is no markdown heading"
            return Verdict.of(False, reason, [near] if near else [])
        if len(titles) > len(wanted):
            twice = next(place for place, title in enumerate(titles) if title in titles[:place])
            reason = f"the heading {found[twice].title!r} is used more than once{format_lines(text, spans)}"
            return Verdict.of(False, reason, spans)
        wrong = next((place for place, title in enumerate(titles) if title != wanted[place]), None)
        if wrong is not None:
            place = format_lines(text, spans[wrong : wrong + 1])
            reason = f"heading {wrong + 1}{place}, is {found[wrong].title!r}; {self.headings[wrong]!r} was asked there"
            return Verdict.of(False, reason, spans[wrong : wrong + 1])
        empty = self._empty(text, found)
        if empty:
            where = format_lines(text, [(heading.start, heading.end) for heading in empty])
            reason = f"no text under {format_list(repr(heading.title) for heading in empty)}{where}"
            return Verdict.of(False, reason, [(heading.start, heading.end) for heading in empty])
        return Verdict.of(True, f"{number}, with text under each", spans)

    def demands(self) -> Demands:
        lines = tuple(f"## {name}" for name in plain(self.headings))
        names = plain(self.headings)
        return Demands(
            phase="skeleton", contains=names, english=names, layout=("a heading",), lines=lines, stretches=len(lines)
        )

    def range_error(self) -> str:
        return super().range_error() or unusable("headings", self.headings)

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        wanted = set(fold_names(self.headings))
        cut, at = [""], 0
        for heading in headings(cached_text(draft)):
            if folded_name(heading.title) in wanted:
                cut[-1] += draft[at : heading.start]
                cut.append("")
                at = heading.end
        cut[-1] += draft[at:]
        for parts in (cut_into(cut, len(self.headings)), cut_into([], len(self.headings))):
            lines = (f"## {name}\n{part}" for name, part in zip(plain(self.headings), parts, strict=True))
            repaired = "\n\n".join(lines)
            if self.check(cached_text(repaired)).followed:
                return repaired
        filler = Filler(turn=10)
        return "\n".join(f"## {name}\n{filler.sentence(5)}" for name in plain(self.headings))

    @staticmethod
    def _near(text: Text, name: str) -> Span | None:
        """Return a line that has the name of a heading and is none: bold type, or no space behind the #."""
        for line in text.lines:
            if folded_name(text.raw[line.start : line.end].strip(" \t#:*_")) == folded_name(name):
                return line.start, line.end
        return None

    @staticmethod
    def _empty(text: Text, found: list[Heading]) -> list[Heading]:
        """Return those of `found` behind which no text stands before the next of them."""
        marks = {heading.start for heading in headings(text)}
        edges = [*(heading.start for heading in found[1:]), len(text.raw)]
        filled: set[int] = set()
        place = 0
        for line in text.lines:
            while place < len(found) and line.start >= edges[place]:
                place += 1
            under = place < len(found) and line.start > found[place].start and line.start not in marks
            if under and _LETTER.search(text.raw, line.start, line.end):
                filled.add(place)
        return [heading for place, heading in enumerate(found) if place not in filled]
