"""words:odd_even_syllables.

Audited: words without a letter are left out, and there are at least two words. Syllables are those of the package
that the published verifier counts with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from scorers import Case, Checker, Demands, PublishedVariant, Span, Text, Unscorable, Verdict, format_lines

from ...demands import SPACED
from ...text.published.ascii_punctuation import bare_span, without
from ._letters import delete_words, find_lettered


@lru_cache(maxsize=8192)
def _syllables(word: str) -> int:
    try:
        import syllapy
    except ImportError as error:
        raise Unscorable("words:odd_even_syllables needs the package syllapy; run: pip install syllapy") from error
    return int(syllapy.count(word))


def _check_published(_: OddEvenSyllables, text: Text) -> Verdict:
    words = text.bare.lower().split()
    counts = [_syllables(word) for word in words]
    for place, (one, two) in enumerate(pairwise(counts)):
        if one % 2 == two % 2:
            spans = [bare_span(text.raw, place), bare_span(text.raw, place + 1)]
            return _same(text, spans[0], spans[1], one, two)
    return Verdict(True, "odd and even alternate")


def _same(text: Text, first: Span, second: Span, one: int, two: int) -> Verdict:
    reason = f"{text.quote(first)} has {one} and {text.quote(second)} has {two}{format_lines(text, [first])}"
    return Verdict.of(False, reason, [first, second])


def _parity(text: Text, span: Span) -> int:
    return _syllables(without(text.raw[span[0] : span[1]].lower())) % 2


def _breaking(text: Text) -> list[Span]:
    """Return the words that would have to go for the rest to alternate."""
    last, gone = None, []
    for span in find_lettered(text):
        parity = _parity(text, span)
        if parity == last:
            gone.append(span)
        last = parity
    return gone


@dataclass(frozen=True)
class OddEvenSyllables(Checker):
    """Demands words with odd and even numbers of syllables in turn."""

    id = "words:odd_even_syllables"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("bread river — cat honey"), Case("“Bread” 42 river"), Case("river cat")]
    bad = [Case("bread cat"), Case("cat", why="one word has nothing to alternate with"), Case("42 10")]

    def describe(self) -> str:
        return "Alternate between words with an odd and words with an even number of syllables."

    def check(self, text: Text) -> Verdict:
        spans = find_lettered(text)
        if len(spans) < 2:
            return Verdict(False, "fewer than two words")
        for first, second in pairwise(spans):
            if _parity(text, first) == _parity(text, second):
                one, two = (_syllables(without(text.raw[a:b].lower())) for a, b in (first, second))
                return _same(text, first, second, one, two)
        return Verdict(True, f"all {len(spans)} words alternate")

    def demands(self) -> Demands:
        return Demands(meanings=(SPACED,))

    def repair(self, draft: str) -> str:
        return delete_words(self, draft, _breaking, "Bread rivers.")

    published = {
        "ifbench": PublishedVariant(
            why="One word passes; every piece at white space is a word, also a number or a dash.",
            source="IFBench AlternateParitySyllablesChecker",
            check=_check_published,
            good=(Case("cat"),),
            bad=(Case("— cat"), Case("42 river")),
        ),
    }
