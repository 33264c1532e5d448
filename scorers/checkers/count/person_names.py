"""count:person_names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import ceil

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    format_asked,
    format_count,
    format_list,
    number,
)

from ...params.published import drawn_at_random, format_number
from ...repair.attempts import first_following, with_sentence
from ...text.word_lists import data_words

_UNTESTED = frozenset(
    """Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel Ella Jacob Scarlett Nathan Victoria Elijah""".split()
)
"""Names that LiveBench offers and does not look for."""


def _names() -> tuple[str, ...]:
    return data_words("person_names")


@cache
def _pattern(*, capitals: bool) -> re.Pattern[str]:
    names = [*_names(), *([name.upper() for name in _names()] if capitals else [])]
    bounds = (r"(?<![^\W_])", r"(?![^\W_])") if capitals else (r"\b", r"\b")
    return re.compile(f"{bounds[0]}(?:{'|'.join(names)}){bounds[1]}")


def _find_names(text: Text, *, capitals: bool) -> dict[str, Span]:
    first: dict[str, Span] = {}
    for match in _pattern(capitals=capitals).finditer(text.raw):
        first.setdefault(match.group().capitalize(), match.span())
    return first


def _check_livebench(self: PersonNames, text: Text) -> Verdict:
    places = {name: text.raw.find(name) for name in _names() if name not in _UNTESTED}
    return self._make_verdict({name: (at, at + len(name)) for name, at in places.items() if at >= 0})


@dataclass(frozen=True)
class PersonNames(Checker):
    """Demands a least number of different names from a given list."""

    id = "count:person_names"
    rule_books = frozenset({"audited", "ifbench"})

    N: float = number("how many different names there are at least", low=1, high=50, drawn=(2, 10))

    good = [
        Case("EMMA and Liam's dog", N=2),
        Case("_Emma_", N=1.0),
        Case("Emma, Liam, Owen, Ella and Jacob", N=5),
        Case("Emma, Liam, Owen, Ella, Jacob and Elijah", N=6),
    ]
    bad = [Case("Leo and Leo", N=2), Case("Miami", N=1), Case("emma", N=1, why="a name has a capital letter")]

    def describe(self) -> str:
        listed = ", ".join(_names())
        return f"Mention at least {format_number(self.N)} different names of persons from this list: {listed}."

    def check(self, text: Text) -> Verdict:
        return self._make_verdict(_find_names(text, capitals=True))

    def _make_verdict(self, first: dict[str, Span]) -> Verdict:
        shown = format_list(list(first)[:5]) + (" and others" if len(first) > 5 else "")
        found = f"{format_count(len(first), 'name')}{': ' if first else ''}{shown}"
        return Verdict.of(len(first) >= self.N, f"{found}; {format_asked('at least', ceil(self.N))}", first.values())

    def demands(self) -> Demands:
        return Demands(phase="content", words=Range(int(self.N)))

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        used = _find_names(text, capitals=True)
        order = sorted(_names(), key=lambda name: name in _UNTESTED)
        missing = [name for name in order if name not in used][: int(self.N) - len(used)]
        pairs = [" and ".join(missing[at : at + 2]) for at in range(0, len(missing), 2)]
        return first_following(self, *with_sentence(draft, " ".join(f"{pair} visit farmers." for pair in pairs)))

    published = {
        "ifbench": PublishedVariant(
            why="Names in capitals do not count, and an underscore belongs to a word.",
            source="IFBench PersonNameCountChecker",
            check=lambda self, text: self._make_verdict(_find_names(text, capitals=False)),
            good=(Case("Emma's", N=1),),
            bad=(Case("EMMA", N=1), Case("Emma_", N=1)),
            refuses=lambda self: drawn_at_random("N", self.N),
        ),
        "livebench": PublishedVariant(
            why="Looks for 36 of the 50 names, anywhere, also inside other words.",
            source="LiveBench PersonNameCountChecker",
            check=_check_livebench,
            good=(Case("Miami", N=1), Case("Avaé", N=1)),
            bad=(Case("Grace came.", N=1), Case("Elijah came.", N=1)),
            refuses=lambda self: drawn_at_random("N", self.N),
        ),
    }
