"""balance: each instruction in as many samples as its weight says, one more or less, in spite of all that conflicts.

How often each id is in the set is decided first, and dealt out to the samples at random. Samples then trade ids: at
first to part pairs that no text can follow together, later where a whole set has no witness with other parameters
either. A trade leaves every total as it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from scorers.text.word_lists import pick, pick_some

from ..errors import CannotDraw
from .conflicts import Conflicts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from ..sample import Sample
    from .sample_builder import SampleBuilder, SampleDraft

PARAMETERS = 2
"""Parameters drawn for one set of instructions before ids are traded."""
SEARCHED = 3000
"""Trades for one sample that are tried out before giving up."""
_LOOKED_AT = 200_000
"""Trades for one sample that are looked at, most of which only move a conflict."""
_MIXING = 10
"""Trades a sample, without looking at conflicts, that make the first deal a random one."""
_PARTING = 300
"""Trades a sample, at most, to part the ids that conflict."""


def expected_counts(weights: Mapping[str, float], sizes: Sequence[int]) -> dict[str, Fraction]:
    """Return how often each id is to be in samples of these sizes: in proportion to its weight, once a sample.

    What is above the number of samples goes to the other ids, by their weights.
    """
    left, slots = {id: Fraction(weight) for id, weight in weights.items()}, Fraction(sum(sizes))
    found: dict[str, Fraction] = {}
    while left:
        total = sum(left.values())
        full = [id for id, weight in left.items() if slots * weight > len(sizes) * total]
        if not full:
            return {id: found.get(id, slots * left.get(id, 0) / total) for id in weights}
        for id in full:
            del left[id]
            found[id] = Fraction(len(sizes))
            slots -= len(sizes)
    return found


class Balance:
    """The samples of a balanced set; `drawn` and `sets` count what was tried on the way."""

    def __init__(
        self,
        maker: SampleBuilder,
        questions: Sequence[SampleDraft],
        sizes: Sequence[int],
        rngs: Sequence[Random],
        rng: Random,
    ) -> None:
        """Decide how often each id is in the set; `rngs` draw the parameters of each sample."""
        plan = maker.plan
        self.drawn: Counter[str] = Counter()
        self.sets = 0
        # An id that applies to none of the articles takes no share: nothing could ever be traded for it.
        usable = [id for id in plan.ids if any(maker.fits(id, question) for question in questions)]
        self.expected = expected_counts({id: float(plan.weights.get(id, 1)) for id in usable}, sizes)
        self._maker, self._questions, self._rngs, self._rng = maker, questions, rngs, rng
        self._sets = _deal(rng, _round_counts(rng, self.expected), sizes)
        self._samples: list[Sample | None] = [None] * len(sizes)
        self._conflicts = Conflicts(maker, questions)
        self._same_article: defaultdict[str, list[int]] = defaultdict(list)
        for i, question in enumerate(questions):
            self._same_article[question.article.id].append(i)
        self._why = ""

    def samples(self) -> list[Sample]:
        """Draw until every sample has a witness; raises `CannotDraw` for one that cannot."""
        for _ in range(_MIXING * len(self._sets)):
            i, j = self._two()
            self._sets[i], self._sets[j] = self._exchange(i, j)
        self._part()
        for i, ids in enumerate(self._sets):
            self._samples[i] = self._try(i, ids)
        for i in range(len(self._sets)):
            if self._samples[i] is None:
                self._trade(i)
        return [sample for sample in self._samples if sample is not None]

    def _part(self) -> None:
        """Trade ids away from those that they conflict with, as far as it goes."""
        bad = [i for i in range(len(self._sets)) if self._bad(i, self._sets[i])]
        for _ in range(_PARTING * len(self._sets)):
            if not bad:
                return
            place = int(self._rng.random() * len(bad))
            i, j = bad[place], pick(self._rng, range(len(self._sets)))
            if not self._bad(i, self._sets[i]):
                bad.pop(place)
                continue
            mine, yours = self._exchange(i, j)
            after = self._bad(i, mine) + self._bad(j, yours)
            if i == j or after > self._bad(i, self._sets[i]) + self._bad(j, self._sets[j]):
                continue
            self._sets[i], self._sets[j] = mine, yours
            if j not in bad and self._bad(j, yours):
                bad.append(j)

    def _bad(self, i: int, ids: Sequence[str]) -> int:
        return self._conflicts.among(ids, self._questions[i])

    def _trade(self, i: int) -> None:
        """Give sample `i` other partners; a sample that has a witness has one afterwards too."""
        searched = 0
        for _ in range(_LOOKED_AT):
            j = pick(self._rng, range(len(self._sets)))
            mine, yours = self._exchange(i, j)
            worse = self._samples[j] is not None and self._bad(j, yours)
            if self._bad(i, mine) or worse or (i != j and set(mine) == set(self._sets[i])):
                continue
            searched += 1
            if searched > SEARCHED:
                break
            # One draw each: a set without a witness costs the most time, and the next trade may have one.
            if not (first := self._try(i, mine, draws=1)):
                continue
            second = self._try(j, yours, first, draws=1) if i != j else first
            if second or self._samples[j] is None:
                self._samples[i], self._samples[j] = first, second
                self._sets[i], self._sets[j] = mine, yours
                return
        raise CannotDraw(
            f"{self._questions[i]}: balance = true, but no trade gave {', '.join(self._sets[i])} partners that they "
            f"can be followed with; {self._conflicts.worst(self._sets)}last reason: {self._why}. "
            "Lower count or the weight of what conflicts, or widen pool"
        )

    def _try(self, i: int, ids: Sequence[str], beside: Sample | None = None, draws: int = PARAMETERS) -> Sample | None:
        """Return sample `i` with the instructions `ids`, proven and like no other one, or None."""
        question = self._questions[i]
        if self._bad(i, ids):
            self._why = self._conflicts.describe_one(ids, question)
            return None
        others = (self._samples[k] for k in self._same_article[question.article.id] if k != i)
        known = {sample.id for sample in (*others, beside) if sample}
        for _ in range(draws):
            instructions = [self._maker.instruction(self._rngs[i], id, question, ids) for id in ids]
            sample = self._maker.sample(question, instructions)
            if sample.id in known:
                self._why = "the same sample was generated before"
                continue
            self.sets += 1
            self.drawn.update(ids)
            why = self._maker.why_impossible(sample)
            if not why:
                return sample
            self._why = why
        return None

    def _two(self) -> tuple[int, int]:
        places = range(len(self._sets))
        return pick(self._rng, places), pick(self._rng, places)

    def _exchange(self, i: int, j: int) -> tuple[list[str], list[str]]:
        """Return two sets of the sizes of `i` and `j`, after a trade of what only one of them has: one id, or all."""
        a, b = self._sets[i], self._sets[j]
        if i == j:
            return pick_some(self._rng, a, len(a)), a
        both = [id for id in a if id in b]
        mine, yours = ([id for id in ids if id not in both] for ids in (a, b))
        if not (mine and yours):
            return a, b
        if self._rng.random() < 0.5:
            out, back = pick(self._rng, mine), pick(self._rng, yours)
            return [back if id == out else id for id in a], [out if id == back else id for id in b]
        loose = pick_some(self._rng, [*mine, *yours], len(mine) + len(yours))
        cut = len(mine)
        return (
            pick_some(self._rng, [*both, *loose[:cut]], len(a)),
            pick_some(self._rng, [*both, *loose[cut:]], len(b)),
        )


def _round_counts(rng: Random, expected: Mapping[str, Fraction]) -> dict[str, int]:
    """Round each number up or down, by chance, so that the sum stays."""
    mark = Fraction(rng.random())
    rounded: dict[str, int] = {}
    for id in pick_some(rng, list(expected), len(expected)):
        before, mark = mark, mark + expected[id]
        rounded[id] = mark.__floor__() - before.__floor__()
    return {id: rounded[id] for id in expected}


def _deal(rng: Random, totals: Mapping[str, int], sizes: Sequence[int]) -> list[list[str]]:
    """Deal ids out to samples, none twice to one: to the largest first, what most is left of."""
    left = dict(totals)
    sets: list[list[str]] = [[] for _ in sizes]
    for i in sorted(range(len(sizes)), key=lambda i: -sizes[i]):
        order = pick_some(rng, list(left), len(left))
        sets[i] = sorted(order, key=left.__getitem__, reverse=True)[: sizes[i]]
        for id in sets[i]:
            left[id] -= 1
    if any(left.values()):
        most = max(totals, key=totals.__getitem__)
        raise CannotDraw(
            f"balance = true: the weights cannot be met with these counts; {most} alone would be in {totals[most]} "
            f"of {len(sizes)} samples, most of them too small for another one. Make them more even, or raise count"
        )
    return sets
