"""sentence:keyword."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

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
    find_words,
    number,
)
from scorers import keyword as keyword_param

from ...params.published import drawn_at_random, format_number
from ...repair.attempts import first_following, with_sentence


@lru_cache(maxsize=256)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)


def _place(number_: float, count: int) -> int:
    """Return the index of the sentence, or -1 if there is none."""
    place = int(number_ - 1)
    return -1 if count < number_ else place % count


def _check_published(self: Keyword, text: Text) -> Verdict:
    spans = text.published_sentences
    place = _place(self.N, len(spans))
    if place < 0:
        return _too_few(len(spans))
    found = _pattern(self.word).search(text.raw[slice(*spans[place])])
    at = spans[place][0]
    return self._make_verdict(
        [(at + found.start(), at + found.end())] if found else [], spans[place], followed=bool(found)
    )


def _check_livebench(self: Keyword, text: Text) -> Verdict:
    sentences = text.livebench_sentences
    place = _place(self.N, len(sentences))
    if place < 0:
        return _too_few(len(sentences))
    return self._make_verdict([], None, followed=self.word.lower() in sentences[place].lower())


def _too_few(count: int) -> Verdict:
    return Verdict(False, f"there are only {count} sentences")


def _refuse_published(self: Keyword) -> str:
    if not self.word:
        return "word is empty, and the published verifier replaces it at random"
    return drawn_at_random("N", self.N)


@dataclass(frozen=True)
class Keyword(Checker):
    """Demands a word in a given sentence."""

    id = "sentence:keyword"
    rule_books = frozenset({"audited", "ifbench"})

    word: str = keyword_param("the word that must occur there")
    N: float = number("which sentence", low=1, drawn=(1, 8))

    good = [
        Case("One. The LAMP is lit.", word="lamp", N=2),
        Case("We use C++.", word="C++", N=1.0),
        Case("# Title\n\nOne. A_lamp here.", word="lamp", N=2, why="a title is no sentence"),
        Case("In New\nYork.", word="new york", N=1),
    ]
    bad = [
        Case("One. The lamps are lit.", word="lamp", N=2),
        Case("The lamp. One.", word="lamp", N=2),
        Case("The lamp.", word="lamp", N=2),
    ]

    def describe(self) -> str:
        return f'Use the word "{self.word.strip()}" in sentence number {format_number(self.N)} of your response.'

    def check(self, text: Text) -> Verdict:
        spans = text.sentences
        if len(spans) < self.N:
            return _too_few(len(spans))
        start, end = spans[int(self.N) - 1]
        found = [(start + a, start + b) for a, b in find_words(text.raw[start:end], (self.word.strip(),))]
        return self._make_verdict(found, (start, end), followed=bool(found))

    def _make_verdict(self, found: list[Span], sentence: Span | None, *, followed: bool) -> Verdict:
        shown = "found in it" if followed else "not in it"
        spans = found or ([sentence] if sentence else [])
        return Verdict.of(followed, f"{self.word!r:.60} {shown}", spans)

    def demands(self) -> Demands:
        return Demands(
            phase="edges",
            sentences=Range(int(self.N)),
            contains=(self.word.strip(),),
            traits=(("white space", "between words"),),
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        spans, word, filler = cached_text(draft).sentences, self.word.strip(), Filler((self.word,), turn=5)
        own = [filler.sentence(7) for _ in range(int(self.N) - 1)]
        own.append(filler.sentence(6, (word,)))
        missing = int(self.N) - len(spans)
        if missing > 0:
            return first_following(self, *with_sentence(draft, " ".join(own[-missing:])), " ".join(own))
        start, end = spans[int(self.N) - 1]
        words = [(a, b) for a, b in cached_text(draft).words if start <= a and b <= end]
        at = words[len(words) // 2][1] if words else start
        return first_following(self, f"{draft[:at]} {word}{draft[at:]}", " ".join(own))

    published = {
        "ifbench": PublishedVariant(
            why="An underscore belongs to a word, a word that ends in a sign has to touch a letter, a title belongs to "
            "the sentence below it, and sentence 0 is the last one.",
            source="IFBench SentenceKeywordChecker",
            check=_check_published,
            good=(Case("We use C++x.", word="C++", N=1), Case("One. The lamp.", word="lamp", N=0)),
            bad=(Case("We use C++.", word="C++", N=1), Case("a_lamp_b.", word="lamp", N=1)),
            refuses=_refuse_published,
        ),
        "livebench": PublishedVariant(
            why="The word may stand inside another one; sentences are cut by rules of LiveBench's own.",
            source="LiveBench SentenceKeywordChecker",
            check=_check_livebench,
            good=(Case("One. The lamps are lit.", word="lamp", N=2),),
            bad=(Case("One. The light.", word="lamp", N=2),),
            refuses=_refuse_published,
        ),
    }
