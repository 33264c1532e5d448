"""words:words_position."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Range, Text, Verdict, cached_text, keyword

from ...demands import PLACED
from ...repair.attempts import first_following
from ...text.published.ascii_punctuation import MARKS

_SMALL = re.compile("[a-z]")


def _check_published(self: WordsPosition, text: Text) -> Verdict:
    tokens = text.tokens
    if len(tokens) < 2:
        return Verdict(False, "fewer than two words")
    place = -2
    if tokens[-1] in MARKS:
        place = -3
        if len(tokens) < 3:
            return Verdict(False, "fewer than two words")
    word = self.keyword.strip().lower()
    return self._make_verdict(tokens[1], tokens[place], followed=tokens[1].lower() == word == tokens[place].lower())


def _check_livebench(self: WordsPosition, text: Text) -> Verdict:
    tokens = [token for token in text.tokens if _SMALL.search(token)]
    if len(tokens) < 2:
        return Verdict(False, "fewer than two words")
    return self._make_verdict(tokens[1], tokens[-2], followed=tokens[1] == self.keyword.strip() == tokens[-2])


@dataclass(frozen=True)
class WordsPosition(Checker):
    """Demands a word as the second and as the second to last word."""

    id = "words:words_position"
    rule_books = frozenset({"audited", "ifbench"})

    keyword: str = keyword("the word in both places")

    good = [
        Case("“The LAMP is a lamp here!?”", keyword="lamp", why="marks and capitals do not matter"),
        Case("The lamp here...", keyword=" lamp "),
        Case("lamp lamp", keyword="lamp"),
    ]
    bad = [
        Case("The lamp is a lamp.", keyword="lamp"),
        Case("The lamps are lamp here.", keyword="lamp"),
        Case("Lamp.", keyword="lamp"),
    ]

    def describe(self) -> str:
        return f'The second word and the second to last word of your response must both be "{self.keyword.strip()}".'

    def check(self, text: Text) -> Verdict:
        spans = text.words
        if len(spans) < 2:
            return Verdict(False, "fewer than two words")
        one, two = (text.raw[a:b] for a, b in (spans[1], spans[-2]))
        word = self.keyword.strip().lower()
        return self._make_verdict(one, two, followed=one.lower() == word == two.lower(), spans=(spans[1], spans[-2]))

    def _make_verdict(self, one: str, two: str, *, followed: bool, spans: tuple[tuple[int, int], ...] = ()) -> Verdict:
        return Verdict.of(followed, f"the second word is {one!r:.40}, the second to last is {two!r:.40}", spans)

    def range_error(self) -> str:
        word = self.keyword.strip()
        other = not super().range_error() and Text(word).words != [(0, len(word))]
        return super().range_error() or (f"keyword {self.keyword!r:.60} is not one word" if other else "")

    def demands(self) -> Demands:
        return Demands(phase="edges", contains=(self.keyword.strip(),), words=Range(2), meanings=(PLACED,))

    def repair(self, draft: str) -> str:
        text, word = cached_text(draft), self.keyword.strip()
        if self.check(text).followed:
            return draft
        least = f"The {word} stays."
        if len(text.words) < 2:
            return least
        first, last = text.words[0], text.words[-1]
        middle = draft[first[1] : last[0]].strip()
        inner = middle if middle.strip(MARKS) else ""
        return first_following(
            self,
            f"{draft[: first[1]]} {word} {inner} {word} {draft[last[0] :]}".replace("  ", " "),
            least,
        )

    published = {
        "ifbench": PublishedVariant(
            why="Counts tokens, so a quotation mark or a bullet is a word, and of several marks at the end only one is "
            "left out.",
            source="IFBench KeywordFirstLastChecker",
            check=_check_published,
            good=(Case("* lamp is lamp here.", keyword="lamp"), Case("The lamp is a lamp here.", keyword="lamp")),
            bad=(Case("The lamp is a lamp here!?", keyword="lamp"),),
        ),
        "livebench": PublishedVariant(
            why="Leaves out tokens without a small letter of ASCII, and capitals have to be the same.",
            source="LiveBench KeywordFirstLastChecker",
            check=_check_livebench,
            good=(Case("The lamp is a lamp I see.", keyword="lamp"),),
            bad=(Case("The Lamp is a LAMP here!", keyword="lamp"),),
        ),
    }
