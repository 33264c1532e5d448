"""words:vowel.

Audited: an accented vowel is a vowel, and a paragraph is one block without line breaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations

from scorers import Case, Checker, Demands, PublishedVariant, Range, Span, Text, Verdict, cached_text, format_list

from ...demands import UNBROKEN
from ...text.scripts import fold_accents
from ._letters import swap_words

VOWELS = "aeiou"
MOST = 3
_BREAK = re.compile(r"\s*[\n\r\u2028\u2029]\s*")


def _check_published(_: Vowel, text: Text) -> Verdict:
    return _make_verdict(text.lower, broken="\n" in text.raw.strip())


def _check_livebench(_: Vowel, text: Text) -> Verdict:
    return _make_verdict(text.raw, broken=False)


def _make_verdict(letters: str, *, broken: bool) -> Verdict:
    found = [vowel for vowel in VOWELS if vowel in letters]
    reason = f"{format_list(found)} occur" if found else "no vowels"
    return Verdict(len(found) <= MOST and not broken, f"{reason}{'; more than one paragraph' if broken else ''}")


@dataclass(frozen=True)
class Vowel(Checker):
    """Demands one paragraph with at most three different vowels."""

    id = "words:vowel"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("the elf is on it"), Case("\n\nBe ON it\n")]
    bad = [
        Case("the elf is on it up"),
        Case("THE ELF IS ON IT UP"),
        Case("áéíóú a e i", why="an accent does not change the vowel"),
        Case("one\nof\nten", why="more than one line"),
    ]

    def describe(self) -> str:
        return (
            "Write one paragraph, without line breaks, in which at most three of the five vowels a, e, i, o and u "
            "occur."
        )

    def check(self, text: Text) -> Verdict:
        return _make_verdict(fold_accents(text.raw), broken=bool(_BREAK.search(text.raw.strip())))

    def demands(self) -> Demands:
        return Demands(
            phase="content", blocks=Range(0, 1), english=("words counted by a, e, i, o and u",), meanings=(UNBROKEN,)
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        line = _BREAK.sub(" ", draft.strip())
        held = [_vowels(line[a:b]) for a, b in cached_text(line).words]
        best = max(map(set, combinations(VOWELS, MOST)), key=lambda three: sum(found <= three for found in held))

        def other(text: Text) -> list[Span]:
            return [(a, b) for a, b in text.words if not _vowels(text.raw[a:b]) <= best]

        return swap_words(self, line, other, lambda word: _vowels(word) <= best, "He sees the river bend.")

    published = {
        "ifbench": PublishedVariant(
            why="Accented vowels are none, and only a line feed ends a line.",
            source="IFBench SingleVowelParagraphChecker",
            check=_check_published,
            good=(Case("áéíóú a e i"),),
            bad=(Case("the elf is on it up"),),
        ),
        "livebench": PublishedVariant(
            why="Only small vowels count, and the response may have many paragraphs.",
            source="LiveBench SingleVowelParagraphChecker",
            check=_check_livebench,
            good=(Case("THE ELF IS ON IT UP"), Case("one\ntwo")),
            bad=(Case("the elf is on it up"),),
        ),
    }


def _vowels(word: str) -> set[str]:
    return set(VOWELS).intersection(fold_accents(word))
