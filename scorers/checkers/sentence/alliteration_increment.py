"""sentence:alliteration_increment.

Audited: the length of a sequence is its number of neighbouring words with the same first letter; a sentence counts
by its longest one, and a sentence without two such words counts 0.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from scorers import Case, Checker, Demands, PublishedVariant, Range, Span, Text, Verdict, cached_text

from ...demands import PLACED
from ...text.published.ascii_punctuation import ENDS
from ._words import padded_sentences, words_by_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

_SENTENCES = (
    "Rivers flow.",
    "Big boats drift.",
    "Six small ships rest.",
    "Many modest markets make room.",
    "Calm clean cooks carry cold drinks.",
)
_ALLITERATING = {
    "s": "slow sailors save silver ships since summer storms seldom spare small sandy shores".split(),
    "b": "brave bakers bring big bread boxes before busy boats begin being built beyond".split(),
}
"""Words with one first letter, of which one list differs from the word before."""


def _runs(words: Iterable[str]) -> list[int]:
    return [len(list(run)) for _, run in groupby(word[0] for word in words)]


def _words(sentence: str) -> list[str]:
    return [word for piece in sentence.lower().split() if (word := piece.lstrip(ENDS))]


def _check_published(_: AlliterationIncrement, text: Text) -> Verdict:
    spans = text.published_sentences
    values = [sum(run for run in _runs(_words(text.raw[slice(*span)])) if run > 1) for span in spans]
    return _make_verdict(values, spans)


def _check_livebench(_: AlliterationIncrement, text: Text) -> Verdict:
    return _make_verdict([max(_runs(_words(sentence)), default=1) - 1 for sentence in text.livebench_sentences])


def _make_verdict(values: list[int], spans: list[tuple[int, int]] | None = None) -> Verdict:
    wrong = next((place for place, (one, two) in enumerate(pairwise([-1, *values])) if one >= two), None)
    shown = ", ".join(map(str, values[:10])) + (" and so on" if len(values) > 10 else "")
    return Verdict.of(
        wrong is None,
        f"alliteration by sentence: {shown}",
        spans[wrong : wrong + 1] if spans and wrong is not None else [],
    )


def _first(character: str) -> str:
    return character if character.isascii() else unicodedata.normalize("NFD", character)[0]


@dataclass(frozen=True)
class AlliterationIncrement(Checker):
    """Demands a longer alliteration in every sentence than in the one before."""

    id = "sentence:alliteration_increment"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("A bird sang. Big bold bears! Six small silver swans swim."),
        Case("“Big” cats. “Big” “brown” cats."),
        Case("Big bold tall tigers. Six small silver swans.", why="the longest sequence counts"),
    ]
    bad = [
        Case("No runs here.", why="one sentence"),
        Case("No run. None."),
        Case("Big bold bears. Six small swans."),
    ]

    def describe(self) -> str:
        return (
            "Write at least two sentences. Each sentence must have a longer sequence of neighbouring words that begin "
            "with the same letter than the sentence before it."
        )

    def check(self, text: Text) -> Verdict:
        found = words_by_sentence(text)
        if len(found) < 2:
            return Verdict(False, "fewer than two sentences")
        lower = [[_first(text.raw[a].lower()) for a, _ in words] for words in found]
        values = [longest if longest > 1 else 0 for longest in (max(_runs(words)) for words in lower)]
        return _make_verdict(values, [(words[0][0], words[-1][1]) for words in found])

    def demands(self) -> Demands:
        return Demands(
            phase="counts",
            sentences=Range(2),
            traits=(("white space", "between words"), ("neighbouring first letters", "alike")),
            meanings=(PLACED,),
        )

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        found = words_by_sentence(text)
        if len(found) <= len(_SENTENCES) + 2:
            padded = padded_sentences(draft, found, _alliterations(text, found))
            if self.check(cached_text(padded)).followed:
                return padded
        return " ".join(_SENTENCES[: min(max(2, len(text.sentences)), len(_SENTENCES))])

    published = {
        "ifbench": PublishedVariant(
            why="One sentence passes, and all alliterating words of a sentence are added up.",
            source="IFBench AlliterationIncrementChecker",
            check=_check_published,
            good=(Case("No runs here."),),
            bad=(Case("Big bold tall tigers. Six small silver swans."),),
        ),
        "livebench": PublishedVariant(
            why="One sentence passes; sentences are cut by rules of LiveBench's own.",
            source="LiveBench AlliterationIncrementChecker",
            check=_check_livebench,
            good=(Case("No runs here."),),
            bad=(Case("No run. None."),),
        ),
    }


def _alliterations(text: Text, found: list[list[Span]]) -> list[list[str]]:
    """Return for each sentence the words that lengthen its alliteration beyond all of the sentence before."""
    more: list[list[str]] = []
    most = -1
    for words in found:
        runs = [run for run in _runs([_first(text.raw[a].lower()) for a, _ in words]) if run > 1]
        missing = max(runs, default=0) <= most
        last = text.raw[words[-1][0]].lower()
        supply = _ALLITERATING["b" if last == "s" else "s"]
        added = [supply[i % len(supply)] for i in range(max(2, most + 1))] if missing else []
        more.append(added)
        most = sum(runs) + len(added)
    return more
