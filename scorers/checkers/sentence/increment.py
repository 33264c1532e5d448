"""sentence:increment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    PublishedVariant,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    number,
)

from ...params.published import drawn_at_random, format_number
from ...text.published.ascii_punctuation import without
from ._words import padded_sentences, words_by_sentence

_FIRST = 4
"""Words of the first sentence of a repaired text."""
_MOST = 8
"""Sentences of a text whose own sentences are lengthened."""
_FEW = 5
"""Sentences of a text that replaces the draft."""


def _check_published(self: Increment, text: Text) -> Verdict:
    spans = text.published_sentences
    return self._make_verdict([len(without(text.raw[slice(*span)]).split()) for span in spans], spans)


def _check_livebench(self: Increment, text: Text) -> Verdict:
    return self._make_verdict([len(without(sentence).split()) for sentence in text.livebench_sentences], [])


@dataclass(frozen=True)
class Increment(Checker):
    """Demands that every sentence has a given number of words more than the one before."""

    id = "sentence:increment"
    rule_books = frozenset({"audited", "ifbench"})

    small_n: float = number("by how many words each sentence is longer", low=1, drawn=(1, 5))

    good = [
        Case("Go. We go. Now we go.", small_n=1),
        Case("# A title\n\nGo. Don't well-known go.", small_n=2.0, why="a title is no sentence"),
    ]
    bad = [
        Case("One.", small_n=1, why="one sentence"),
        Case("Go. We go. We go too now.", small_n=1),
        Case("Go. We —.", small_n=1, why="a dash is no word"),
    ]

    def describe(self) -> str:
        words = "word" if self.small_n == 1 else "words"
        more = f"{format_number(self.small_n)} more {words}"
        return f"Write at least two sentences. Each must have exactly {more} than the sentence before it."

    def check(self, text: Text) -> Verdict:
        found = words_by_sentence(text)
        if len(found) < 2:
            return Verdict(False, "fewer than two sentences")
        return self._make_verdict([len(words) for words in found], [(words[0][0], words[-1][1]) for words in found])

    def _make_verdict(self, counts: list[int], spans: list[Span]) -> Verdict:
        wrong = next((i for i, (one, two) in enumerate(pairwise(counts)) if two != one + self.small_n), None)
        shown = ", ".join(map(str, counts[:10])) + (" and so on" if len(counts) > 10 else "")
        return Verdict.of(
            wrong is None, f"words by sentence: {shown}", [] if wrong is None else spans[wrong : wrong + 2]
        )

    def demands(self) -> Demands:
        return Demands(phase="counts", sentences=Range(2), traits=(("white space", "between words"),))

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        filler, step = Filler(turn=2), int(self.small_n)
        found = words_by_sentence(text)
        if 2 <= len(found) <= _MOST:
            first = max(len(words) - step * i for i, words in enumerate(found))
            more = [first + step * i - len(words) for i, words in enumerate(found)]
            padded = padded_sentences(draft, found, [_words(filler, number_) for number_ in more])
            if self.check(cached_text(padded)).followed:
                return padded
        number_ = min(max(2, len(text.sentences)), _FEW)
        return " ".join(filler.sentence(_FIRST + step * i) for i in range(number_))

    published = {
        "ifbench": PublishedVariant(
            why="One sentence passes; a title or a list number belongs to the sentence below it, and a dash is a word.",
            source="IFBench IncrementalWordCountChecker",
            check=_check_published,
            good=(Case("One.", small_n=1), Case("Go. We —.", small_n=1)),
            bad=(Case("# A title\n\nGo. We go.", small_n=1),),
            refuses=lambda self: drawn_at_random("small_n", self.small_n),
        ),
        "livebench": PublishedVariant(
            why="As IFBench, with sentences cut by rules of LiveBench's own.",
            source="LiveBench IncrementalWordCountChecker",
            check=_check_livebench,
            good=(Case("One.", small_n=1),),
            bad=(Case("Go. We go. We go too now.", small_n=1),),
            refuses=lambda self: drawn_at_random("small_n", self.small_n),
        ),
    }


def _words(filler: Filler, number_: int) -> list[str]:
    return filler.sentence(number_)[:-1].lower().split() if number_ else []
