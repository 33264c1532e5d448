"""source:names.

Audited: each of the given names occurs in the response as a whole phrase, in any capitalisation; white space and
typographic forms of apostrophes and hyphens do not matter. A part of a name (a surname alone) is not the name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

from scorers import Case, Checker, Context, Demands, Text, Verdict, find_words, format_count, format_lines, format_list

from ...checker import READ_AS_SEEN
from ...params import WordsParam
from ...text.word_lists import pick_some
from ._article import add_sentence, article_in, least

_PART = r"[^\W\d_a-z][^\W\d_A-Z]+(?:['’-][^\W\d_]+)*"
_NAME = re.compile(rf"(?<![\w'’.-])(?:{_PART})(?: (?:{_PART}))++(?![\w-]|['’]\w)")
_NO_NAMES = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December The""".split()
)
_TITLES = frozenset(
    """Mr Mrs Ms Miss Dr Sir Dame Lord Lady King Queen Prince Princess Pope President Vice Prime Minister Chancellor
    Secretary Senator Representative Congressman Congresswoman Governor Mayor Councillor Judge Justice Professor General
    Colonel Major Captain Sergeant Detective Inspector Officer Sheriff Chief Director Chairman Chairwoman Coach Skipper
    Bishop Archbishop Cardinal Father Reverend""".split()
)
_EXAMPLE = ("Ada Lovelace", "Charles Babbage", "Port Alder")
_SHORTEST, LONGEST = 2, 4
"""The fewest and the most words of a sampled name."""
MOST = 20
"""The most names of one instruction."""


def names(raw: str) -> tuple[str, ...]:
    """Return the names in English prose: phrases of two to four capitalised words, once each."""
    text = Text(raw)
    starts = {start for start, _ in text.sentences}
    found: dict[str, None] = {}
    for match in _NAME.finditer(raw):
        parts = match.group().split(" ")
        if match.start() in starts:  # any word at the start of a sentence has a capital
            parts = parts[1:]
        while len(parts) > _SHORTEST and parts[0] in _TITLES:  # the office is no part of the name
            parts = parts[1:]
        capital = all(part[0].isupper() and not part.endswith(("'s", "’s")) for part in parts)
        if _SHORTEST <= len(parts) <= LONGEST and capital and not _NO_NAMES.intersection(parts):
            found.setdefault(" ".join(parts))
    return tuple(found)


class _NamesParam(WordsParam):
    """Names, drawn from the article's opening."""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> tuple[str, ...]:
        low, high = limit or self.drawn
        known = names(article_in(context))
        return tuple(
            pick_some(rng, known if len(known) >= low else _EXAMPLE, low + int(rng.random() * (high - low + 1)))
        )

    @property
    def range(self) -> str:
        return f"at least one name; {self.drawn[0]} to {self.drawn[1]} are drawn from the opening of the article"


def _names(doc: str) -> Any:
    return field(metadata={"param": _NamesParam(doc, (1, 3))})


@dataclass(frozen=True)
class Names(Checker):
    """Requires that given names of the article occur in the response."""

    id = "source:names"
    version = 2
    changes = (READ_AS_SEEN,)

    names: tuple[str, ...] = _names("the names that must occur")

    good = [
        Case("Ada Lovelace’s notes", names=["Ada Lovelace"]),
        Case("ADA\nLOVELACE", names=["Ada Lovelace"], why="capitals and white space"),
        Case("Anne-Lise Cormack (Port Hallam)", names=["Port Hallam", "Anne‑Lise Cormack"], why="any order"),
    ]
    bad = [
        Case("Lovelace", names=["Ada Lovelace"], why="a part of the name"),
        Case("Ada and Lovelace", names=["Ada Lovelace"]),
        Case("Ada Lovelaces", names=["Ada Lovelace"], why="inside another word"),
        Case("Ada Lovelace", names=["Ada Lovelace", "Charles Babbage"]),
    ]

    @classmethod
    def applies_to(cls, context: Context) -> bool:
        return len(names(article_in(context))) >= least(context, "names")

    def describe(self) -> str:
        quoted = format_list(f'"{name}"' for name in self.names)
        if len(self.names) == 1:
            return f"Mention {quoted} at least once by this full name (capitalisation does not matter)."
        return f"Mention each of these names at least once in full (capitalisation does not matter): {quoted}."

    def check(self, text: Text) -> Verdict:
        places = {name: find_words(text.raw, (name,)) for name in self.names}
        missing = [name for name, spans in places.items() if not spans]
        spans = sorted(spans[0] for spans in places.values() if spans)
        found = f"{len(places) - len(missing)} of {format_count(len(places), 'name')} found"
        if not missing:
            return Verdict.of(True, f"{found}{format_lines(text, spans)}", spans)
        reason = f"{found}; {format_list(map(repr, missing))} {'is' if len(missing) == 1 else 'are'} missing"
        parts = [(span, name) for name in missing for span in find_words(text.raw, tuple(name.split()[-1:]))[:1]]
        if not parts or len(parts[0][1].split()) == 1:
            return Verdict(False, reason)
        span, name = parts[0]
        at = format_lines(text, [span]).removeprefix(",")
        return Verdict.of(False, f"{reason}; {text.quote(span)}{at} is only a part of {name!r}", [span])

    def demands(self) -> Demands:
        return Demands(phase="content", contains=self.names)

    def range_error(self) -> str:
        many = f"names holds {len(self.names)} names, more than {MOST}" if len(self.names) > MOST else ""
        odd = not all(re.search(r"[^\W_]", name) for name in self.names)
        return super().range_error() or many or ("names holds a name without a letter" if odd else "")

    def repair(self, draft: str) -> str:
        missing = [name for name in self.names if not find_words(draft, (name,))]
        if not missing:
            return draft
        more = f"{' and '.join(missing)}."
        return add_sentence(self, draft, more)
