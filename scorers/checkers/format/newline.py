"""format:newline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Range, Text, Verdict, cached_text, format_count

from ...demands import ONE_A_LINE

_HAS_WORD = re.compile(r"[^\W_]")


def _check_published(text: Text, *, strips: bool) -> Verdict:
    body = text.bare
    lines = [line for line in body.strip().split("\n") if (line.strip() if strips else line)]
    words = len(body.split())
    return Verdict(len(lines) == words, f"{format_count(words, 'word')} in {format_count(len(lines), 'line')}")


def _words(line: str) -> list[str]:
    return [piece for piece in line.split() if _HAS_WORD.search(piece)]


@dataclass(frozen=True)
class Newline(Checker):
    """Demands a line of its own for every word."""

    id = "format:newline"
    rule_books = frozenset({"audited", "ifbench"})

    good = [Case("- one\n- two"), Case("one\n \n\ntwo\r\nwell-known", why="blank lines do not matter"), Case("one")]
    bad = [Case("one two\n \nthree"), Case("Here it is:\none\ntwo"), Case(";: !", why="no words")]

    def describe(self) -> str:
        return "Write every word on a line of its own."

    def check(self, text: Text) -> Verdict:
        lines = [(line.start, line.end) for line in text.lines]
        counts = [len(_words(text.raw[start:end])) for start, end in lines]
        crowded = [span for span, count in zip(lines, counts, strict=True) if count > 1]
        followed = not crowded and sum(counts) > 0
        return Verdict.of(followed, f"{sum(counts)} words; {format_count(len(crowded), 'line')} with several", crowded)

    def demands(self) -> Demands:
        return Demands(
            phase="edges",
            words=Range(1),
            traits=(("white space", "a line end behind each word"),),
            meanings=(ONE_A_LINE,),
        )

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        pieces = _words(draft)
        return "\n".join(pieces or ["Towns"])

    published = {
        "ifbench": PublishedVariant(
            why="Compares the numbers of lines and of words, so that a line of spaces is a line, and two words in "
            "one line are balanced by it; a text without words passes.",
            source="IFBench NewLineWordsChecker",
            check=lambda _, text: _check_published(text, strips=False),
            good=(Case("one two\n \nthree"), Case(";: !")),
            bad=(Case("one\n \ntwo"),),
        ),
        "livebench": PublishedVariant(
            why="Compares the numbers of lines that are not blank and of words; a text without words passes.",
            source="LiveBench NewLineWordsChecker",
            check=lambda _, text: _check_published(text, strips=True),
            good=(Case("one"), Case(";: !")),
            bad=(Case("one two\n \nthree"),),
        ),
    }
