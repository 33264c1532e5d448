"""keywords:letter_frequency.

Audited: the character occurs the required number of times; a capital and a small letter are one, a letter with an
accent is another.

The sampled bounds are ones that a text can miss: "at least" with letters that are rare in English, "less than" with
letters that a text of a hundred words has about as often.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from random import Random
from typing import Self

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    Filler,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    choice,
    integer,
    range_of,
)

from ...checker import READ_AS_SEEN
from ...params import RELATIONS, StringParam
from ...text.word_lists import pick, word_list
from ._bound import verdict_on_occurrences

_RARE = ("j", "q", "x", "z")
_USUAL = ("b", "k", "v")
_PUBLISHED_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_NOT_COMPARABLE = "(not comparable: the published verifier counts a random letter instead)"


class _LetterParam(StringParam):
    """A single character."""

    def outside(self, value: str) -> str:
        return "" if len(value.lower()) == 1 and value.strip() else f"is {value!r}, but must be a single letter or mark"

    @property
    def range(self) -> str:
        rare, usual = ", ".join(_RARE), ", ".join(_USUAL)
        return f"a single letter or mark; drawn from {rare} with `at least`, from {usual} with `less than`"


def _refuse_missing(self: LetterFrequency) -> str:
    if len(self.letter) != 1:
        return f"letter is {self.letter!r}, and the published verifier draws one at random instead"
    if self.let_frequency < 0:
        return f"let_frequency is {self.let_frequency}, and the published verifier draws one at random instead"
    return ""


def _check_multiif(self: LetterFrequency, text: Text) -> Verdict:
    verdict = self.check(text)
    if self._bare in _PUBLISHED_LETTERS:
        return verdict
    return replace(verdict, reason=f"{verdict.reason} {_NOT_COMPARABLE}")


@dataclass(frozen=True)
class LetterFrequency(Checker):
    """Bounds how often a letter occurs, capital or small."""

    id = "keywords:letter_frequency"
    rule_books = frozenset({"audited", "ifeval"})
    english = "counts a letter from a to z"
    version = 2
    changes = (READ_AS_SEEN,)

    letter: str = field(metadata={"param": _LetterParam("the counted letter or mark", _RARE)})
    let_frequency: int = integer("the bound on its occurrences", low=1, drawn=(3, 6))
    let_relation: str = choice("the side of the bound", RELATIONS)

    good = [
        Case("Zebra jazz", letter="Z", let_frequency=3, let_relation="at least", why="capital or small"),
        Case("été et", letter="e", let_frequency=2, let_relation="less than", why="é is another letter"),
        Case("# One ##", letter="#", let_frequency=3, let_relation="at least"),
        Case("No sky", letter="a", let_frequency=2, let_relation="less than"),
    ]
    bad = [
        Case("Zebra jazz", letter="z", let_frequency=4, let_relation="at least"),
        Case("Zebra jazz", letter="z", let_frequency=3, let_relation="less than"),
        Case("Go!", letter="!", let_frequency=2, let_relation="at least"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        drawn = super().draw(rng, context)
        if drawn.let_relation == "at least" or "letter" in (context.limits or {}):
            return drawn
        return replace(drawn, letter=pick(rng, _USUAL))

    def describe(self) -> str:
        letter = self._bare.isalpha()
        what = f'the {"letter" if letter else "character"} "{self.letter}"'
        if self.let_relation == "less than" and self.let_frequency == 1:
            return f"Do not use {what} at all{', neither as a capital nor as a small letter' if letter else ''}."
        times = "once" if self.let_frequency == 1 else f"{self.let_frequency} times"
        side = "at least" if self.let_relation == "at least" else "fewer than"
        return f"Use {what} {side} {times}{' (capital and small letters both count)' if letter else ''}."

    def check(self, text: Text) -> Verdict:
        letter = self._bare
        number = text.lower.count(letter) if len(letter) == 1 else 0
        return self._make_verdict(text, number, _places(text.raw, letter) if number else [])

    def demands(self) -> Demands:
        letter, times = self._bare, range_of(self.let_relation, self.let_frequency)
        cases = (letter, letter.upper()) if times.high == 0 else ()
        lacks = tuple(dict.fromkeys(case for case in cases if len(case) == 1))
        return Demands(phase="content", letters=((letter, times),), lacks=lacks)

    @property
    def _bare(self) -> str:
        return self.letter.strip().lower()

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        fewer = self.let_relation == "less than"
        repaired = self._fewer(draft) if fewer else self._more(draft)
        if self.check(cached_text(repaired)).followed:
            return repaired
        return "" if fewer else self._bare * self.let_frequency

    def _more(self, draft: str) -> str:
        """Add a sentence of the words with the most of the letter, or the character itself where no word has it."""
        letter, missing = self._bare, self.let_frequency - draft.lower().count(self._bare)
        richest = sorted(word_list(), key=lambda word: -word.count(letter))
        words = []
        for word in richest:
            if missing <= 0 or letter not in word:
                break
            words.append(word)
            missing -= word.count(letter)
        added = " ".join([*words, letter * missing]).strip().capitalize()
        return f"{draft} {added}.".lstrip()

    def _fewer(self, draft: str) -> str:
        """Replace the last words with the letter; where that is not enough, delete the letter."""
        filler = Filler(lacks=(self._bare,), turn=3)
        surplus = draft.lower().count(self._bare) - self.let_frequency + 1
        for start, end in reversed(cached_text(draft).words):
            number = draft[start:end].lower().count(self._bare)
            if number and surplus > 0:
                draft = f"{draft[:start]}{filler.word('adjective')}{draft[end:]}"
                surplus -= number
        if self.check(cached_text(draft)).followed:
            return draft
        return "".join(character for character in draft if self._bare not in character.lower())

    def _make_verdict(self, text: Text, number: int, spans: list[Span]) -> Verdict:
        return verdict_on_occurrences(text, repr(self._bare), (number, spans), (self.let_relation, self.let_frequency))

    published = {
        "ifeval": PublishedVariant(
            why="Takes a blank too, and counts it 0 times. Only the newest code counts marks such as # and !. Earlier "
            "IFEval code, IFBench and LiveBench replaced all but a to z by a random letter; the newest verdict is used "
            "for them.",
            source="IFEval LetterFrequencyChecker (newest)",
            check=lambda self, text: self.check(text),
            good=(
                Case("# One ##", letter="#", let_frequency=3, let_relation="at least"),
                Case("a b c", letter=" ", let_frequency=1, let_relation="less than"),
                Case("none", letter="q", let_frequency=0, let_relation="at least"),
            ),
            bad=(
                Case("Go!", letter="!", let_frequency=2, let_relation="at least"),
                Case("a b c", letter=" ", let_frequency=1, let_relation="at least"),
            ),
            refuses=_refuse_missing,
            demands=lambda self: self.demands() if len(self._bare) == 1 else Demands(),
        ),
    }
    published["multiif"] = replace(
        published["ifeval"],
        why="As in IFEval's newest code for a to z. The published code replaces any other character by a random "
        "letter; here the character itself is counted, and the verdict is marked as not comparable.",
        source="Multi-IF LetterFrequencyChecker",
        check=_check_multiif,
    )


def _places(raw: str, letter: str) -> list[Span]:
    cases = dict.fromkeys((letter, letter.upper()))
    return [match.span() for match in re.finditer("|".join(map(re.escape, cases)), raw)]
