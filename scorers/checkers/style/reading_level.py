"""style:reading_level.

Audited: the Flesch-Kincaid grade of the response's sentences is at most the bound:

    0.39 * words / sentences + 11.8 * syllables / words - 15.59

compared without rounding (Kincaid, Fishburne, Rogers, Chissom, "Derivation of new readability formulas for Navy
enlisted personnel", 1975). Sentences and words are those of `Text`, without tables, code and headings. The formula is
for English: a response without a Latin letter in its sentences does not follow. A rule of our own counts the syllables
of a word without a dictionary: its runs of vowels (a, e, i, o, u, y; accents aside), less one for a silent "e" at the
end (not that of "-le" after a consonant), for "-ed" after other letters than d and t, and for "-es" after other letters
than s, x, z, c, g and h; at least one. A number is one syllable.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from scorers import Case, Checker, Demands, Span, Text, Verdict, cached_text, format_count, format_lines, integer

from ...checker import READ_AS_SEEN
from ...text.markdown import prose
from ._sentences import measure_sentences, shorten_sentences

_LATIN = re.compile(r"[A-Za-z]")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouy]e|[^aeioudty]ed|[^aeiouysxzcgh]es)$")
_SPOKEN = re.compile(r"[^aeiouy]le$")
_PLAIN = ("It is so.", "We go on.", "All is well.", "She saw it.", "He is here.", "It was fun.", "They go too.")
"""Short sentences of one-syllable words."""
_MORE = 60
"""The most sentences that a repair adds."""


@dataclass(frozen=True)
class ReadingLevel(Checker):
    """Bounds the Flesch-Kincaid grade: the years of school that it takes to read an English text."""

    id = "style:reading_level"
    version = 2
    changes = (READ_AS_SEEN,)

    max_grade: int = integer("the highest grade", low=1, high=30, drawn=(5, 10))

    good = [
        Case("The cat sat on the mat. It was warm.", max_grade=1),
        Case("# Considerations regarding responsibilities\nWe go.", max_grade=1, why="a heading is no sentence"),
        Case("One two three four five six seven eight nine ten.", max_grade=2, why="11 syllables: 1.29"),
    ]
    bad = [
        Case("Considerable responsibilities necessitate deliberation.", max_grade=12),
        Case("One two three four five six seven eight nine ten.", max_grade=1, why="11 syllables: 1.29"),
        Case("他来了。", max_grade=30, why="no Latin letters"),
        Case("# Heading", max_grade=30, why="no sentence"),
    ]

    def describe(self) -> str:
        return (
            f"Keep the Flesch-Kincaid grade level of your response at {self.max_grade} or below (headings, tables and "
            "code do not count)."
        )

    def check(self, text: Text) -> Verdict:
        measure = _measure_text(text)
        if measure is None:
            return Verdict(False, f"no sentence in Latin letters; a grade of at most {self.max_grade} was asked")
        found, sizes, spoken = measure
        sentences, words, syllables = len(found), sum(sizes), sum(spoken)
        reason = (
            f"grade {_grade(sentences, words, syllables):.2f} ({format_count(sentences, 'sentence')} of "
            f"{words / sentences:.1f} words on average, {syllables / words:.2f} syllables per word); a grade of "
            f"at most {self.max_grade} was asked"
        )
        followed = self._easy(sentences, words, syllables)
        if followed:
            return Verdict.of(True, reason, found)
        each = [_grade(1, size, said) if size else 0.0 for size, said in zip(sizes, spoken, strict=True)]
        hardest = max(range(sentences), key=lambda place: each[place])
        spans: list[Span] = [found[hardest]]
        at = format_lines(text, spans).removeprefix(",")
        reason += f"; the hardest sentence,{at}, has grade {each[hardest]:.2f}"
        return Verdict.of(False, reason, spans)

    def demands(self) -> Demands:
        return Demands(english=("a Flesch-Kincaid grade level",))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        for shorter in (draft, shorten_sentences(draft, 12), shorten_sentences(draft, 7)):
            sentences = cached_text(shorter).sentences
            at = sentences[-1][0] if len(sentences) > 1 else len(shorter)
            for number in (0, 1, 2, 4, 8, 16, 32, _MORE):
                more = " ".join(_PLAIN[k % len(_PLAIN)] for k in range(number))
                repaired = f"{shorter[:at]}{more} {shorter[at:]}" if at < len(shorter) else f"{shorter}\n{more}"
                if self.check(cached_text(repaired.strip())).followed:
                    return repaired.strip()
        return _PLAIN[0]

    def _easy(self, sentences: int, words: int, syllables: int) -> bool:
        """Return whether the grade is within the bound, in whole numbers (times 100, words and sentences)."""
        return 39 * words**2 + 1180 * syllables * sentences <= (100 * self.max_grade + 1559) * words * sentences


class Ease(NamedTuple):
    """The reading ease of an English text."""

    words: float
    """Words per sentence."""
    syllables: float
    """Syllables per word."""
    grade: float
    """The Flesch-Kincaid grade."""


def ease(raw: str) -> Ease | None:
    """Return the reading ease of an English text; None without a sentence in Latin letters.

    >>> [round(value, 2) for value in ease("The cat sat on the mat. It was warm.")]
    [4.5, 1.0, -2.03]
    """
    measure = _measure_text(Text(raw))
    if not measure:
        return None
    sentences, words, said = len(measure[0]), sum(measure[1]), sum(measure[2])
    return Ease(words / sentences, said / words, _grade(sentences, words, said))


def _measure_text(text: Text) -> tuple[list[Span], list[int], list[int]] | None:
    """Return the sentences of a text with their words and syllables; None without one in Latin letters."""
    plain = prose(text)
    found, sizes = measure_sentences(plain)
    if not sum(sizes) or not any(_LATIN.search(plain.raw, *span) for span in found):
        return None
    starts = [start for start, _ in plain.words]
    counts = _syllable_counts(plain)
    spoken = [sum(counts[bisect_left(starts, start) : bisect_left(starts, end)]) for start, end in found]
    return found, sizes, spoken


def _grade(sentences: int, words: int, syllables: int) -> float:
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def _syllable_counts(plain: Text) -> list[int]:
    """Return the number of syllables of each word of a text."""
    known: dict[str, int] = {}
    counts = []
    for start, end in plain.words:
        word = plain.raw[start:end]
        if word not in known:
            known[word] = syllables(word)
        counts.append(known[word])
    return counts


def syllables(word: str) -> int:
    """Return the number of syllables of an English word by rule; each part of a hyphenated word has its own.

    >>> [syllables(word) for word in ("walked", "wanted", "table", "makes", "boxes", "the", "well-known", "1998")]
    [1, 2, 2, 1, 2, 1, 2, 1]
    """
    plain = unicodedata.normalize("NFD", word.lower()) if not word.isascii() else word.lower()
    parts = ["".join(filter(str.isalpha, part)) for part in re.split(r"[-‐‑./@]", plain)]
    return max(1, sum(_of_part(part) for part in parts if part))


def _of_part(part: str) -> int:
    runs = len(_VOWELS.findall(part))
    silent = _SILENT.search(part) is not None and _SPOKEN.search(part) is None
    return max(1, runs - silent)
