"""format:list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    format_asked,
    format_count,
    format_lines,
    string,
)

from ...demands import END_MARKS, OWN_MARKS, WORD_MARKS
from ...repair.attempts import first_following

NUMBER = 2
_MEANINGS = {WORD_MARKS: re.compile(r"[^\W\d_]"), END_MARKS: re.compile("[.!?]")}
"""What a separator that holds such a character is taken for."""


def _check_published(self: List, text: Text) -> Verdict:
    count = text.raw.count(self.sep)
    spans = [m.span() for m in re.finditer(re.escape(self.sep), text.raw)] if self.sep else []
    return self._make_verdict(text, count, spans)


@lru_cache(maxsize=256)
def _marker(sep: str) -> re.Pattern[str]:
    """Where the separator begins a line or stands between spaces, with an item behind it."""
    mark = re.escape(sep.strip())
    return re.compile(rf"(?:^[^\S\n]*+(?P<a>{mark})(?=[^\S\n]*+\S)|(?<!\S)(?P<b>{mark})(?=\s++\S))", re.MULTILINE)


@dataclass(frozen=True)
class List(Checker):
    """Demands a list with a given separator for its bullets."""

    id = "format:list"
    rule_books = frozenset({"audited", "ifbench"})

    sep: str = string("what stands before each item", drawn=("...", "SEPARATOR", "!?!?", "-"))

    good = [
        Case("!?!?a\n!?!? b", sep="!?!?"),
        Case("SEPARATOR one SEPARATOR two", sep="SEPARATOR"),
        Case("Well:\n- one\n  - two", sep="-"),
    ]
    bad = [
        Case("well-known state-of-the-art", sep="-", why="inside words"),
        Case("......", sep="..."),
        Case("... one", sep="..."),
        Case("separator a\nseparator b", sep="SEPARATOR"),
    ]

    def describe(self) -> str:
        return (
            f'Answer with a list of at least two items; begin each item with "{self.sep.strip()}" in place of a bullet.'
        )

    def check(self, text: Text) -> Verdict:
        spans = [m.span("a") if m["a"] else m.span("b") for m in _marker(self.sep).finditer(text.raw)]
        return self._make_verdict(text, len(spans), spans)

    def _make_verdict(self, text: Text, count: int, spans: list[Span]) -> Verdict:
        found = f"{format_count(count, 'separator')}{format_lines(text, spans)}"
        return Verdict.of(count >= NUMBER, f"{found}; {format_asked('at least', NUMBER)}", spans)

    def demands(self) -> Demands:
        mark = self.sep.strip()
        return Demands(
            phase="skeleton",
            parts=(mark,),
            layout=("a list",),
            traits=(("white space", "between words"),),
            meanings=(OWN_MARKS, *(meaning for meaning, marks in _MEANINGS.items() if marks.search(mark))),
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        mark, body = self.sep.strip(), draft.rstrip()
        spans = cached_text(body).sentences
        own = f"{mark} Towns rest.\n{mark} Rivers flow."
        if len(spans) < NUMBER or "\n" in body[spans[-1][0] - 1 :]:
            return first_following(self, f"{body}\n{own}".lstrip(), own)
        one, two = spans[-2][0], spans[-1][0]
        head = body[:one].rstrip()
        parted = f"{head}\n{mark} {body[one:two].strip()}\n{mark} {body[two:]}".lstrip()
        return first_following(self, parted, f"{body}\n{own}", own)

    published = {
        "ifbench": PublishedVariant(
            why="Counts the separator anywhere, also inside words, and without an item behind it.",
            source="IFBench ListFormatChecker",
            check=_check_published,
            good=(Case("well-known state-of-the-art", sep="-"), Case("......", sep="...")),
            bad=(Case("!?!?!? a", sep="!?!?"),),
        ),
    }
