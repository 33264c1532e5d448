"""count:numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    format_asked,
    format_count,
    format_lines,
    number,
)

from ...params.published import drawn_at_random
from ...repair.attempts import first_following, with_sentence

_NUMBER = re.compile(r"(?<!\w)(?:\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}(?!\d))++|\d++)(?:[.,:]\d++)*+")
_DIGITS = re.compile(r"\d+")


def _check_published(self: Numbers, text: Text) -> Verdict:
    return self._make_verdict(text, len(_DIGITS.findall(text.bare)), [m.span() for m in _DIGITS.finditer(text.raw)])


@dataclass(frozen=True)
class Numbers(Checker):
    """Demands an exact number of numbers written in digits."""

    id = "count:numbers"
    rule_books = frozenset({"audited", "ifbench"})

    N: float = number("how many numbers there are", low=0, drawn=(1, 6))

    good = [
        Case("3.14 and 1,000", N=2),
        Case("1 000 euros", N=1, why="a space between thousands"),
        Case("10-20", N=2, why="a range has two ends"),
        Case("**7** and seven", N=1.0),
        Case("x2 is a name, 5th is none", N=1),
    ]
    bad = [Case("10–20", N=1), Case("No digits.", N=1), Case("1. one\n2. two", N=1)]

    def describe(self) -> str:
        wanted = format_count(int(self.N), "number") if int(self.N) == self.N else f"{self.N} numbers"
        return f"Write exactly {wanted} in digits."

    def check(self, text: Text) -> Verdict:
        spans = [match.span() for match in _NUMBER.finditer(text.raw)]
        return self._make_verdict(text, len(spans), spans)

    def _make_verdict(self, text: Text, count: int, spans: list[Span]) -> Verdict:
        found = f"{format_count(count, 'number')}{format_lines(text, spans)}"
        return Verdict.of(count == self.N, f"{found}; {format_asked('exactly', int(self.N))}", spans)

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        present = [match.group() for match in _NUMBER.finditer(draft) if match.group().isdigit()][: int(self.N)]
        rest = _DIGITS.sub("", draft)
        added = [*present, *(str(7 + 3 * at) for at in range(int(self.N)))][: int(self.N)]
        sentence = f"Farmers count {' and '.join(added)} boats."
        return first_following(self, *(with_sentence(rest, sentence) if added else (rest,)))

    published = {
        "ifbench": PublishedVariant(
            why="Counts runs of digits after ASCII punctuation is deleted: a range with a hyphen is one number, "
            "thousands behind a space are another.",
            source="IFBench NumbersCountChecker",
            check=_check_published,
            good=(Case("10-20", N=1), Case("x2y", N=1)),
            bad=(Case("1 000", N=1),),
            refuses=lambda self: drawn_at_random("N", self.N),
        ),
    }
