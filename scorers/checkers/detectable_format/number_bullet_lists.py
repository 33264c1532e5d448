"""detectable_format:number_bullet_lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    exactly,
    format_count,
    format_lines,
    integer,
)

from ...text.reasons import format_asked

# The published patterns begin with "\s*", which crosses lines and costs quadratic time; anchoring each star or
# dash to its own line finds the same matches.
_STARS = re.compile(r"^[^\S\n]*\*[^*].*$", re.MULTILINE)
_DASHES = re.compile(r"^[^\S\n]*-.*$", re.MULTILINE)


def _published(self: NumberBulletLists, text: Text) -> Verdict:
    spans = [match.span() for pattern in (_STARS, _DASHES) for match in pattern.finditer(text.raw)]
    return self._judge(text, sorted(spans))


@dataclass(frozen=True)
class NumberBulletLists(Checker):
    """Demands an exact number of bullet points."""

    id = "detectable_format:number_bullet_lists"
    rule_books = frozenset({"audited", "ifeval"})

    num_bullets: int = integer("how many bullet points there are", low=1, drawn=(2, 5))

    good = [
        Case("* a\n* b", num_bullets=2),
        Case("+ a\n• b\n  - c", num_bullets=3, why="every common marker counts, at any depth"),
        Case("**Bold** start\n- a\r\n---\r\n- b", num_bullets=2, why="a rule is no bullet"),
        Case("-5 degrees\n*Note* this\n* a", num_bullets=1, why="nor a negative number or *emphasis*"),
    ]
    bad = [
        Case("* a\n* b\n* c", num_bullets=2),
        Case("1. a\n2. b", num_bullets=2, why="numbers are no bullets"),
        Case("* \n* a", num_bullets=2, why="a marker without content"),
        Case("a * b * c", num_bullets=2),
    ]

    def describe(self) -> str:
        points = format_count(self.num_bullets, "bullet point")
        each = "" if self.num_bullets == 1 else "each "
        return f'Include exactly {points}, {each}on a line of its own that starts with "* ", "- " or another bullet.'

    def check(self, text: Text) -> Verdict:
        spans = [(line.start, line.end) for line in text.bullets]
        reason = f"{format_count(len(spans), 'bullet point')}{format_lines(text, spans)}"
        asked = format_asked("exactly", self.num_bullets)
        numbered = sum(line.kind == "numbered" for line in text.lines) if len(spans) < self.num_bullets else 0
        aside = f"; {format_count(numbered, 'numbered item')} not counted" if numbered else ""
        return Verdict.of(len(spans) == self.num_bullets, f"{reason}; {asked}{aside}", spans)

    def demands(self) -> Demands:
        return Demands(phase="skeleton", bullets=exactly(self.num_bullets))

    def repair(self, draft: str) -> str:
        bullets = cached_text(draft).bullets
        for line in reversed(bullets[self.num_bullets :]):
            draft = draft[: line.start] + draft[line.body : line.end].lstrip(" \t") + draft[line.end :]
        missing = self.num_bullets - len(cached_text(draft).bullets)
        if missing < 0:
            draft, missing = "", self.num_bullets
        filler = Filler(turn=4)
        return "\n".join([*([draft] if draft else []), *(f"* {filler.sentence(5)}" for _ in range(missing))])

    def _judge(self, text: Text, spans: list[Span]) -> Verdict:
        reason = f"{format_count(len(spans), 'bullet')}{format_lines(text, spans)}"
        return Verdict.of(len(spans) == self.num_bullets, reason, spans)

    published = {
        "ifeval": PublishedVariant(
            why="Every line that starts with a dash counts, also a horizontal rule or a negative number, and so does "
            "*emphasis* at the start of a line; + and • do not.",
            source="IFEval BulletListChecker",
            check=_published,
            good=(
                Case("-5 degrees today", num_bullets=1),
                Case("*Note* the italic line", num_bullets=1),
                Case("no list", num_bullets=0),
            ),
            bad=(
                Case("* a\n* b\n---", num_bullets=2),
                Case("• a\n• b", num_bullets=2),
                Case("*\n* b\n- c", num_bullets=3, why="a lone star takes the next line with it"),
            ),
            refuses=lambda self: "" if self.num_bullets >= 0 else f"num_bullets is {self.num_bullets}",
        ),
    }
