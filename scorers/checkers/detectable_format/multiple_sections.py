"""detectable_format:multiple_sections."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    PublishedVariant,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    exactly,
    format_count,
    format_lines,
    integer,
    string,
)

from ...checker import READ_AS_SEEN
from ...params.published import describe_negative
from ...repair.paragraphs import cut_into
from ...text.paragraphs import LETTER, body
from ...text.reasons import format_asked
from ...text.word_search import not_regular

_LETTER = re.compile(LETTER)
_NUMBERS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|[ivxl]{1,7}|[a-z]"
)
# "Section 1.2" is part of a section, and "Section 1 of the act" speaks about one. Numbers in letters are taken only
# where nothing else of the line can be meant: "Section I" and "Section one:", but not "Section I like".
_DIGITS = rf"\d{{1,4}}(?!\d|\.\d|{LETTER})(?!\s+(?-i:of|and|or|to)\b)"
_IN_LETTERS = rf"(?<!{LETTER})(?:{_NUMBERS})(?!{LETTER})(?=[^\S\r\n]*+(?:[:.)\]*_\"”’–—-]|[\r\n]|\Z))"
_WORDS = _NUMBERS.split("|")[:20]
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}
_LAST = re.compile(r"(?:\d+|[a-z]+)(?=\W*\Z)")
_EDGE = " \t:.)]*_#~-–—"
_REGULAR = frozenset("\\.^$*+?{}[]|()")


def _check_published(self: MultipleSections, text: Text) -> Verdict:
    marks = list(re.finditer(_published_pattern(self.section_spliter), text.raw))
    # Splitting at a pattern yields its groups too, and the published verifier counts what it yields.
    number = len(marks) * (1 + re.compile(_published_pattern(self.section_spliter)).groups)
    spans = [mark.span() for mark in marks if mark.group()]
    return Verdict.of(
        number >= self.num_sections, f"{format_count(number, 'section')}{format_lines(text, spans)}", spans
    )


def _published_pattern(label: str) -> str:
    return rf"\s?{label.strip()}\s?\d+\s?"


def _refuse_published(self: MultipleSections) -> str:
    return describe_negative("num_sections", self.num_sections) or not_regular(_published_pattern(self.section_spliter))


def _published_demands(self: MultipleSections) -> Demands:
    label = self.section_spliter.strip()
    literal = label and not _REGULAR.intersection(label)
    return Demands(phase="skeleton", sections=((label, Range(self.num_sections)),) if literal else ())


@dataclass(frozen=True)
class MultipleSections(Checker):
    """Demands an exact number of sections, each begun with a label and its number."""

    id = "detectable_format:multiple_sections"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (
        (
            f"{READ_AS_SEEN} The numbers of the sections have to count 1, 2, 3: `Section X` twice, or 1 and 7, are "
            "no numbered sections."
        ),
    )

    section_spliter: str = string("the label that begins each section", drawn=("Section", "SECTION", "Part", "Chapter"))
    num_sections: int = integer("how many sections there are", low=1, drawn=(2, 5))

    good = [
        Case("Section 1\nOne.\nSection 2\nTwo.", section_spliter="Section", num_sections=2),
        Case("## **SECTION I:** Start\r\nOne.\r\nSection Two\r\nTwo.", section_spliter="Section", num_sections=2),
        Case("Part A\na\nPart B\nb", section_spliter="Part", num_sections=2, why="letters count too"),
        Case("Section 1\nAs section 2 of the act says.", section_spliter="Section", num_sections=1, why="a mention"),
        Case("Section 1\nSection 1.2 is short.", section_spliter="Section", num_sections=1, why="part of a section"),
        Case(
            "Section 1\nSection 2\n\nSection 1\na\nSection 2\nb",
            section_spliter="Section",
            num_sections=2,
            why="a list of contents has nothing in it",
        ),
    ]
    bad = [
        Case("Section 1\na\nSection 2\nb", section_spliter="Section", num_sections=1, why="one too many"),
        Case("See Section 1 and Section 2 of the act.", section_spliter="Section", num_sections=2),
        Case("Subsection 1\na", section_spliter="Section", num_sections=1),
        Case("Section 1\n\nSection 2\n", section_spliter="Section", num_sections=2, why="with nothing in it"),
        Case("Section 1\na\nSection 7\nb", section_spliter="Section", num_sections=2, why="1 and 7"),
        Case("Section X\na\nSection X\nb", section_spliter="Section", num_sections=2, why="twice the same"),
        Case("Section I like best.", section_spliter="Section", num_sections=1, why="a pronoun, no number"),
    ]

    def describe(self) -> str:
        label = self.section_spliter.strip()
        if self.num_sections == 1:
            return f'Put the answer into exactly 1 section, which begins on a new line with "{label} 1".'
        to = "to" if self.num_sections > 2 else "and"
        marks = f'{"from " if self.num_sections > 2 else ""}"{label} 1" {to} "{label} {self.num_sections}"'
        return (
            f"Divide the answer into exactly {self.num_sections} sections and begin each on a new line with "
            f'"{label}" and its number, {marks}.'
        )

    def check(self, text: Text) -> Verdict:
        marks = self._marks(text.raw)
        filled = [mark for mark, content in zip(marks, self._contents(text.raw, marks), strict=True) if content]
        asked = format_asked("exactly", self.num_sections)
        reason = f"{format_count(len(filled), 'section')}{format_lines(text, filled)}; {asked}"
        empty = len(marks) - len(filled)
        if empty:
            reason += f"; {format_count(empty, 'more label')} with nothing behind {'it' if empty == 1 else 'them'}"
        if len(filled) != self.num_sections:
            return Verdict.of(False, reason, filled)
        wrong = next((n for n, mark in enumerate(filled, 1) if n not in _values(text.raw[slice(*mark)])), None)
        if wrong is not None:
            span = filled[wrong - 1]
            where = f"at line {text.line_number(span[0])}"
            return Verdict.of(False, f"section {wrong}, {where}, is called {text.quote(span)}", [span])
        return Verdict.of(True, reason, filled)

    def demands(self) -> Demands:
        label = self.section_spliter.strip()
        return Demands(phase="skeleton", sections=((label, exactly(self.num_sections)),), english=(label,))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        marks = self._marks(draft)
        at = marks[0][0] if marks else body(draft, 0, len(draft))
        contents = self._contents(draft, marks) if marks else [draft[at:]]
        repaired = draft[:at].rstrip() + "\n" + self._mark_sections(cut_into(contents, self.num_sections))
        repaired = repaired.lstrip()
        if self.check(cached_text(repaired)).followed:
            return repaired
        filler = Filler(turn=6)
        return self._mark_sections(filler.sentence(6) for _ in range(self.num_sections))

    def _marks(self, raw: str) -> list[Span]:
        return [mark.span(1) for mark in _mark(self.section_spliter).finditer(raw)]

    @staticmethod
    def _contents(raw: str, marks: list[Span]) -> list[str]:
        """Return the text of each section, "" if it has no letter or digit."""
        edges = [*(start for start, _ in marks[1:]), len(raw)]
        spans = [(mark[1], edge) for mark, edge in zip(marks, edges, strict=bool(marks))]
        return [raw[start:end].lstrip(_EDGE) if _LETTER.search(raw, start, end) else "" for start, end in spans]

    def _mark_sections(self, contents: Iterable[str]) -> str:
        label = self.section_spliter.strip()
        return "\n".join(f"{label} {number}\n{content}" for number, content in enumerate(contents, 1))

    published = {
        "ifeval": PublishedVariant(
            why="Takes the label for a regular expression and counts it, in the same case and with digits behind it, "
            "wherever it stands, also in a mention or inside a word; more sections than asked for are fine.",
            source="IFEval SectionChecker",
            check=_check_published,
            good=(
                Case("See Section 1 and Section 2 of the act.", section_spliter="Section", num_sections=2),
                Case("Section 1\na\nSection 2\nb", section_spliter="Section", num_sections=1),
                Case("XSection 1", section_spliter="Section", num_sections=1),
                Case("1 2", section_spliter="", num_sections=2),
                Case("Part 1", section_spliter="(P)(art)", num_sections=3),
                Case("none", section_spliter="Section", num_sections=0),
            ),
            bad=(
                Case("Section I\na", section_spliter="Section", num_sections=1),
                Case("SECTION 1\na", section_spliter="Section", num_sections=1),
            ),
            refuses=_refuse_published,
            demands=_published_demands,
        ),
    }


def _values(mark: str) -> set[int]:
    """Return what the number of a section can be: 1 and 9 for "I", which is Roman, or a letter."""
    said = _LAST.search(mark.lower())
    number = said.group() if said else ""
    if number.isdigit():
        return {int(number)}
    values = {_WORDS.index(number) + 1} if number in _WORDS else set()
    if len(number) == 1:
        values.add(ord(number) - ord("a") + 1)
    if number and set(number) <= _ROMAN.keys():
        digits = [_ROMAN[letter] for letter in number]
        behind = [*digits[1:], 0]
        values.add(sum(-a if a < b else a for a, b in zip(digits, behind, strict=True)))
    return values


@lru_cache(maxsize=256)
def _mark(label: str) -> re.Pattern[str]:
    """Find a section's label and number at the start of a line, as group 1, behind marks of headings and emphasis."""
    words = r"[^\S\r\n]++".join(map(re.escape, label.split()))
    lead = rf"[^\S\r\n]*+(?:[>#*_~\"'“‘(\[<•-]++[^\S\r\n]*+)*{'+' if _LETTER.match(label.strip()) else '?'}"
    between = r"[ \t\u00a0*_:#.–—-]{0,4}"
    return re.compile(rf"(?:\A|(?<=[\r\n]))({lead}{words}{between}(?:{_DIGITS}|{_IN_LETTERS}))", re.IGNORECASE)
