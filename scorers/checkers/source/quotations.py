"""source:quotations.

Audited: at least the given number of different quotations in the response, each of at least the given number of words,
occur word for word in the article. A quotation is text between double quotation marks of any kind (straight, also with
the backslash of JSON, curly, angular, corner brackets). Single marks and block quotes make none. Its letters and
capitals have to be the article's; white space, typographic forms of quotes and hyphens, and signs at its two ends do
not matter. It has to begin and end with whole words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
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
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...demands import QUOTING
from ...text.text import HAN_KANA
from ...text.word_search import runs_on
from ._article import add_sentence, article, article_in, least

# One pattern for each kind of marks: curly marks may be inside straight ones, as in a string of JSON.
_QUOTED = tuple(
    re.compile(marks)
    for marks in (
        rf"""(?<![^\W_{HAN_KANA}])"(?=\S)([^"]*+)(?<=\S)"|＂([^＂]*+)＂""",
        r"“([^“”]*+)”|„([^„“”]*+)[“”]",
        r"«([^«»]*+)»|»([^«»]*+)«|「([^「」]*+)」|『([^『』]*+)』",
        r"""\\"([^"\\]*+)\\\"""",
    )
)
_ALIKE = {"'": "’‘ʼ", '"': "“”„«»「」『』＂", "-": "‐‑"}
_TYPOGRAPHY = str.maketrans({form: plain for plain, forms in _ALIKE.items() for form in forms})
_ENDS = " \t.,;:!?…'\"*_()[]-–—。，、；：！？"
_UNFIT = re.compile(r"""["“”„«»「」『』＂()\[\]*_`#<>|\r\n]|[.!?:;…](?:\s|$)""")
MOST = 60
"""The most stretches of an article that are offered to a draft."""


@lru_cache(maxsize=256)
def stretches(raw: str, words: int) -> tuple[str, ...]:
    """Return different stretches of `words` words within sentences of an article, without marks inside."""
    text = Text(raw[:20_000])
    spans = text.words
    found: dict[str, None] = {}
    for start, end in text.sentences:
        inside = [span for span in spans if start <= span[0] and span[1] <= end]
        for first in range(0, len(inside) - words + 1, words):
            stretch = text.raw[inside[first][0] : inside[first + words - 1][1]]
            if not _UNFIT.search(stretch):
                found.setdefault(stretch)
    return tuple(found)[:MOST]


def _can_be_quoted(raw: str) -> bool:
    return bool(stretches(raw, 3))


@dataclass(frozen=True)
class Quotations(Checker):
    """Requires a least number of quotations that occur word for word in the article."""

    id = "source:quotations"
    version = 3
    changes = (
        "Typographic quotation marks and nested ones count, because responses are written with them.",
        READ_AS_SEEN,
    )
    shown_in_request: ClassVar[tuple[str, ...]] = ("article",)

    num_quotations: int = integer("the smallest number of different quotations", low=1, high=20, drawn=(1, 3))
    num_words: int = integer("the smallest number of words of each", low=1, high=50, drawn=(3, 6))
    article: str = article(
        "the article, as in the prompt",
        example="The ferry left the harbour before the storm. Few on board had slept, and the captain counted the "
        "lifeboats twice.",
        does=_can_be_quoted,
    )

    good = [
        Case('It says "Few had slept".', num_quotations=1, num_words=3, article="Few had slept at sea."),
        Case("“sailor’s  ship,” it says", num_quotations=1, num_words=2, article="It was a sailor's ship."),
        Case('The 5" pipe, "at sea".', num_quotations=1, num_words=2, article="All at sea.", why="inches"),
        Case("文中说：「没有人睡」。", num_quotations=1, num_words=4, article="船上没有人睡。"),
        Case('文中说"没有人睡。"', num_quotations=1, num_words=4, article="船上没有人睡，", why="no space before it"),
        Case('{"a": "It says \\"at sea\\"."}', num_quotations=1, num_words=2, article="All at sea.", why="in JSON"),
        Case('"He says “at sea”."', num_quotations=1, num_words=2, article="All at sea.", why="marks within others"),
        Case('"Few had "slept", or "at sea"."', num_quotations=1, num_words=2, article="All at sea."),
    ]
    bad = [
        Case('"Few slept at sea"', num_quotations=1, num_words=3, article="Few had slept at sea.", why="changed"),
        Case(
            '"at sea", "at sea"', num_quotations=2, num_words=2, article="All at sea. None at home.", why="one, twice"
        ),
        Case('"at sea"', num_quotations=1, num_words=3, article="All at sea.", why="too short"),
        Case('"l at sea"', num_quotations=1, num_words=3, article="All at sea.", why="it begins inside a word"),
        Case("All at sea", num_quotations=1, num_words=2, article="All at sea.", why="no quotation marks"),
        Case('"all at sea"', num_quotations=1, num_words=3, article="All at sea.", why="a capital changed"),
        Case("> All at sea", num_quotations=1, num_words=2, article="All at sea.", why="a block quote"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        drawn = super().draw(rng, context)
        if (context.limits or {}).get("num_quotations"):
            return drawn
        most = max(1, len(stretches(drawn.article, drawn.num_words)))
        return replace(drawn, num_quotations=min(drawn.num_quotations, most))

    @classmethod
    def applies_to(cls, context: Context) -> bool:
        words = int(((context.limits or {}).get("num_words") or (3, 6))[1])
        return len(stretches(article_in(context), words)) >= least(context, "num_quotations")

    def describe(self) -> str:
        words = format_count(self.num_words, "word")
        if self.num_quotations == 1:
            return (
                f"Quote at least 1 passage of at least {words} word for word from the article, in double quotation "
                "marks."
            )
        return (
            f"Quote at least {self.num_quotations} different passages word for word from the article, each at least "
            f"{words} long and in double quotation marks."
        )

    def check(self, text: Text) -> Verdict:
        source = _plain(self.article)
        known: dict[str, bool] = {}
        right: dict[str, Span] = {}
        quotes = _quotes(text.raw)
        first_wrong: Span | None = None
        for start, end in quotes:
            said = _plain(text.raw[start:end])
            if said not in known:
                long = len(said) <= len(source) and len(cached_text(said).words) >= self.num_words
                known[said] = long and _occurs(said, source)
            if known[said]:
                right.setdefault(said, (start, end))
            else:
                first_wrong = first_wrong or (start, end)
        spans = list(right.values())
        followed = len(right) >= self.num_quotations
        found = f"{format_count(len(right), 'passage')} quoted from the article{format_lines(text, spans)}"
        reason = f"{found}; {format_asked('at least', self.num_quotations)}"
        if followed or first_wrong is None:
            return Verdict.of(followed, reason, spans if followed else [])
        short = self._short(text.raw[slice(*first_wrong)])
        why = (
            f"has fewer than {format_count(self.num_words, 'word')}"
            if short
            else "does not match the article word for word"
        )
        at = format_lines(text, [first_wrong]).removeprefix(",")
        return Verdict.of(False, f"{reason}; {text.quote(first_wrong)}{at} {why}", [first_wrong])

    def demands(self) -> Demands:
        return Demands(phase="content", choices=((self.num_quotations, self._written()),), meanings=(QUOTING,))

    def range_error(self) -> str:
        has = len(stretches(self.article, self.num_words)) if self.num_words > 0 else 0
        few = (
            f"num_quotations is {self.num_quotations}, but the article has {has} stretches of "
            f"{format_count(self.num_words, 'word')} to quote"
        )
        return super().range_error() or (few if has < self.num_quotations else "")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        more = f"It says {' and '.join(self._written()[: self.num_quotations])}."
        repaired = add_sentence(self, draft, more)
        return repaired if self.check(cached_text(repaired)).followed else more

    def _short(self, said: str) -> bool:
        return len(cached_text(said).words) < self.num_words

    def _written(self) -> tuple[str, ...]:
        return tuple(f'"{stretch}"' for stretch in stretches(self.article, self.num_words))


def _quotes(raw: str) -> list[Span]:
    """Return the places of text between double quotation marks, without the marks."""
    found = (match.span(match.lastindex or 0) for marks in _QUOTED for match in marks.finditer(raw))
    return sorted({span for span in found if span[0] < span[1]})


def _plain(piece: str) -> str:
    return " ".join(piece.translate(_TYPOGRAPHY).split()).strip(_ENDS)


def _occurs(said: str, source: str) -> bool:
    """Return whether `said` occurs in `source` and begins and ends with whole words."""
    at = source.find(said) if said else -1
    while at >= 0:
        end = at + len(said)
        before = at > 0 and runs_on(source[at - 1], said[0])
        behind = end < len(source) and runs_on(said[-1], source[end])
        if not (before or behind):
            return True
        at = source.find(said, at + 1)
    return False
