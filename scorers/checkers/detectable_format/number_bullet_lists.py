"""detectable_format:number_bullet_lists.

Audited: a bullet point is a line that begins with a common marker (`*`, `-`, `+`, `•` and the like) and has content,
at any depth of nesting. A horizontal rule, a negative number, *emphasis* and a numbered item are not bullet points.
"""

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
    format_asked,
    format_count,
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...demands import BULLETS

# The published patterns begin with "\s*", which crosses lines and takes quadratic time. These start at the line of the
# marker and find the same matches.
_STARS = re.compile(r"^[^\S\n]*\*[^*].*$", re.MULTILINE)
_DASHES = re.compile(r"^[^\S\n]*-.*$", re.MULTILINE)

_GLUED = re.compile(r"[^\S\r\n]*+\*[^\s*][^*\r\n]*+")


def _check_published(self: NumberBulletLists, text: Text) -> Verdict:
    spans = [match.span() for pattern in (_STARS, _DASHES) for match in pattern.finditer(text.raw)]
    return self._make_verdict(text, sorted(spans))


@dataclass(frozen=True)
class NumberBulletLists(Checker):
    """Requires an exact number of bullet points."""

    id = "detectable_format:number_bullet_lists"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (READ_AS_SEEN,)

    num_bullets: int = integer("the number of bullet points", low=1, drawn=(2, 5))

    good = [
        Case("* a\n* b", num_bullets=2),
        Case("+ a\n• b\n  - c", num_bullets=3, why="every common marker counts, at any depth"),
        Case("**Bold** start\n- a\r\n---\r\n- b", num_bullets=2, why="a horizontal rule"),
        Case("-5 degrees\n*Note* this\n* a", num_bullets=1, why="a negative number and *emphasis*"),
    ]
    bad = [
        Case("* a\n* b\n* c", num_bullets=2),
        Case("1. a\n2. b", num_bullets=2, why="numbered items"),
        Case("* \n* a", num_bullets=2, why="a marker without content"),
        Case("a * b * c", num_bullets=2),
    ]

    def describe(self) -> str:
        points = format_count(self.num_bullets, "bullet point")
        each = "" if self.num_bullets == 1 else ", nested ones included, each"
        return f'Use exactly {points}{each} on a line that begins with a marker such as "* " or "- ".'

    def check(self, text: Text) -> Verdict:
        return self._make_verdict(text, [(line.start, line.end) for line in text.bullets], _near_miss(text))

    def demands(self) -> Demands:
        return Demands(phase="skeleton", bullets=exactly(self.num_bullets), meanings=(BULLETS,))

    def repair(self, draft: str) -> str:
        bullets = cached_text(draft).bullets
        for line in reversed(bullets[self.num_bullets :]):
            draft = draft[: line.start] + draft[line.body : line.end].lstrip(" \t") + draft[line.end :]
        missing = self.num_bullets - len(cached_text(draft).bullets)
        if missing < 0:
            draft, missing = "", self.num_bullets
        filler = Filler(turn=4)
        return "\n".join([*([draft] if draft else []), *(f"* {filler.sentence(5)}" for _ in range(missing))])

    def _make_verdict(self, text: Text, spans: list[Span], near: tuple[Span, str] | None = None) -> Verdict:
        found = f"{format_count(len(spans), 'bullet point')}{format_lines(text, spans)}"
        reason = f"{found}; {format_asked('exactly', self.num_bullets)}"
        if len(spans) >= self.num_bullets:
            surplus = spans[self.num_bullets :]
            return Verdict.of(not surplus, reason, surplus or spans)
        if near is None:
            return Verdict(False, reason)
        span, why = near
        return Verdict.of(False, f"{reason}; {text.quote(span)} {why}", [span])

    published = {
        "ifeval": PublishedVariant(
            why="Every line that starts with a dash counts, also a horizontal rule or a negative number, and so does "
            "*emphasis* at the start of a line; + and • do not.",
            source="IFEval BulletListChecker",
            check=_check_published,
            good=(
                Case("-5 degrees today", num_bullets=1),
                Case("*Note* the italic line", num_bullets=1),
                Case("no list", num_bullets=0),
            ),
            bad=(
                Case("* a\n* b\n---", num_bullets=2),
                Case("• a\n• b", num_bullets=2),
                Case("*\n* b\n- c", num_bullets=3, why="a star alone on its line also matches the next line"),
            ),
            refuses=lambda self: "" if self.num_bullets >= 0 else f"num_bullets is {self.num_bullets}",
        ),
    }


def _near_miss(text: Text) -> tuple[Span, str] | None:
    """Return the first line that looks like a bullet point, and why it is none."""
    for line in text.lines:
        if line.kind == "numbered":
            return (line.start, line.end), "is a numbered item"
        if line.kind == "text" and _GLUED.fullmatch(text.raw, line.start, line.end):
            return (line.start, line.end), "has no space after its marker"
    return None
