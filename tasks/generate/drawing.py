"""Draws the instructions of the sample at one place of a plan; the same ones wherever and whenever it is drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import lcm
from random import Random
from typing import TYPE_CHECKING

from scorers.text.word_lists import pick_weighted

from ..errors import CannotDraw
from ..task import get_task
from .sample_builder import ATTEMPTS, REPEATING, TWICE, SampleBuilder, SampleDraft
from .tightness import BY_LENGTH

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from scorers import Checker

    from ..article import Article
    from ..sample import Sample
    from .plan import GenerationPlan


@dataclass(frozen=True)
class DrawnSample:
    """A sample as text, and the sets of instructions that were drawn for it."""

    sample: Sample
    tried: tuple[tuple[str, ...], ...]
    """The ids of each set; the last one has a witness."""


class SampleDrawer:
    """Draws the samples of a plan, each independent of the others but for those that it must not repeat.

    `articles` are in the order of the deal.
    """

    def __init__(self, plan: GenerationPlan, builder: SampleBuilder, articles: Sequence[Article]) -> None:
        self._plan, self._builder, self._articles = plan, builder, articles
        self._tasks = [get_task(name) for name in plan.tasks]
        counts = plan.counts
        self._dealt = counts.deal(Random(f"{plan.seed}/counts"), len(self._tasks)) if counts.exact else None

    def draft(self, place: int) -> tuple[SampleDraft, Random, int]:
        """Return the draft of the sample at a place, its random generator, and its number of instructions.

        The number is drawn once: drawn again with each set, small sets would crowd out large ones.
        """
        plan, counts = self._plan, self._plan.counts
        task, index = self._tasks[place % len(self._tasks)], place // len(self._tasks)
        draft = self._builder.question(task, self._article(place), index)
        rng = Random(f"{plan.seed}/{task.name}/{draft.article.id}/{index}")
        number = self._dealt[place] if self._dealt else pick_weighted(rng, counts.numbers, counts.weights)
        return draft, rng, number

    def _article(self, place: int) -> Article:
        """Deal the articles out: all evenly, and to each task another one each time until it has had all.

        When the deal comes back to the same task with the same article, the order moves on by one.
        """
        number = len(self._articles)
        moved = place // lcm(number, len(self._tasks))
        return self._articles[(place + moved) % number]

    def draw(self, place: int, known: Container[str] = ()) -> DrawnSample:
        """Draw the sample at a place, whose id is none of those `known`; raises `CannotDraw`.

        A known id is one with a witness, so none of the sets that have no witness can have it: with fewer ids known,
        the same sets are drawn, up to the first sample that is not to be repeated.
        """
        question, rng, number = self.draft(place)
        tried: list[tuple[str, ...]] = []
        why = ""
        for _ in range(ATTEMPTS):
            instructions = self._draw_set(rng, number, question)
            sample = self._builder.sample(question, instructions)
            if sample.id in known:
                continue
            tried.append(tuple(instruction.id for instruction in instructions))
            impossible = self._builder.why_impossible(sample)
            if not impossible:
                return DrawnSample(sample, tuple(tried))
            why = impossible
        raise CannotDraw(self._gave_up(question, number, Counter(id for ids in tried for id in ids), why))

    def _draw_set(self, rng: Random, number: int, question: SampleDraft) -> list[Checker]:
        """Draw instructions one by one, each that does not contradict those before it.

        Where too few do, those that contradict fill the set up, which then counts as one without a witness.
        """
        left = self.check_enough(question, number)
        weights = [float(self._plan.weights.get(id, 1)) for id in left]
        instructions: list[Checker] = []
        against: list[Checker] = []
        while left and len(instructions) < number:
            place = pick_weighted(rng, range(len(left)), weights)
            weights.pop(place)
            id = left.pop(place)
            drawn = self._builder.instruction(rng, id, question, [one.id for one in instructions])
            together = [*instructions, drawn]
            if id in (TWICE, REPEATING):
                together = self._redraw_bounds(rng, together, question)
            if self._builder.contradiction(together, question):
                against.append(drawn)
            else:
                instructions = together
        return [*instructions, *against][:number]

    def _redraw_bounds(self, rng: Random, instructions: list[Checker], question: SampleDraft) -> list[Checker]:
        """Return `instructions` with other bounds on lengths: the last one makes a response longer."""
        ids = [one.id for one in instructions]
        return [
            self._builder.instruction(rng, one.id, question, ids) if one.id in BY_LENGTH else one
            for one in instructions
        ]

    def check_enough(self, question: SampleDraft, number: int) -> list[str]:
        """Return the ids that can be asked about the article; raises `CannotDraw` if they are fewer than `number`."""
        left = [id for id in self._plan.ids if self._builder.fits(id, question)]
        if number > len(left):
            raise CannotDraw(
                f"{question}: {number} instructions are to be drawn, but only {len(left)} of the pool of "
                f"{len(self._plan.ids)} can be asked about this article; widen pool or lower count"
            )
        return left

    def _gave_up(self, question: SampleDraft, number: int, failed: Counter[str], why: str) -> str:
        if not failed:
            return (
                f"{question}: every set of {number} instructions that could be generated is in the set already; "
                "add articles, or lower per_task"
            )
        worst = ", ".join(f"{id} in {times}" for id, times in failed.most_common(3))
        pool = self._plan.ids
        names = f" ({', '.join(pool)})" if len(pool) <= 10 else ""
        return (
            f"{question}: none of {ATTEMPTS} sets of {number} instructions from a pool of {len(pool)}{names} is "
            f"satisfiable; most often in them: {worst}; last reason: {why}. Widen pool or limits, or lower count"
        )
