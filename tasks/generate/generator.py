"""generator: a plan and articles in, samples out; every accepted set of instructions has a witness.

Every choice derives from `Random.random()` alone, seeded by a string: the same plan, articles and wording give
the same samples on every machine and Python version.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import lcm
from random import Random
from typing import TYPE_CHECKING

from scorers.text.word_lists import pick_weighted

from ..article import opening
from ..errors import CannotDraw
from ..pictures.fonts import load_fonts
from ..pictures.layout import STYLE
from ..quality.article_filter import RejectedArticle
from ..task import get_task
from .balance import Balance
from .modality import TEXT, convert_medium, why_undrawable
from .plan import GenerationPlan
from .sample_builder import ATTEMPTS, REPEATING, TWICE, SampleBuilder, SampleDraft
from .tightness import BY_LENGTH
from .twins.kinds import kind_of, read_twins
from .twins.make import TwinCounts, TwinMaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from scorers import Checker

    from ..article import Article
    from ..prompts.wording import Wording
    from ..sample import Sample


@dataclass(frozen=True)
class GeneratedSet:
    """Samples, and how the drawing went."""

    samples: Sequence[Sample]
    """Round-robin over the tasks."""
    drawn: Counter[str]
    """How often each id was in a drawn set."""
    accepted: Counter[str]
    """How often each id was in an accepted set."""
    sets: int
    """Sets drawn; one of them a sample was accepted."""
    skipped: int
    """Articles left out because they hold no sentence."""
    rejected: tuple[RejectedArticle, ...] = ()
    """Articles that the quality filter rejected."""
    ids: tuple[str, ...] = ()
    """Ids that could be drawn."""
    expected: Mapping[str, float] = field(default_factory=dict)
    """How often each id was to be in an accepted set; empty unless the plan is balanced."""
    twins: TwinCounts = field(default_factory=TwinCounts)
    """The twins of the samples, which follow their base; the other counts are of bases."""


def generate_samples(plan: GenerationPlan, articles: Iterable[Article], wording: Wording | None = None) -> GeneratedSet:
    """Draw every sample of `plan`; raises `CannotDraw` and `BadWording`."""
    drawing = SampleGenerator(plan, articles, wording)
    return drawing.result(list(drawing))


class SampleGenerator:
    """The samples of a plan one by one, as an iterator; the counts of `GeneratedSet` grow with it."""

    def __init__(self, plan: GenerationPlan, articles: Iterable[Article], wording: Wording | None = None) -> None:
        """Check the plan and decide the order of the articles; raises `CannotDraw`."""
        plan.check()
        given = list(articles)
        usable = [article for article in given if not _is_blank(article.text)]
        if not usable:
            raise CannotDraw(f"none of {len(given)} articles holds a sentence; give the source some text to draw from")
        self.skipped = len(given) - len(usable)
        self.rejected, usable = _reject_undrawable(plan, usable)
        self.drawn: Counter[str] = Counter()
        self.accepted: Counter[str] = Counter()
        self.expected: dict[str, float] = {}
        self.sets = 0
        self._plan = plan
        self._maker = SampleBuilder(plan, wording)
        self._articles = _shuffle(Random(f"{plan.seed}/articles"), usable)
        self._seen: set[str] = set()
        self._twins = TwinMaker(plan, wording, usable) if plan.twins else None
        self._samples = self._draw_balanced() if plan.balance else self._draw_all()

    def __iter__(self) -> Iterator[Sample]:
        return self

    def __next__(self) -> Sample:
        return convert_medium(next(self._samples), self._plan.medium)

    def result(
        self,
        samples: Iterable[Sample],
        rejected: tuple[RejectedArticle, ...] = (),
        hold: Callable[[Iterable[Sample]], Sequence[Sample]] = list,
    ) -> GeneratedSet:
        """Return the samples taken from this, with their twins, and how the drawing went; `hold` collects them."""
        twins = self._twins.counts if self._twins else TwinCounts()
        samples = hold(self._twins.add(samples) if self._twins else samples)
        ids, expected = self._plan.ids, self.expected
        rejected = (*rejected, *self.rejected)
        return GeneratedSet(samples, self.drawn, self.accepted, self.sets, self.skipped, rejected, ids, expected, twins)

    def _draw_all(self) -> Iterator[Sample]:
        for question, rng, number in self._iter_drafts():
            yield self._draw_one(question, rng, number)

    def _iter_drafts(self) -> Iterator[tuple[SampleDraft, Random, int]]:
        """Yield each sample's draft, its random generator, and its number of instructions.

        The number is drawn once: drawn again with each set, small sets would crowd out large ones.
        """
        plan, counts = self._plan, self._plan.counts
        tasks = [get_task(name) for name in plan.tasks]
        dealt = counts.deal(Random(f"{plan.seed}/counts"), len(tasks)) if counts.exact else None
        for position in range(plan.size):
            task, index = tasks[position % len(tasks)], position // len(tasks)
            question = self._maker.question(task, self._article(position), index)
            rng = Random(f"{plan.seed}/{task.name}/{question.article.id}/{index}")
            number = dealt[position] if dealt else pick_weighted(rng, counts.numbers, counts.weights)
            yield question, rng, number

    def _article(self, position: int) -> Article:
        """Deal the articles out: all evenly, and to each task another one each time until it has had all.

        When the deal comes back to the same task with the same article, the order moves on by one.
        """
        number = len(self._articles)
        moved = position // lcm(number, len(self._plan.tasks))
        return self._articles[(position + moved) % number]

    def _draw_one(self, question: SampleDraft, rng: Random, number: int) -> Sample:
        failed: Counter[str] = Counter()
        why = ""
        for _ in range(ATTEMPTS):
            instructions = self._draw_set(rng, number, question)
            sample = self._maker.sample(question, instructions)
            if sample.id in self._seen:
                continue
            ids = [instruction.id for instruction in instructions]
            self.sets += 1
            self.drawn.update(ids)
            impossible = self._maker.why_impossible(sample)
            if not impossible:
                self.accepted.update(ids)
                self._seen.add(sample.id)
                return sample
            failed.update(ids)
            why = impossible
        raise CannotDraw(self._gave_up(question, number, failed, why))

    def _draw_balanced(self) -> Iterator[Sample]:
        """Draw the whole set before the first sample of it is given out."""
        drafts = list(self._iter_drafts())
        for question, _, number in drafts:
            self._check_enough(question, number)
        questions, rngs, numbers = zip(*drafts, strict=True)
        balance = Balance(self._maker, questions, numbers, rngs, Random(f"{self._plan.seed}/balance"))
        self.expected = {id: float(number) for id, number in balance.expected.items()}
        samples = balance.samples()
        self.drawn, self.sets = balance.drawn, balance.sets
        self.accepted.update(instruction.id for sample in samples for instruction in sample.instructions)
        yield from samples

    def _draw_set(self, rng: Random, number: int, question: SampleDraft) -> list[Checker]:
        """Draw instructions one by one, each that does not contradict those before it.

        Where too few do, those that contradict fill the set up, which then counts as one without a witness.
        """
        left = self._check_enough(question, number)
        weights = [float(self._plan.weights.get(id, 1)) for id in left]
        instructions: list[Checker] = []
        against: list[Checker] = []
        while left and len(instructions) < number:
            place = pick_weighted(rng, range(len(left)), weights)
            weights.pop(place)
            id = left.pop(place)
            drawn = self._maker.instruction(rng, id, question, [one.id for one in instructions])
            together = [*instructions, drawn]
            if id in (TWICE, REPEATING):
                together = self._redraw_bounds(rng, together, question)
            if self._maker.contradiction(together, question):
                against.append(drawn)
            else:
                instructions = together
        return [*instructions, *against][:number]

    def _redraw_bounds(self, rng: Random, instructions: list[Checker], question: SampleDraft) -> list[Checker]:
        """Return `instructions` with other bounds on lengths: the last one makes a response longer."""
        ids = [one.id for one in instructions]
        return [
            self._maker.instruction(rng, one.id, question, ids) if one.id in BY_LENGTH else one for one in instructions
        ]

    def _check_enough(self, question: SampleDraft, number: int) -> list[str]:
        """Return the ids that can be asked about the article; raises `CannotDraw` if they are fewer than `number`."""
        left = [id for id in self._plan.ids if self._maker.fits(id, question)]
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


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


def _reject_undrawable(
    plan: GenerationPlan, articles: list[Article]
) -> tuple[tuple[RejectedArticle, ...], list[Article]]:
    """Return the articles whose opening no picture can show, where the samples are pictures, and the others.

    Raises `BadPicture` if nothing can be drawn here, and `CannotDraw` if no article is left.
    """
    media = {plan.medium, *(name.partition(":")[2] for name in read_twins(plan.twins) if kind_of(name) == "modality")}
    if media == {TEXT}:
        return (), articles
    load_fonts(STYLE.font_size)
    if plan.medium == TEXT:
        return (), articles
    found = [(article, why_undrawable(opening(article.text, plan.sentences))) for article in articles]
    rejected = tuple(RejectedArticle(article.id, article.title, "modality", why) for article, why in found if why)
    left = [article for article, why in found if not why]
    if not left:
        raise CannotDraw(f"none of {len(articles)} articles can be shown in pictures; the first: {rejected[0].reason}")
    return rejected, left


def _shuffle(rng: Random, articles: Sequence[Article]) -> list[Article]:
    order = list(articles)
    for last in range(len(order) - 1, 0, -1):
        other = int(rng.random() * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order
