"""Nested sets of instructions: those of a sample, fewer of them, and more with the same ones first."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from scorers.text.word_lists import pick_weighted

from ...errors import CannotDraw
from ..sample_builder import SampleBuilder, why_infeasible
from .kinds import LOADS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scorers import Checker

    from ...sample import Sample
    from ..sample_builder import SampleDraft

_TRIES = 12
"""Ways of adding instructions up to the next number, each checked for a witness, before giving up."""


class LoadSets:
    """Finds for each sample its sets of other sizes; the sets of one sample are nested."""

    def __init__(self, builder: SampleBuilder) -> None:
        self.builder = builder
        self._base = ""
        self._sets: dict[int, Sequence[Checker]] = {}

    def find(self, base: Sample, question: SampleDraft, number: int) -> Sequence[Checker]:
        """Return `number` instructions for `base`; empty where no satisfiable set of that size was found."""
        if number <= len(base.instructions):
            return base.instructions[:number]
        if self._base != base.id:
            self._base, self._sets = base.id, {}
            self._extend(base, question)
        return self._sets.get(number, ())

    def _extend(self, base: Sample, question: SampleDraft) -> None:
        """Find a set for each size above the base's, from the smallest, until one is not found."""
        found: Sequence[Checker] = base.instructions
        for number in (one for one in LOADS if one > len(base.instructions)):
            rng = Random(f"{self.builder.plan.seed}/load/{base.id}/{number}")
            for _ in range(_TRIES):
                longer = self._add(found, question, number, rng)
                if len(longer) == number and not why_infeasible(self.builder.sample(question, longer)):
                    found = self._sets[number] = longer
                    break
            else:
                return

    def _add(self, before: Sequence[Checker], question: SampleDraft, number: int, rng: Random) -> list[Checker]:
        """Return `before` with more instructions that do not contradict; fewer than `number` where the pool ends."""
        plan, instructions = self.builder.plan, list(before)
        taken = {one.id for one in before}
        left = [id for id in plan.ids if id not in taken and self.builder.fits(id, question)]
        weights = [float(plan.weights.get(id, 1)) for id in left]
        while left and len(instructions) < number:
            place = pick_weighted(rng, range(len(left)), weights)
            weights.pop(place)
            id = left.pop(place)
            try:
                drawn = self.builder.instruction(rng, id, question, [one.id for one in instructions])
            except CannotDraw:
                continue
            if not self.builder.contradiction([*instructions, drawn], question):
                instructions.append(drawn)
        return instructions
