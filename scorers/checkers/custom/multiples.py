"""custom:multiples.

Audited: a first line that ends in a colon may hold other numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, PublishedVariant, Text, Verdict, cached_text

from ._task import FixedTask

NUMBERS = ["14", "21", "28", "35", "42", "49"]
_DIGITS = re.compile(r"\d+")


def _check_published(_: Multiples, text: Text) -> Verdict:
    # The published code puts a space behind each comma, which splits no run of digits.
    return _make_verdict(text, 0)


def _make_verdict(text: Text, start: int) -> Verdict:
    found = [(match.group(), match.span()) for match in _DIGITS.finditer(text.raw, start)]
    numbers = [digits for digits, _ in found]
    shown = ", ".join(numbers[:12]) or "none"
    return Verdict.of(
        numbers == NUMBERS, f"numbers: {shown}; {', '.join(NUMBERS)} were asked", [span for _, span in found]
    )


@dataclass(frozen=True)
class Multiples(FixedTask):
    """Asks for the multiples of 7 from 10 to 50."""

    id = "custom:multiples"

    good = [Case("14, 21, 28, 35, 42, 49"), Case("Count from 10 to 50:\n14 21 28 35 42 49.")]
    bad = [Case("1. 14\n2. 28"), Case("14, 21, 28, 35, 42, 49, 56"), Case("7, 14, 21, 28, 35, 42, 49")]

    def describe(self) -> str:
        return "Count from 10 to 50, and write down the multiples of 7 alone."

    def check(self, text: Text) -> Verdict:
        first, end, _ = text.raw.lstrip().partition("\n")
        leads = bool(end) and first.rstrip().endswith(":")
        return _make_verdict(text, text.raw.find("\n", len(text.raw) - len(text.raw.lstrip())) if leads else 0)

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else ", ".join(NUMBERS)

    published = {
        "ifbench": PublishedVariant(
            why="All numbers of the response count, also those that introduce it.",
            source="IFBench MultiplesOfSevenChecker",
            check=_check_published,
            good=(Case("14,21,28,35,42,49"),),
            bad=(Case("Count from 10 to 50:\n14, 21, 28, 35, 42, 49"),),
        ),
    }
