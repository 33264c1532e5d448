"""punctuation:no_comma.

Audited: the response has no comma of any script, not even within a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict, format_count, format_lines

from ...checker import READ_AS_SEEN

COMMAS = ",，、،﹐﹑､՝߸፣᠂᠈꓾꘍꛵⸲⸴⹁⹉⹌︐︑"
"""The commas of all scripts; ‚ is not among them, since it opens a quotation."""
_ANY = re.compile(f"[{COMMAS}]")
_ASCII = re.compile(",")


def _make_verdict(text: Text, commas: re.Pattern[str]) -> Verdict:
    spans = [match.span() for match in commas.finditer(text.raw)]
    found = f"{format_count(len(spans), 'comma')}{format_lines(text, spans)}"
    return Verdict.of(not spans, f"{found}; none is allowed", spans)


@dataclass(frozen=True)
class NoComma(Checker):
    """Forbids commas."""

    id = "punctuation:no_comma"
    rule_books = frozenset({"audited", "ifeval"})
    english = "looks for the ASCII comma only"
    version = 2
    changes = (READ_AS_SEEN,)

    good = [Case("No comma here; none at all."), Case("It cost 1000·5 euros."), Case("Ein ‚Wort‘.")]
    bad = [Case("One, two."), Case("1,000"), Case("一，二、三", why="full-width and list commas"), Case("一︑二")]

    def describe(self) -> str:
        return "Do not write a single comma, not even within a number."

    def check(self, text: Text) -> Verdict:
        return _make_verdict(text, _ANY)

    def demands(self) -> Demands:
        return Demands(phase="content", lacks=tuple(COMMAS))

    def repair(self, draft: str) -> str:
        return _ANY.sub("", draft)

    published = {
        "ifeval": PublishedVariant(
            why="Only the ASCII comma counts.",
            source="IFEval CommaChecker",
            check=lambda _, text: _make_verdict(text, _ASCII),
            good=(Case("1，000、2"),),
            bad=(Case("One, two."),),
        ),
    }
