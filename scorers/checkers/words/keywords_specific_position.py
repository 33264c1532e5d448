"""words:keywords_specific_position."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, Filler, PublishedVariant, Range, Span, Text, Verdict, cached_text, number
from scorers import keyword as keyword_param

from ...demands import PLACED
from ...params.published import format_number
from ...repair.attempts import first_following, with_sentence

_SMALL = re.compile("[a-z]")


def _check_published(self: KeywordsSpecificPosition, text: Text) -> Verdict:
    spans = text.published_sentences
    if len(spans) < self.n:
        return _too_few(len(spans))
    if isinstance(self.n, float):
        return Verdict.raising("TypeError")
    if self.n - 1 < -len(spans):
        return Verdict.raising("IndexError")
    span = spans[self.n - 1]
    tokens = [token for token in Text(text.raw[slice(*span)]).tokens if any(map(str.isalnum, token))]
    return self._at(tokens, [span])


def _check_livebench(self: KeywordsSpecificPosition, text: Text) -> Verdict:
    sentences = text.livebench_sentences
    if len(sentences) < self.n:
        return _too_few(len(sentences))
    if isinstance(self.n, float):
        return Verdict.raising("TypeError")
    if self.n - 1 < -len(sentences):
        return Verdict.raising("IndexError")
    return self._at([token for token in Text(sentences[self.n - 1]).tokens if _SMALL.search(token)], [])


def _too_few(count: int) -> Verdict:
    return Verdict(False, f"there are only {count} sentences")


def _refuse_published(self: KeywordsSpecificPosition) -> str:
    drawn = [name for name, given in (("keyword", self.keyword.strip()), ("n", self.n), ("m", self.m)) if not given]
    return f"{drawn[0]} is 0 or empty, and the published verifier replaces it at random" if drawn else ""


@dataclass(frozen=True)
class KeywordsSpecificPosition(Checker):
    """Demands a word at a given place of a given sentence."""

    id = "words:keywords_specific_position"
    rule_books = frozenset({"audited", "ifbench"})

    keyword: str = keyword_param("the word at that place")
    n: float = number("which sentence", low=1, drawn=(1, 5), keeps_floats=True)
    m: float = number("which word of that sentence", low=1, drawn=(1, 10), keeps_floats=True)

    good = [
        Case("One. See the LAMP now.", keyword="lamp", n=2, m=3),
        Case("“A — lamp” is lit.", keyword=" lamp", n=1.0, m=2, why="marks are no words"),
        Case("Don't go.", keyword="don’t", n=1, m=1, why="a contraction is one word"),
        Case("Donʼt go.", keyword="don't", n=1, m=1, why="another apostrophe"),
    ]
    bad = [
        Case("One. See the lamp now.", keyword="lamp", n=2, m=2),
        Case("A lamp.", keyword="lamp", n=2, m=2, why="there is one sentence"),
        Case("See lamps.", keyword="lamp", n=1, m=2),
    ]

    def describe(self) -> str:
        return (
            f"Word number {format_number(self.m)} of sentence number {format_number(self.n)} must be "
            f'"{self.keyword.strip()}".'
        )

    def check(self, text: Text) -> Verdict:
        sentences = text.sentences
        if len(sentences) < self.n:
            return _too_few(len(sentences))
        start, end = sentences[int(self.n) - 1]
        spans = [(a, b) for a, b in text.words if start <= a and b <= end]
        if len(spans) < self.m:
            return Verdict.of(False, f"sentence {int(self.n)} has only {len(spans)} words", [(start, end)])
        span = spans[int(self.m) - 1]
        followed = _plain(text.raw[slice(*span)]) == _plain(self.keyword.strip())
        return Verdict.of(followed, f"the word there is {text.quote(span)}", [span])

    def _at(self, tokens: list[str], spans: list[Span]) -> Verdict:
        if len(tokens) < self.m:
            return Verdict.of(False, f"that sentence has only {len(tokens)} words", spans)
        if isinstance(self.m, float):
            return Verdict.raising("TypeError")
        if self.m - 1 < -len(tokens):
            return Verdict.raising("IndexError")
        token = tokens[self.m - 1]
        return Verdict.of(token.lower() == self.keyword.strip().lower(), f"the word there is {token!r:.40}", spans)

    def range_error(self) -> str:
        word = self.keyword.strip()
        other = not super().range_error() and Text(word).words != [(0, len(word))]
        return super().range_error() or (f"keyword {self.keyword!r:.60} is not one word" if other else "")

    def demands(self) -> Demands:
        return Demands(
            phase="edges", contains=(self.keyword.strip(),), sentences=Range(int(self.n)), meanings=(PLACED,)
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler, word = Filler((self.keyword,), turn=3), self.keyword.strip()
        missing = int(self.n) - len(cached_text(draft).sentences)
        own = [filler.sentence(7) for _ in range(int(self.n))]
        own[-1] = _place_word(own[-1], word, int(self.m), filler)
        if missing > 0:
            more = " ".join([*own[len(own) - missing : -1], own[-1]])
            return first_following(self, *with_sentence(draft, more), " ".join(own))
        start, end = cached_text(draft).sentences[int(self.n) - 1]
        placed = _place_word(draft[start:end], word, int(self.m), filler)
        return first_following(self, draft[:start] + placed + draft[end:], " ".join(own))

    published = {
        "ifbench": PublishedVariant(
            why="Cuts words as NLTK does, in two at an apostrophe; numbers given as floats raise.",
            source="IFBench KeywordSpecificPositionChecker",
            check=_check_published,
            good=(Case("Don't lamp.", keyword="lamp", n=1, m=3),),
            bad=(Case("Don't go.", keyword="don't", n=1, m=1), Case("A lamp.", keyword="lamp", n=1.0, m=2)),
            refuses=_refuse_published,
        ),
        "livebench": PublishedVariant(
            why="Leaves out tokens without a small letter of ASCII, such as I, 42 and USA, and cuts sentences by rules "
            "of its own.",
            source="LiveBench KeywordSpecificPositionChecker",
            check=_check_livebench,
            good=(Case("I saw lamp.", keyword="lamp", n=1, m=2),),
            bad=(Case("I saw lamp.", keyword="lamp", n=1, m=3),),
            refuses=_refuse_published,
        ),
    }


def _plain(word: str) -> str:
    return word.lower().replace("’", "'").replace("ʼ", "'")


def _place_word(sentence: str, word: str, place: int, filler: Filler) -> str:
    """Return `sentence` with `word` as its word number `place`."""
    spans = cached_text(sentence).words
    if len(spans) < place - 1:
        missing = place - 1 - len(spans)
        more = " ".join(filler.sentence(missing)[:-1].lower().split()[:missing])
        at = spans[-1][1]
        return f"{sentence[:at]} {more} {word}{sentence[at:]}".strip()
    if place == 1:
        at = spans[0][0]
        return f"{sentence[:at]}{word[:1].upper()}{word[1:]} {sentence[at:]}"
    at = spans[place - 2][1]
    return f"{sentence[:at]} {word}{sentence[at:]}"
