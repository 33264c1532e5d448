"""generator: a plan and articles in, samples out; every accepted set of instructions has a witness.

Every choice derives from `Random.random()` alone, seeded by a string: the same plan, articles and wording give
the same samples on every machine and Python version.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from random import Random
from typing import TYPE_CHECKING

from ..article import opening
from ..errors import CannotDraw
from ..pictures.fonts import load_fonts
from ..pictures.layout import STYLE
from ..quality.article_filter import RejectedArticle
from .balance import Balance
from .drawing import SampleDrawer
from .modality import TEXT, convert_medium, why_undrawable
from .plan import GenerationPlan
from .sample_builder import SampleBuilder
from .twins.kinds import kind_of, read_twins
from .twins.make import TwinCounts, TwinMaker

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

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
    return drawing.result([sample for draw in drawing.draws() for sample in draw.samples])


@dataclass(frozen=True)
class Draw:
    """What was drawn for one place of a plan."""

    id: str
    """Of the sample as text, by which it differs from the others."""
    samples: tuple[Sample, ...]
    """The sample, and its twins."""
    tried: tuple[tuple[str, ...], ...] = ()
    """The ids of each set of instructions that was drawn; the last one was accepted."""
    twins: TwinCounts = field(default_factory=TwinCounts)


class SampleGenerator:
    """The samples of a plan one by one, as an iterator; the counts of `GeneratedSet` grow with it.

    With `draws`, the same samples come with their twins, and places may be drawn elsewhere before: see `draw`.
    """

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
        self.twins = TwinCounts()
        self._plan = plan
        self._builder = SampleBuilder(plan, wording)
        self._drawer = SampleDrawer(plan, self._builder, _shuffle(Random(f"{plan.seed}/articles"), usable))
        self.seen: set[str] = set()
        """Ids of the samples so far, as text."""
        self._maker = TwinMaker(plan, wording, usable) if plan.twins else None
        self._samples = self._iter_samples()

    def __iter__(self) -> Iterator[Sample]:
        return self

    def __next__(self) -> Sample:
        return convert_medium(next(self._samples), self._plan.medium)

    def draw(self, place: int, known: Container[str] = ()) -> Draw:
        """Draw a place of a plan that is not balanced, with its twins; changes nothing here, and can be pickled.

        `known` are the ids that it must not repeat. Those of places in other processes are not known: `draws` draws a
        place again that repeats one of them. Raises `CannotDraw`.
        """
        drawn = self._drawer.draw(place, known)
        return self._with_twins(drawn.sample, drawn.tried)

    def draws(self, drawn: Iterable[Draw] | None = None) -> Iterator[Draw]:
        """Yield all draws in order, each sample different, and count them; `drawn` are those of `draw`, in order.

        They are the same with `drawn` and without, which is for balanced plans.
        """
        if self._plan.balance:
            for sample in self._draw_balanced():
                yield self._count_twins(self._with_twins(sample))
            return
        if drawn is None:
            drawn = (self.draw(place, self.seen) for place in range(self._plan.size))
        for place, draw in enumerate(drawn):
            accepted = self.draw(place, self.seen) if draw.id in self.seen else draw
            self._count(accepted.id, accepted.tried)
            yield self._count_twins(accepted)

    def result(self, samples: Sequence[Sample], rejected: tuple[RejectedArticle, ...] = ()) -> GeneratedSet:
        """Return the samples taken from this, and how the drawing went."""
        rejected = (*rejected, *self.rejected)
        counts = (self.drawn, self.accepted, self.sets, self.skipped)
        return GeneratedSet(samples, *counts, rejected, self._plan.ids, self.expected, self.twins)

    def _iter_samples(self) -> Iterator[Sample]:
        if self._plan.balance:
            yield from self._draw_balanced()
            return
        for place in range(self._plan.size):
            drawn = self._drawer.draw(place, self.seen)
            self._count(drawn.sample.id, drawn.tried)
            yield drawn.sample

    def _count(self, id: str, tried: tuple[tuple[str, ...], ...]) -> None:
        self.seen.add(id)
        self.sets += len(tried)
        self.drawn.update(chain.from_iterable(tried))
        self.accepted.update(tried[-1])

    def _count_twins(self, draw: Draw) -> Draw:
        self.twins.add(draw.twins)
        return draw

    def _with_twins(self, sample: Sample, tried: tuple[tuple[str, ...], ...] = ()) -> Draw:
        shown = convert_medium(sample, self._plan.medium)
        if self._maker is None:
            return Draw(sample.id, (shown,), tried)
        counts = TwinCounts()
        return Draw(sample.id, tuple(self._maker.group(shown, counts)), tried, counts)

    def _draw_balanced(self) -> Iterator[Sample]:
        """Draw the whole set before the first sample of it is given out."""
        drafts = [self._drawer.draft(place) for place in range(self._plan.size)]
        for question, _, number in drafts:
            self._drawer.check_enough(question, number)
        questions, rngs, numbers = zip(*drafts, strict=True)
        balance = Balance(self._builder, questions, numbers, rngs, Random(f"{self._plan.seed}/balance"))
        self.expected = {id: float(number) for id, number in balance.expected.items()}
        samples = balance.samples()
        self.drawn, self.sets = balance.drawn, balance.sets
        self.accepted.update(instruction.id for sample in samples for instruction in sample.instructions)
        yield from samples


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
