"""keywords:letter_frequency."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import ascii_lowercase

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    choice,
    format_count,
    format_lines,
    integer,
    range_of,
)

from ...params import RELATIONS, StringParam
from ...text.word_lists import word_list


class _LetterParam(StringParam):
    """A single character, drawn from a to z."""

    def outside(self, value: str) -> str:
        return "" if len(value.lower()) == 1 and value.strip() else f"is {value!r}, but must be a single letter or mark"


def _random(self: LetterFrequency) -> str:
    if len(self.letter) != 1:
        return f"letter is {self.letter!r}, and the published verifier draws one at random instead"
    if self.let_frequency < 0:
        return f"let_frequency is {self.let_frequency}, and the published verifier draws one at random instead"
    return ""


@dataclass(frozen=True)
class LetterFrequency(Checker):
    """Bounds how often a letter occurs, capital or small."""

    id = "keywords:letter_frequency"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2

    letter: str = field(metadata={"param": _LetterParam("the letter or mark that is counted", tuple(ascii_lowercase))})
    let_frequency: int = integer("the bound on how often it occurs", low=1, drawn=(1, 10))
    let_relation: str = choice("on which side of the bound the count lies", RELATIONS)

    good = [
        Case("Zebra jazz", letter="Z", let_frequency=3, let_relation="at least", why="capital or small"),
        Case("été", letter="e", let_frequency=1, let_relation="less than", why="é is a letter of its own"),
        Case("# One ##", letter="#", let_frequency=3, let_relation="at least"),
        Case("No sky", letter="a", let_frequency=1, let_relation="less than"),
    ]
    bad = [
        Case("Zebra jazz", letter="z", let_frequency=4, let_relation="at least"),
        Case("Zebra jazz", letter="z", let_frequency=3, let_relation="less than"),
        Case("Go!", letter="!", let_frequency=2, let_relation="at least"),
    ]

    def describe(self) -> str:
        what = "letter" if self.letter.isalpha() else "character"
        times = format_count(self.let_frequency, "time")
        return f'Use the {what} "{self.letter}" {self.let_relation} {times}, capital and small ones counted alike.'

    def check(self, text: Text) -> Verdict:
        letter = self._bare
        number = text.lower.count(letter) if len(letter) == 1 else 0
        return self._judge(text, number, _places(text.raw, letter) if number else [])

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
        """Add a sentence of the words that have most of the letter, or the character itself where no word has it."""
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
        """Write other words for the last ones with the letter; where that is not enough, leave the letter out."""
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

    def _judge(self, text: Text, number: int, spans: list[Span]) -> Verdict:
        reason = f"{format_count(number, 'time')}{format_lines(text, spans)}"
        if self.let_relation == "at least":
            return Verdict.of(number >= self.let_frequency, reason, spans)
        followed = number < self.let_frequency
        return Verdict.of(followed, reason, spans if followed else spans[max(0, self.let_frequency - 1) :])

    published = {
        "ifeval": PublishedVariant(
            why="Takes a blank too, and counts it 0 times. Only the newest code counts marks such as # and !: earlier "
            "IFEval code, IFBench and LiveBench drew a random letter for all but a to z, and the newest answer stands "
            "for theirs.",
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
            refuses=_random,
            demands=lambda self: self.demands() if len(self._bare) == 1 else Demands(),
        ),
    }


def _places(raw: str, letter: str) -> list[Span]:
    cases = dict.fromkeys((letter, letter.upper()))
    return [match.span() for match in re.finditer("|".join(map(re.escape, cases)), raw)]
