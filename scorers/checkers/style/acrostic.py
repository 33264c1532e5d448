"""style:acrostic.

Audited: the first letters of all lines, sentences or paragraphs, in order, spell the given word, in any case and with
accents left aside; there are exactly as many as the word has letters. Lines are those with a letter or digit in them;
sentences and paragraphs are those of `scorers.text.parts`. Headings, titles and, behind the last paragraph, a
postscript are neither lines nor sentences nor paragraphs here (but lines in bold type are no titles where there are no
others); code and tables are left out too, and a list is no paragraph. The first letter is that of the first word: marks
of a list and its number, quotes and emphasis are passed over. A line or sentence whose first word begins with a digit
has no first letter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from random import Random
from typing import Any

from scorers import (
    Case,
    Checker,
    Context,
    Demands,
    Filler,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    choice,
    exactly,
    format_count,
    format_lines,
)

from ...checker import READ_AS_SEEN
from ...params import StringParam
from ...repair.paragraphs import cut_into
from ...text.markdown import prose
from ...text.paragraphs import blocks, body, is_postscript
from ...text.parts import NO_PARAGRAPHS, counted_sentences, read_paragraphs
from ...text.word_lists import pick, word_list

UNITS = ("lines", "sentences", "paragraphs")
_WORD_CHARACTER = re.compile(r"[^\W_]")
_NUMBER = re.compile(r"\d{1,3}[.)]\s")
LONGEST_WORD = 30
_DRAWN = (4, 6)
"""Lengths of the words that are drawn."""


class _WordParam(StringParam):
    """A word to spell, drawn from the word list."""

    def draw(self, rng: Random, context: Context, limit: Any = None) -> str:  # noqa: ARG002  # any word will do
        if limit:
            return pick(rng, tuple(map(str, limit)))
        return pick(rng, [word for word in word_list() if _DRAWN[0] <= len(word) <= _DRAWN[1]]).upper()

    @property
    def range(self) -> str:
        return f"up to {LONGEST_WORD} letters; drawn from the word list, of {_DRAWN[0]} to {_DRAWN[1]} letters"


def _word(doc: str) -> Any:
    return field(metadata={"param": _WordParam(doc)})


@dataclass(frozen=True)
class Acrostic(Checker):
    """Demands that the first letters of all lines, sentences or paragraphs spell a word."""

    id = "style:acrostic"
    version = 3
    changes = (
        "An acrostic that is all in bold type is read, because its letters are there.",
        f"{READ_AS_SEEN} Lists are no paragraphs, as in every other instruction on paragraphs.",
    )

    word: str = _word("the word to spell")
    unit: str = choice("what begins with its letters", UNITS)

    good = [
        Case("Sun rises.\nEverything wakes.\nAll is well.", word="SEA", unit="lines"),
        Case("# Morning\n\n1. *so*\n2. “Even”\n3. a", word="SEA", unit="lines", why="marks are passed over"),
        Case("# Morning\n**Sun rises**\n**End**\n**All**", word="SEA", unit="lines", why="all in bold type"),
        Case("She came. Élan helped. And then?", word="sea", unit="sentences", why="accents are left aside"),
        Case("Sun.\nMore sun.\n\nEnd.\n\nAll of it.\n\nP.S. Bye.", word="SEA", unit="paragraphs"),
    ]
    bad = [
        Case("* Sun.\n\n* End.\n\n* All.", word="SEA", unit="paragraphs", why="a list"),
        Case("Sun.\nEnd.", word="SEA", unit="lines", why="a letter is missing"),
        Case("**Sun**\nEnd.\nAll.", word="SEA", unit="lines", why="a title beside other lines"),
        Case("Sun.\nEnd.\nAll.\nMore.", word="SEA", unit="lines", why="a line too many"),
        Case("Sun. All. End.", word="SEA", unit="sentences", why="another order"),
        Case("Sun. End. 3 ships came.", word="SEA", unit="sentences", why="a digit"),
        Case("Sun.\nEnd.\nAll.", word="SEA", unit="paragraphs", why="no blank lines"),
    ]

    def describe(self) -> str:
        number = len(self.word.strip())
        aside = NO_PARAGRAPHS
        if self.unit != "paragraphs":
            aside = f"Titles, headings, tables, code and a postscript do not count as {self.unit}."
        spelled = f'"{self.word.strip()}", in this order (capitalisation does not matter)'
        return (
            f"The first letters of the {self.unit} must spell {spelled}: write exactly "
            f"{format_count(number, self.unit[:-1])}, one for each letter. {aside}"
        )

    def check(self, text: Text) -> Verdict:
        plain = prose(text)
        starts = [_first(plain.raw, *unit) for unit in self._units(plain)]
        said = [_letter(plain.raw[at]) for at, _ in starts]
        wanted = [_letter(letter) for letter in self.word.strip()]
        shown = "".join(said[:LONGEST_WORD]).upper() + ("…" if len(said) > LONGEST_WORD else "")
        asked = f"{self.word.strip().upper()!r} was asked"
        found = format_count(len(said), self.unit[:-1])
        reason = f"the first letters of {found} spell {shown!r}; {asked}" if said else f"no {self.unit[:-1]}; {asked}"
        wrong = next((k for k, (a, b) in enumerate(zip(said, wanted, strict=False)) if a != b), None)
        if wrong is not None:
            place = format_lines(text, starts[wrong : wrong + 1])
            reason += f"; {self.unit[:-1]} {wrong + 1}{place}, begins with {said[wrong]!r}, not {wanted[wrong]!r}"
            return Verdict.of(False, reason, starts[wrong : wrong + 1])
        extra = starts[len(wanted) :]
        return Verdict.of(said == wanted, reason, extra or starts)

    def demands(self) -> Demands:
        letters = len(self.word.strip())
        units = ((self.unit, exactly(letters)),)
        return Demands(phase="content", words=Range(letters), acrostic=units, english=(self.word.strip(),))

    def range_error(self) -> str:
        word = self.word.strip()
        odd = next((c for c in word if not (_letter(c).isalpha() and _WORD_CHARACTER.match(c))), "")
        long = f"word has {len(word)} letters, more than {LONGEST_WORD}" if len(word) > LONGEST_WORD else ""
        return super().range_error() or long or (f"word holds {odd!r}, which is no letter" if odd else "")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        number = len(self.word.strip())
        shapes = {"lines": _as_lines, "sentences": _as_sentences, "paragraphs": _as_paragraphs}
        filler = Filler(turn=15)
        plain = {"lines": "\n", "sentences": " ", "paragraphs": "\n\n"}[self.unit]
        fresh = plain.join(filler.sentence(5) for _ in range(number))
        for shaped in (draft, shapes[self.unit](draft, number)):
            repaired = self._put_letters(shaped)
            if self.check(cached_text(repaired)).followed:
                return repaired
        return self._put_letters(fresh)

    def _units(self, plain: Text) -> list[Span]:
        if self.unit == "paragraphs":
            return [(body(plain.raw, *part), part[1]) for part in read_paragraphs(plain)]
        lines = [line for line in plain.lines if line.kind in ("text", "bullet", "numbered")]
        if not lines and self.unit == "lines":  # a poem all in bold type
            lines = [line for line in plain.lines if line.kind == "heading" and plain.raw.startswith("**", line.start)]
        lines = [line for line in lines if _WORD_CHARACTER.search(plain.raw, line.body, line.end)]
        behind = len(lines) > 1 and is_postscript(plain.raw, lines[-1].start, lines[-1].end)
        if self.unit == "lines":
            return [(line.body, line.end) for line in lines[: len(lines) - behind]]
        end = lines[-1].start if behind else len(plain.raw)
        return [span for span in counted_sentences(plain) if span[0] < end]

    def _put_letters(self, draft: str) -> str:
        """Put a word with the right letter before each unit that begins with another one."""
        plain = prose(cached_text(draft))
        starts = [_first(plain.raw, *unit) for unit in self._units(plain)]
        for (at, _), letter in reversed(list(zip(starts, self.word.strip(), strict=False))):
            if _letter(plain.raw[at]) != _letter(letter):
                draft = f"{draft[:at]}{_beginning(letter)} {draft[at:]}"
        return draft


def _first(raw: str, start: int, end: int) -> Span:
    """Return where the first letter of a unit stands, behind the marker of a list item."""
    found = _WORD_CHARACTER.search(raw, start, end)
    at = found.start() if found else start
    marker = _NUMBER.match(raw, at, end)
    behind = _WORD_CHARACTER.search(raw, marker.end(), end) if marker else None
    at = behind.start() if behind else at
    return at, at + 1


def _letter(character: str) -> str:
    return unicodedata.normalize("NFD", character)[0].upper()


def _beginning(letter: str) -> str:
    """Return a word that begins with a letter; the letter alone where the word list has none."""
    plain = _letter(letter).lower()
    return next((word for word in word_list() if word[0] == plain and len(word) > 3), letter).capitalize()


def _as_lines(draft: str, number: int) -> str:
    return "\n".join(" ".join(part.split()) for part in cut_into([draft], number))


def _as_paragraphs(draft: str, number: int) -> str:
    return "\n\n".join(cut_into([draft[start:end] for start, end in blocks(draft)], number))


def _as_sentences(draft: str, number: int) -> str:
    """Join the sentences that are too many with the one before them, or add some."""
    text = cached_text(draft)
    spans = text.sentences
    filler = Filler(turn=16)
    if len(spans) < number:
        return " ".join([draft.rstrip(), *(filler.sentence(5) for _ in range(number - len(spans)))]).lstrip()
    joined = draft
    for (_, end), (start, _) in reversed(list(zip(spans[number - 1 :], spans[number:], strict=False))):
        without_end = joined[:end].rstrip(".!?。！？… ")
        joined = f"{without_end} and {joined[start : start + 1].lower()}{joined[start + 1 :]}"
    return joined
