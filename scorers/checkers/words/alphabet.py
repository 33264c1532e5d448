"""words:alphabet.

Audited: words without a letter are left out, accents do not matter, and there are at least two words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_lowercase

from scorers import Case, Checker, Demands, PublishedVariant, Range, Text, Verdict, cached_text, format_lines

from ...demands import NEXT_LETTER, PLACED
from ...repair.attempts import first_following
from ...text.published.ascii_punctuation import bare_span
from ._letters import first_letters

_LETTER = re.compile("[a-zA-Z]")
_WORDS = (
    "apples bring calm dawn every fine garden holds its joyful kites like many new open parks quietly receive "
    "sunny travellers until village workers xeroxed yellow zines"
).split()


def _first_wrong(firsts: list[str]) -> int | None:
    """Return the place of the first word that does not begin with the next letter."""
    # No letter begins before z (-1): then the first word is wrong already, for z is another letter.
    start = ascii_lowercase.find(firsts[0])
    wanted = (ascii_lowercase[(start + i) % 26] for i in range(len(firsts)))
    return next((i for i, (first, letter) in enumerate(zip(firsts, wanted, strict=True)) if first != letter), None)


def _check_published(text: Text, words: list[str]) -> Verdict:
    if not words:
        return Verdict(False, "no words")
    # The first word's letter in small letters, which are two for İ; of the others the first of their small letters.
    wrong = _first_wrong([words[0][0].lower(), *(word.lower()[:1] for word in words[1:])])
    if wrong is None:
        return Verdict(True, "every word begins with the next letter")
    found = next(place for place, word in enumerate(text.bare.split()) if word is words[wrong] or word == words[wrong])
    return Verdict.of(False, f"word {wrong + 1} is {words[wrong]!r:.40}", [bare_span(text.raw, found)])


def _check_livebench(_: Alphabet, text: Text) -> Verdict:
    return _check_published(text, [word for word in text.bare.split() if _LETTER.search(word)])


@dataclass(frozen=True)
class Alphabet(Checker):
    """Demands that every word begins with the next letter of the alphabet."""

    id = "words:alphabet"
    version = 2
    changes = ("In the published books a response that begins with İ fails: its small letter is two characters.",)
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("“Apples — birds” 42 clocks", why="marks and numbers are left out"),
        Case("yes zinc apples"),
        Case("day école"),
    ]
    bad = [Case("Apples clocks"), Case("apples Apples"), Case("Apples", why="one word has no next letter"), Case("- 5")]

    def describe(self) -> str:
        return (
            "Begin each word with the letter of the alphabet that follows the first letter of the word before it; "
            "after z comes a."
        )

    def check(self, text: Text) -> Verdict:
        found = first_letters(text)
        if len(found) < 2:
            return Verdict(False, "fewer than two words")
        wrong = _first_wrong([letter for letter, _ in found])
        if wrong is None:
            return Verdict(True, f"all {len(found)} words begin with the next letter")
        span = found[wrong][1]
        return Verdict.of(False, f"word {wrong + 1} is {text.quote(span)}{format_lines(text, [span])}", [span])

    def demands(self) -> Demands:
        return Demands(
            phase="content",
            words=Range(2),
            traits=(("script of the words", "Latin"), ("neighbouring first letters", "different")),
            meanings=(PLACED, NEXT_LETTER),
        )

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        parts, at = [], 0
        for count, (_, (start, end)) in enumerate(first_letters(text)):
            word = _WORDS[count % 26]
            parts += [draft[at:start], word.capitalize() if draft[start].isupper() else word]
            at = end
        number = max(2, len(text.words))
        return first_following(
            self, "".join([*parts, draft[at:]]), " ".join(_WORDS[i % 26] for i in range(number)).capitalize() + "."
        )

    published = {
        "ifbench": PublishedVariant(
            why="One word passes; every piece at white space is a word unless it is ASCII punctuation alone, and its "
            "first character has to be a letter of ASCII.",
            source="IFBench AlphabetLoopChecker",
            check=lambda _, text: _check_published(text, text.bare.split()),
            good=(Case("Apple"),),
            bad=(Case("Apple — birds"), Case("“Apple birds"), Case("İnci jar", why="İ is two small letters")),
        ),
        "livebench": PublishedVariant(
            why="As IFBench, but pieces without a letter of ASCII are left out.",
            source="LiveBench AlphabetLoopChecker",
            check=_check_livebench,
            good=(Case("Apple"),),
            bad=(Case("“Apple birds"),),
        ),
    }
