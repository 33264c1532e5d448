"""format:sub-bullets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Span, Text, Verdict, cached_text, format_count

from ...demands import BULLETS, SUB_BULLETS
from ...repair.attempts import first_following

_ITEM = re.compile(r"^[^\S\n]*+([*-])[^\S\n]++(?=\S)[^\n]*+", re.MULTILINE)


def _check_published(_: SubBullets, text: Text) -> Verdict:
    parts = text.raw.split("*")
    at = len(parts[0])
    for part in parts[1:]:
        if "-" not in part:
            return Verdict.of(False, f"no - behind the * at line {text.line_number(at)}", [(at, at + 1)])
        at += 1 + len(part)
    return Verdict(True, f"a - behind each of {len(parts) - 1} asterisks")


def _bullets(text: Text) -> tuple[list[Span], list[Span]]:
    """Return the bullets with *, and those of them without a sub-bullet."""
    bullets: list[Span] = []
    bare: list[Span] = []
    for match in _ITEM.finditer(text.raw):
        if match[1] == "*":
            bullets.append(match.span())
            bare.append(match.span())
        elif bare and bare[-1] == bullets[-1]:
            bare.pop()
    return bullets, bare


@dataclass(frozen=True)
class SubBullets(Checker):
    """Demands bullet points with *, each with a sub-bullet point with -."""

    id = "format:sub-bullets"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("* a\n  - b\n* c\n  - d\n  - e"),
        Case("**Bold** text\n* **a**\n- b", why="emphasis is no bullet"),
    ]
    bad = [
        Case("no bullets at all"),
        Case("* a\n  - b\n* c"),
        Case("* well-known", why="a hyphen is no bullet"),
        Case("- a\n- b"),
    ]

    def describe(self) -> str:
        return (
            "Use bullet points that begin with * and, below each of them, at least one sub-bullet point that begins "
            "with -."
        )

    def check(self, text: Text) -> Verdict:
        bullets, bare = _bullets(text)
        reason = f"{format_count(len(bullets), 'bullet')}, {len(bare)} without a sub-bullet"
        return Verdict.of(bool(bullets) and not bare, reason, bare or bullets)

    def demands(self) -> Demands:
        return Demands(
            phase="skeleton",
            parts=("*", "-"),
            layout=("bullet points",),
            traits=(("white space", "between words"),),
            meanings=(BULLETS, SUB_BULLETS),
        )

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        bullets, bare = _bullets(text)
        if not bullets:
            return first_following(self, f"{draft.rstrip()}\n* Towns rest.\n  - Farmers wait.".lstrip(), _LEAST)
        parts, at = [], 0
        for _, end in bare:
            parts += [draft[at:end], "\n  - Farmers wait."]
            at = end
        return first_following(self, "".join([*parts, draft[at:]]), _LEAST)

    published = {
        "ifbench": PublishedVariant(
            why="Every asterisk needs a hyphen somewhere before the next one: a text without either passes, and "
            "emphasis fails.",
            source="IFBench SubBulletPointsChecker",
            check=_check_published,
            good=(Case("no bullets at all"), Case("* well-known")),
            bad=(Case("**Bold** text\n* a\n- b"),),
        ),
    }


_LEAST = "* Towns rest.\n  - Farmers wait."
