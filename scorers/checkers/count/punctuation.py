"""count:punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Text,
    Verdict,
    cached_text,
    format_list,
)

from ...repair.attempts import first_following, with_sentence

MARKS = ".,!?;:"
_INTERROBANGS = re.compile(r"\?!|!\?|‽")


def _check_published(text: Text, count: int) -> Verdict:
    """Return the published verdict; `count` is how many interrobangs are deleted (-1: all)."""
    raw = text.raw
    kind = next((kind for kind in ("?!", "!?") if kind in raw), "")
    at = raw.find(kind) if kind else raw.find("‽")
    if at < 0:
        return Verdict(False, "no interrobang")
    rest = raw.replace(kind, "", count) if kind else raw
    return _make_verdict(rest, (at, at + (len(kind) or 1)))


def _make_verdict(rest: str, interrobang: tuple[int, int]) -> Verdict:
    missing = [repr(mark) for mark in MARKS if mark not in rest]
    reason = f"{format_list(missing)} missing" if missing else "every mark and an interrobang found"
    return Verdict.of(not missing, reason, [interrobang])


@dataclass(frozen=True)
class Punctuation(Checker):
    """Demands every standard punctuation mark and an interrobang."""

    id = "count:punctuation"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("What?! So, one; two: yes! Who? End."),
        Case("What‽ So, one; two: yes! Who? End."),
        Case("Oh!? What?! So, one; two: yes! Who? End."),
    ]
    bad = [
        Case("What?! So, one; two: end.", why="the marks of an interrobang do not count again"),
        Case("What?! Really?! So, one; two: end."),
        Case("? ! So, one; two: end.", why="no interrobang"),
    ]

    def describe(self) -> str:
        return (
            "Use each of these punctuation marks at least once: full stop, comma, exclamation mark, question mark, "
            "semicolon, colon and interrobang (?!, !? or ‽)."
        )

    def check(self, text: Text) -> Verdict:
        found = _INTERROBANGS.search(text.raw)
        if found is None:
            return Verdict(False, "no interrobang")
        return _make_verdict(_INTERROBANGS.sub("", text.raw), found.span())

    def demands(self) -> Demands:
        return Demands(phase="content", parts=(",", ";", ":"))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        return first_following(self, *with_sentence(draft, "Is it so‽ Yes: towns, rivers; all good! Why? Roads end."))

    published = {
        "ifbench": PublishedVariant(
            why="Deletes only the first interrobang of one kind, so another one gives a question and an exclamation "
            "mark.",
            source="IFBench PunctuationCoverChecker",
            check=lambda _, text: _check_published(text, 1),
            good=(Case("What?! Really?! So, one; two: end."), Case("?! So, one; two: yes! Who? End.")),
            bad=(Case("What?!? So, one; two: end!"),),
        ),
        "livebench": PublishedVariant(
            why="Deletes all interrobangs of one kind; those of the other kind give both marks.",
            source="LiveBench PunctuationCoverChecker",
            check=lambda _, text: _check_published(text, -1),
            good=(Case("What!? Oh?! So, one; two: end."),),
            bad=(Case("What?! Really?! So, one; two: end."),),
        ),
    }
