"""format:no_whitespace."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict, format_count, format_lines

from ...demands import UNSPACED

_SPACE = re.compile(r"\s")


def _make_verdict(text: Text, start: int, end: int) -> Verdict:
    spans = [match.span() for match in _SPACE.finditer(text.raw, start, end)]
    found = f"{format_count(len(spans), 'white-space character')}{format_lines(text, spans)}"
    return Verdict.of(not spans, f"{found}; none is allowed", spans)


def _inner(raw: str) -> tuple[int, int]:
    return len(raw) - len(raw.lstrip()), len(raw.rstrip())


@dataclass(frozen=True)
class NoWhitespace(Checker):
    """Forbids white space."""

    id = "format:no_whitespace"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("OneTwo"), Case("OneTwo\n", why="a line end behind the text"), Case("One\u200btwo")]
    bad = [Case("One two"), Case("One\u00a0two"), Case("Here:\nOneTwo"), Case("One\u3000Two")]

    def describe(self) -> str:
        return "Write the whole response without any white space: no spaces, no tabs, no line breaks."

    def check(self, text: Text) -> Verdict:
        return _make_verdict(text, *_inner(text.raw))

    def demands(self) -> Demands:
        return Demands(phase="form", traits=(("white space", "none"), ("line breaks", "none")), meanings=(UNSPACED,))

    def repair(self, draft: str) -> str:
        start, end = _inner(draft)
        return draft if not _SPACE.search(draft, start, end) else _SPACE.sub("", draft)

    published = {
        "ifbench": PublishedVariant(
            why="White space before and behind the text counts too.",
            source="IFBench NoWhitespaceChecker",
            check=lambda _, text: _make_verdict(text, 0, len(text.raw)),
            good=(Case("OneTwo"),),
            bad=(Case("OneTwo\n"),),
        ),
    }
