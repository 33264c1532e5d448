"""words:consonants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Range, Span, Text, Verdict, format_count

from ...demands import PLACED
from ...text.published.ascii_punctuation import piece_span
from ...text.scripts import fold_accents
from ._letters import find_lettered, swap_words

_CLUSTER = re.compile("[bcdfghjklmnpqrstvwxyz]{2}")
_SMALL = re.compile("[a-z]")


def _check_published(text: Text, *, skips: bool) -> Verdict:
    for place, piece in enumerate(text.lower.split()):
        if not _CLUSTER.search(piece) and not (skips and not _SMALL.search(piece)):
            span = piece_span(text.raw, place)
            return Verdict.of(False, f"{text.quote(span)} has no consonant cluster", [span])
    return Verdict(True, "every word has a consonant cluster")


def _without_cluster(text: Text) -> list[Span]:
    return [(a, b) for a, b in find_lettered(text) if not _CLUSTER.search(fold_accents(text.raw[a:b]))]


@dataclass(frozen=True)
class Consonants(Checker):
    """Demands two neighbouring consonants in every word."""

    id = "words:consonants"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("bridge — 42 stone", why="marks and numbers are no words"), Case("**Dry** sky"), Case("ñandú grañde")]
    bad = [Case("a bridge"), Case("t-s", why="a hyphen between them"), Case("42")]

    def describe(self) -> str:
        return "Every word must have at least two consonants next to each other (y counts as a consonant)."

    def check(self, text: Text) -> Verdict:
        words, wrong = find_lettered(text), _without_cluster(text)
        if not words:
            return Verdict(False, "no words")
        return Verdict.of(not wrong, f"{len(wrong)} of {format_count(len(words), 'word')} without a cluster", wrong)

    def demands(self) -> Demands:
        return Demands(phase="content", words=Range(1), traits=(("script of the words", "Latin"),), meanings=(PLACED,))

    def repair(self, draft: str) -> str:
        return swap_words(
            self, draft, _without_cluster, lambda word: bool(_CLUSTER.search(word)), "Strong bridges stand."
        )

    published = {
        "ifbench": PublishedVariant(
            why="Every piece at white space is a word: a dash or a number fails.",
            source="IFBench ConsonantClusterChecker",
            check=lambda _, text: _check_published(text, skips=False),
            good=(Case("bridge, a-bridge"),),
            bad=(Case("bridge — stone"), Case("bridge 42")),
        ),
        "livebench": PublishedVariant(
            why="Cuts at white space and skips pieces without a letter of ASCII; of two words in one piece only one "
            "needs a cluster.",
            source="LiveBench ConsonantClusterChecker",
            check=lambda _, text: _check_published(text, skips=True),
            good=(Case("bridge/a"), Case("42")),
            bad=(Case("a bridge"),),
        ),
    }
