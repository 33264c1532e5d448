"""structure:paragraph_words.

Audited: there is a paragraph, and every paragraph has a number of words (as `Text.words` counts them) within the
bounds. What a paragraph is, `scorers.text.parts` says.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    Range,
    Span,
    Text,
    Verdict,
    cached_text,
    format_count,
    format_lines,
    integer,
)

from ...checker import READ_AS_SEEN
from ...text.parts import NO_PARAGRAPHS, TextPart, not_paragraphs, read_parts

NARROWEST = 10
"""Least distance of the bounds: in narrower ones, sentences cannot be moved from paragraph to paragraph."""


@dataclass(frozen=True)
class ParagraphWords(Checker):
    """Bounds the number of words of every paragraph."""

    id = "structure:paragraph_words"
    version = 2
    changes = (
        (
            f"{READ_AS_SEEN} Headings, lists, tables, greetings and signatures are no paragraphs: one meaning of "
            "the word in all instructions."
        ),
    )

    fewest: int = integer("how many words a paragraph has at least", low=1, high=1000, drawn=(10, 30))
    most: int = integer("how many words a paragraph has at most", low=11, high=2000, drawn=(50, 90))

    good = [
        Case("One two.\n\nThree four five six seven eight nine ten eleven twelve.", fewest=2, most=12),
        Case("# A heading\nOne two three.\n* four\n\n---\n\nFive six seven.", fewest=3, most=13, why="neither counts"),
        Case("One two three\nfour.", fewest=4, most=14, why="a line end parts no paragraphs"),
        Case("Section 1\n\nOne two three.", fewest=3, most=13, why="a label"),
        Case("Dear Bob,\n\nOne two three.\n\nSincerely,\nAnna Reed", fewest=3, most=13, why="a signature"),
        Case("One two three.\n\nP.S. Four.", fewest=3, most=13, why="a postscript"),
        Case("One two three.\n|a|b|\n|-|-|\n|c|d|\nFour five six.", fewest=3, most=13, why="a table between"),
    ]
    bad = [
        Case("One two three.\n\nFour.", fewest=2, most=12),
        Case("One two three four five six seven eight nine ten eleven twelve 13.", fewest=2, most=12),
        Case("* one two three", fewest=3, most=13, why="no paragraph at all"),
        Case("P.S. One.\n\nOne two three.", fewest=3, most=13, why="a postscript before the last paragraph is one"),
    ]

    def describe(self) -> str:
        return (
            f"Every paragraph must have at least {self.fewest} and at most {format_count(self.most, 'word')}. "
            f"{NO_PARAGRAPHS}"
        )

    def check(self, text: Text) -> Verdict:
        parts = read_parts(text)
        found = [part.span for part in parts if part.kind == "paragraph"]
        if not found:
            return Verdict(False, f"no paragraph{not_paragraphs(text, parts)}")
        sizes = self._sizes(text, found)
        wrong = [place for place, size in enumerate(sizes) if not self.fewest <= size <= self.most]
        number = format_count(len(found), "paragraph")
        if not wrong:
            return Verdict.of(True, f"{number} of {_range(sizes)}; {self._asked} were asked", found)
        first = wrong[0]
        spans = [found[place] for place in wrong]
        where = f"paragraph {first + 1} of {len(found)}{format_lines(text, spans[:1])}"
        reason = f"{where}, has {format_count(sizes[first], 'word')}; {self._asked} were asked"
        if len(wrong) > 1:
            reason += f"; {len(wrong)} paragraphs are out of these bounds"
        return Verdict.of(False, reason, spans)

    @property
    def _asked(self) -> str:
        return f"{self.fewest} to {self.most}"

    @staticmethod
    def _sizes(text: Text, found: list[Span]) -> list[int]:
        starts = [start for start, _ in text.words]
        return [bisect_left(starts, end) - bisect_left(starts, start) for start, end in found]

    def demands(self) -> Demands:
        bounds = Range(self.fewest, self.most)
        return Demands(phase="content", words=Range(self.fewest), paragraph_words=bounds)

    def range_error(self) -> str:
        narrow = self.most - self.fewest < NARROWEST
        why = f"most is {self.most}, less than {NARROWEST} above fewest, which is {self.fewest}"
        return super().range_error() or (why if narrow else "")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = Filler(turn=11)
        repaired = draft
        for start, end in reversed([part.span for part in read_parts(cached_text(draft)) if _counts(part)]):
            pieces = [self._fill_paragraph(piece, filler) for piece in self._cut(draft[start:end])]
            repaired = repaired[:start] + "\n\n".join(pieces) + repaired[end:]
        if self.check(cached_text(repaired)).followed:
            return repaired
        alone = filler.sentence(self.fewest)
        behind = f"{repaired.rstrip()}\n\n{alone}".lstrip()
        return behind if self.check(cached_text(behind)).followed else alone

    def _cut(self, paragraph: str) -> list[str]:
        """Cut a paragraph into pieces of at most `most` words, between sentences where that is enough."""
        text = cached_text(paragraph)
        starts = [start for start, _ in text.words]
        ends = sorted({*(end for _, end in text.sentences), len(paragraph)})
        cuts, first = [0], 0
        for place, end in enumerate(ends):
            upto = bisect_left(starts, end)
            if upto - first > self.most and place and ends[place - 1] > cuts[-1]:
                cuts.append(ends[place - 1])
                first = bisect_left(starts, cuts[-1])
            while upto - first > self.most:
                first += self.most
                cuts.append(starts[first])
        pieces = [paragraph[a:b].strip() for a, b in zip(cuts, [*cuts[1:], len(paragraph)], strict=True)]
        return [piece for piece in pieces if piece]

    def _fill_paragraph(self, piece: str, filler: Filler) -> str:
        missing = self.fewest - len(cached_text(piece).words)
        return f"{piece} {filler.sentence(missing)}" if missing > 0 else piece


def _counts(part: TextPart) -> bool:
    return part.kind == "paragraph"


def _range(sizes: list[int]) -> str:
    low, high = min(sizes), max(sizes)
    return format_count(low, "word") if low == high else f"{low} to {high} words"
