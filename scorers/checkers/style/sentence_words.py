"""style:sentence_words.

Audited: the response has a sentence, and the number of words of every sentence is within the bounds. Sentences and
words are those of `Text`, without tables and code: a list item is cut into sentences like a paragraph; headings and
titles are not sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    Range,
    Text,
    Verdict,
    cached_text,
    format_count,
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...text.markdown import prose
from ._sentences import measure_sentences, shorten_sentences

NARROWEST = 5
"""The smallest distance of the bounds."""
_ROUNDS = 3
"""The most passes of a repair: a cut or a join moves the ends of other sentences."""


@dataclass(frozen=True)
class SentenceWords(Checker):
    """Bounds the number of words of every sentence."""

    id = "style:sentence_words"
    version = 2
    changes = (READ_AS_SEEN,)

    fewest: int = integer("the smallest number of words of a sentence", low=1, high=100, drawn=(4, 8))
    most: int = integer("the largest number of words of a sentence", low=6, high=200, drawn=(14, 24))

    good = [
        Case("One two. Three four five six seven eight nine.", fewest=2, most=7),
        Case(
            "# One\nOne two three.\n* Four five", fewest=2, most=7, why="a heading is no sentence, a list item is one"
        ),
        Case(
            "One two.\n\n| a | b |\n|---|---|\n| c | d |\n\nThree four.", fewest=2, most=7, why="a table is no sentence"
        ),
        Case("Mr. Ames paid 3.5 e.g. today.", fewest=6, most=11),
        Case("Write soon. P.S. Bring some tea.", fewest=2, most=7, why="the mark of a postscript is no sentence"),
    ]
    bad = [
        Case("One two. Three.", fewest=2, most=7),
        Case("One two three four five six seven eight.", fewest=2, most=7),
        Case("# Only a heading here", fewest=1, most=7, why="no sentence"),
        Case("一二三四五六七八。", fewest=2, most=7, why="a Han character is a word"),
    ]

    def describe(self) -> str:
        return (
            f"Make every sentence at least {self.fewest} and at most {self.most} words long (headings, tables and "
            "code do not count)."
        )

    def check(self, text: Text) -> Verdict:
        found, sizes = measure_sentences(prose(text))
        asked = f"at least {self.fewest} and at most {self.most} were asked"
        if not found:
            return Verdict(False, f"no sentence; sentences of at least {format_count(self.fewest, 'word')} were asked")
        wrong = [place for place, size in enumerate(sizes) if not self.fewest <= size <= self.most]
        if not wrong:
            low, high = min(sizes), max(sizes)
            words = format_count(low, "word") if low == high else f"{low} to {high} words"
            return Verdict.of(True, f"{format_count(len(found), 'sentence')} of {words}; {asked}", found)
        spans = [found[place] for place in wrong]
        first = f"{format_count(sizes[wrong[0]], 'word')} in sentence {wrong[0] + 1} of {len(found)}"
        reason = f"{first}{format_lines(text, spans[:1])}: {text.quote(spans[0])}; {asked}"
        if len(wrong) > 1:
            reason += f" ({len(wrong)} sentences are too short or too long)"
        return Verdict.of(False, reason, spans)

    def demands(self) -> Demands:
        bounds = Range(self.fewest, self.most)
        return Demands(phase="content", words=Range(self.fewest), sentence_words=bounds)

    def range_error(self) -> str:
        why = f"most is {self.most}, less than {NARROWEST} above fewest, which is {self.fewest}"
        return super().range_error() or (why if self.most - self.fewest < NARROWEST else "")

    def repair(self, draft: str) -> str:
        repaired = draft
        for turn in range(_ROUNDS):
            if self.check(cached_text(repaired)).followed:
                return repaired
            repaired = self._mend_sentences(repaired, Filler(turn=12 + turn))
        if self.check(cached_text(repaired)).followed:
            return repaired
        return Filler(turn=12).sentence(self.fewest + 2)

    def _mend_sentences(self, draft: str, filler: Filler) -> str:
        """Return the draft with long sentences cut and short ones filled; add a sentence if it has none."""
        draft = shorten_sentences(draft, self.most)
        plain = prose(cached_text(draft))
        found, sizes = measure_sentences(plain)
        for (start, _), size in reversed(list(zip(found, sizes, strict=True))):
            if size < self.fewest:
                words = [end for first, end in plain.words if first >= start][:1]
                at = words[0] if size else start
                draft = f"{draft[:at]} {' '.join(filler.word() for _ in range(self.fewest - size))}{draft[at:]}"
        return draft if found else f"{draft}\n\n{filler.sentence(self.fewest + 2)}".lstrip()
