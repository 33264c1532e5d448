"""Leak: how much of an answer repeats, word for word, the rest of the article that the model was not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scorers.text.scripts import language_by_script

from .text_pair import UNSPACED, grams, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..sample import Sample

SIZE = {False: 8, True: 16}
"""Words of a run that is looked for; characters where no spaces are written."""
LONG = {False: 16, True: 32}
"""Length of a common run from which on an answer is flagged: longer than set phrases that two writers share."""
SHORT = "the answer is shorter than a run that is looked for"


@dataclass(frozen=True)
class Leak:
    """What an answer shares with the unseen rest of its article."""

    share: float
    """Share of its runs of `SIZE` words that are in the rest and not in the prompt, in 0..1."""
    longest: int
    """Words of the longest run in common, 0 below `SIZE`."""
    chance: float | None
    """The same share for the rests of the other articles of the set, their mean; None without another article."""
    flagged: bool
    """Whether the longest run has `LONG` words or more."""
    reason: str
    """What was found, where it is flagged."""


class HiddenText:
    """The unseen rests of all articles of a set: which runs of words are in how many of them.

    It holds about 150 bytes a word. Runs are known by a hash of 64 bits of word numbers: the same in every process.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._articles: dict[str, set[int]] = {}
        self._count: dict[int, int] = {}

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> HiddenText:
        """Read the rests of a set; each article once."""
        rests = cls()
        for sample in samples:
            rests.add(sample)
        return rests

    def add(self, sample: Sample) -> None:
        """Read the rest of a sample's article, if it has one that was not read before."""
        rest = sample.meta.get("rest")
        if not isinstance(rest, str) or not rest.strip():
            return
        key = sample.article_id or sample.id
        if key in self._articles:
            return
        found = set(self._runs(words_of(rest), SIZE[language_by_script(rest) in UNSPACED]))
        self._articles[key] = found
        for run in found:
            self._count[run] = self._count.get(run, 0) + 1

    def probe(self, sample: Sample, text: str) -> Leak | str:
        """Return what `text` shares with the rest of the sample's article, or why that is not checked."""
        own = self._articles.get(sample.article_id or sample.id)
        if own is None:
            return "the rest of its article is not known"
        unspaced = language_by_script(str(sample.meta.get("rest"))) in UNSPACED
        size = SIZE[unspaced]
        found = self._runs(words_of(text), size)
        if not found:
            return SHORT
        shown = set(self._runs(words_of(sample.prompt), size))
        longest = run_length = common = elsewhere = 0
        for run in found:
            unseen = run not in shown
            mine = unseen and run in own
            run_length = run_length + 1 if mine else 0
            longest = max(longest, run_length)
            common += mine
            elsewhere += (self._count.get(run, 0) - (run in own)) if unseen else 0
        others = len(self._articles) - 1
        longest = longest + size - 1 if longest else 0
        flagged = longest >= LONG[unspaced]
        units = "characters" if unspaced else "words"
        reason = (
            f"{longest} {units} in a row are those of the rest of the article, which the prompt does not show "
            f"(flagged from {LONG[unspaced]}); so are {100 * common / len(found):.0f}% of its runs of {size}"
        )
        chance = elsewhere / (others * len(found)) if others else None
        return Leak(common / len(found), longest, chance, flagged, reason if flagged else "")

    def _runs(self, words: list[str], size: int) -> list[int]:
        numbers = self._numbers
        numbered: list[Any] = [numbers.setdefault(word, len(numbers)) for word in words]
        return [hash(run) for run in grams(numbered, size)]
