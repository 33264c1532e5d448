"""ratio:stop_words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

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
    number,
)

from ...params.published import drawn_at_random, format_number
from ...repair.attempts import first_following, without_words
from ...text.word_lists import data_words


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(data_words("stop_words.en"))


def _stops(text: Text, words: list[Span]) -> list[Span]:
    known, raw = _stop_words(), text.raw
    return [(a, b) for a, b in words if raw[a:b].lower() in known or raw[a:b].lower().replace("’", "'") in known]


def _check_published(self: StopWords, text: Text) -> Verdict:
    known, raw, words = _stop_words(), text.raw, text.published_words
    stops = [(a, b) for a, b in words if raw[a:b].lower() in known]
    return self._make_verdict(stops, len(words))


def _check_livebench(self: StopWords, text: Text) -> Verdict:
    return _check_published(self, text) if text.published_words else Verdict.raising("ZeroDivisionError")


@dataclass(frozen=True)
class StopWords(Checker):
    """Bounds the share of stop words."""

    id = "ratio:stop_words"
    rule_books = frozenset({"audited", "ifbench"})

    percentage: float = number(
        "the greatest share of stop words, in per cent", low=0, high=100, drawn=(25, 38), fractions=True
    )

    good = [
        Case("the mill", percentage=50),
        Case("mills don’t turn", percentage=34, why="a contraction is one word"),
        Case("Isn't this what mills need", percentage=60.5),
    ]
    bad = [Case("the mill", percentage=49.9), Case("it isn’t", percentage=60), Case("… !", percentage=100)]

    def describe(self) -> str:
        share = format_number(self.percentage)
        return f"At most {share}% of your words may be stop words, such as the, of, and, to, is, it, that, not or with."

    def check(self, text: Text) -> Verdict:
        return self._make_verdict(_stops(text, text.words), len(text.words))

    def _make_verdict(self, stops: list[Span], words: int) -> Verdict:
        if not words:
            return Verdict(False, "no words")
        share = len(stops) / words * 100
        found = f"{len(stops)} of {words} words are stop words ({share:.1f}%)"
        return Verdict.of(
            share <= self.percentage, f"{found}; at most {format_number(self.percentage)}% was asked", stops
        )

    def demands(self) -> Demands:
        return Demands(phase="counts", words=Range(1), english=("stop words such as the and of",))

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        stops = _stops(text, text.words)
        allowed = int((len(text.words) - len(stops)) * self.percentage / 100)
        return first_following(self, without_words(draft, stops[allowed:]), "Towns welcome farmers.")

    published = {
        "ifbench": PublishedVariant(
            why="Counts runs of letters, digits and underscores: a contraction is two words, most of which are stop "
            "words.",
            source="IFBench StopWordPercentageChecker",
            check=_check_published,
            good=(Case("co-op mill is", percentage=25),),
            bad=(Case("isn’t", percentage=0), Case("… !", percentage=100)),
            refuses=lambda self: drawn_at_random("percentage", self.percentage),
        ),
        "livebench": PublishedVariant(
            why="As IFBench, but raises where there is no word.",
            source="LiveBench StopWordPercentageChecker",
            check=_check_livebench,
            good=(Case("co-op mill is", percentage=25),),
            bad=(Case("… !", percentage=100),),
            refuses=lambda self: drawn_at_random("percentage", self.percentage),
        ),
    }
