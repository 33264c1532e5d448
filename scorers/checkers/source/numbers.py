"""source:numbers.

Audited: at least the given number of different numbers that the article writes in digits occur in the response, in
digits too. A number is a run of ASCII digits with a point, comma or colon between digits (3.5, 1,200, 9:25). An ending
may touch it: an ordinal (14th), a time of day (9:25am), a unit or a magnitude (46.5t, $46.5m, 5kg, 10x); it is no part
of the number. A number in s (1990s) is another number than without it. A letter in front (G20) and any other letter
after it (4A) make a name, not a number; a Han or Kana character may touch it. Commas between thousands do not matter,
all other signs do. The number of a list item does not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random
from typing import ClassVar, Self

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    Span,
    Text,
    Verdict,
    cached_text,
    format_asked,
    format_count,
    format_list,
    integer,
)

from ...checker import READ_AS_SEEN
from ...text.text import HAN_KANA
from ._article import add_sentence, article, article_in, least

_LETTER = rf"[^\W\d_{HAN_KANA}]"
_ENDINGS = """st nd rd th s am pm hrs? h mins? secs? yrs? m mn bn b k t tn trn million billion trillion x km cm mm mi ft
in yds? kg g mg lbs? oz ha l ml mph kmh kph p c f px hz khz mhz ghz kb mb gb tb w kw mw gw kwh mwh gwh""".split()
_NUMBER = re.compile(
    rf"(?<!{_LETTER})(?<![0-9])(?<![0-9][.,:])(?P<digits>[0-9]++(?:[.,:][0-9]++)*+)"
    rf"(?P<ending>(?:{'|'.join(_ENDINGS)})?(?!{_LETTER}|[0-9]))",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})++(?:\.[0-9]++)?")
SHOWN = 5
"""The largest number of numbers that a reason names."""


def numbers(raw: str) -> dict[str, list[Span]]:
    """Return the numbers of a text, without commas between thousands, and the places of each."""
    found: dict[str, list[Span]] = {}
    for match in _NUMBER.finditer(raw):
        found.setdefault(_value(match), []).append(match.span())
    return found


def _value(match: re.Match[str]) -> str:
    digits = match["digits"]
    digits = digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else digits
    return f"{digits}s" if match["ending"].lower() == "s" else digits


def _has_numbers(raw: str) -> bool:
    return _NUMBER.search(raw) is not None


@dataclass(frozen=True)
class Numbers(Checker):
    """Requires a least number of the article's numbers in the response."""

    id = "source:numbers"
    version = 2
    changes = (
        (
            f"{READ_AS_SEEN} Ordinals, times of day, units and magnitudes may touch a number (`14th`, `9:25am`, "
            "`46.5t`), as articles write them."
        ),
    )
    shown_in_request: ClassVar[tuple[str, ...]] = ("article",)

    num_numbers: int = integer("the smallest number of different numbers from the article", low=1, drawn=(1, 4))
    article: str = article(
        "the article, as in the prompt",
        example="In 1998, 1,200 people came in 3 ships; 46 of them stayed.",
        does=_has_numbers,
    )

    good = [
        Case("1200 came in 1998.", num_numbers=2, article="In 1998, 1,200 people came.", why="a comma more or less"),
        Case("It cost $3.5m, at 9:25.", num_numbers=2, article="It was 9:25, and 3.5 million were spent."),
        Case("The 14 May, at 9:25 am", num_numbers=2, article="It was 9:25am on 14th May.", why="an ending is no part"),
        Case("46.5 tonnes for $46.5m", num_numbers=1, article="It weighed 46.5t."),
        Case("the 1990s", num_numbers=1, article="It was built in the 1990s."),
        Case("他们有5艘船。", num_numbers=1, article="They had 5 ships."),
        Case("The 41-metre boom", num_numbers=1, article="It is 41 metres long."),
    ]
    bad = [
        Case("It was in 1998, yes, 1998.", num_numbers=2, article="In 1998, 1,200 people came.", why="one, twice"),
        Case("Five ships.", num_numbers=1, article="They had 5 ships.", why="not in digits"),
        Case("1. Ships\n2. Boats", num_numbers=1, article="They had 1 ship and 2 boats.", why="numbers of a list"),
        Case("The 1990s", num_numbers=1, article="It was 1990.", why="a decade"),
        Case("G20, 4A, v2.5", num_numbers=1, article="The 20, the 4 and the 5.", why="names"),
        Case("35", num_numbers=1, article="It cost 3.5 million."),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        drawn = super().draw(rng, context)
        if (context.limits or {}).get("num_numbers"):
            return drawn
        return replace(drawn, num_numbers=min(drawn.num_numbers, len(numbers(drawn.article))))

    @classmethod
    def applies_to(cls, context: Context) -> bool:
        return len(numbers(article_in(context))) >= least(context, "num_numbers")

    def describe(self) -> str:
        which = "one of the numbers" if self.num_numbers == 1 else f"{self.num_numbers} of the numbers"
        them = "it" if self.num_numbers == 1 else "them"
        return (
            f"Include at least {which} that the article gives in digits, and write {them} in digits too (the "
            "numbering of a list does not count)."
        )

    def check(self, text: Text) -> Verdict:
        given = numbers(self.article)
        found_values = {value: spans for value, spans in _values_in(text).items() if value in given}
        names = [value if len(value) <= 20 else f"{value[:19]}…" for value in list(found_values)[:SHOWN]]
        more = [f"{len(found_values) - SHOWN} more"] if len(found_values) > SHOWN else []
        found = f"{len(found_values)} of the article's {format_count(len(given), 'number')}"
        found += f" ({format_list([*names, *more])})" if names else ""
        followed = len(found_values) >= self.num_numbers
        spans = sorted(span for places in found_values.values() for span in places) if followed else []
        return Verdict.of(followed, f"{found}; {format_asked('at least', self.num_numbers)}", spans)

    def demands(self) -> Demands:
        return Demands(phase="content", choices=((self.num_numbers, self._written()),))

    def range_error(self) -> str:
        has = len(numbers(self.article))
        few = f"num_numbers is {self.num_numbers}, but the article has {format_count(has, 'number')} in digits"
        return super().range_error() or (few if has < self.num_numbers else "")

    def repair(self, draft: str) -> str:
        said = _values_in(cached_text(draft))
        given = dict(zip(numbers(self.article), self._written(), strict=True))
        missing = [number for value, number in given.items() if value not in said]
        wanted = self.num_numbers - (len(given) - len(missing))
        if wanted <= 0:
            return draft
        more = f"Counts: {' and '.join(missing[:wanted])}."
        return add_sentence(self, draft, more)

    def _written(self) -> tuple[str, ...]:
        """Return the different numbers in the article's own form."""
        return tuple(self.article[slice(*spans[0])] for spans in numbers(self.article).values())


def _values_in(text: Text) -> dict[str, list[Span]]:
    """Return the numbers of a response, except the numbers of list items."""
    markers = {line.start: line.body for line in text.lines if line.kind == "numbered"}
    if not markers:
        return numbers(text.raw)
    pieces, at = [], 0
    for start, body in markers.items():
        pieces += [text.raw[at:start], "~" * (body - start)]
        at = body
    return numbers("".join([*pieces, text.raw[at:]]))
