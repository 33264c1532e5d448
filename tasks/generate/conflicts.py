"""conflicts: which two instructions can never be in one sample; found by looking for witnesses, never listed."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from .sample_builder import why_infeasible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .sample_builder import SampleBuilder, SampleDraft

TRIED = 9
"""Parameters, on different articles, that are drawn for a pair before it counts as a conflict."""


class Conflicts:
    """What is known of pairs of ids, and of ids and articles; each is looked at once, when it is first needed."""

    def __init__(self, maker: SampleBuilder, questions: Sequence[SampleDraft]) -> None:
        self._maker, self._questions = maker, questions
        self._pairs: dict[tuple[str, str], str] = {}

    def among(self, ids: Sequence[str], question: SampleDraft) -> int:
        """Return how many pairs of `ids` conflict, and how many of them cannot be asked about the article."""
        pairs = sum(bool(self._why(*pair)) for pair in combinations(ids, 2))
        return pairs + sum(not self._maker.fits(id, question) for id in ids)

    def describe_one(self, ids: Sequence[str], question: SampleDraft) -> str:
        """Describe one conflict of `ids`, "" if there is none."""
        for id in ids:
            if not self._maker.fits(id, question):
                return f"{id} cannot be asked about this article"
        found = ((pair, why) for pair in combinations(ids, 2) if (why := self._why(*pair)))
        return next((f"{a} and {b}: {why}" for (a, b), why in found), "")

    def worst(self, sets: Sequence[Sequence[str]]) -> str:
        """Name what conflicts most in `sets`, as the beginning of a sentence; "" if nothing does."""
        times = Counter(id for ids in sets for pair in combinations(ids, 2) if self._why(*pair) for id in pair)
        if not times:
            return ""
        [(id, _)] = times.most_common(1)
        return f"{id} conflicts with too many others to be in that many samples; "

    def _why(self, one: str, other: str) -> str:
        """Say why no sample can have both instructions, "" if one can."""
        pair = (one, other) if one < other else (other, one)
        if pair not in self._pairs:
            self._pairs[pair] = self._search(*pair)
        return self._pairs[pair]

    def _search(self, one: str, other: str) -> str:
        # A generator of its own, so that it does not matter which pair comes first.
        rng = Random(f"{self._maker.plan.seed}/pair/{one}/{other}")
        why, tried = "no article goes with both", 0
        for question in self._questions:
            if not (self._maker.fits(one, question) and self._maker.fits(other, question)):
                continue
            instructions = [self._maker.instruction(rng, id, question, (one, other)) for id in (one, other)]
            why = why_infeasible(self._maker.sample(question, instructions))
            tried += 1
            if not why or tried == TRIED:
                break
        return why
