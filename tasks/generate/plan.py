"""GenerationPlan: which samples are generated, checked before the first one is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scorers import Checker, load
from scorers.catalog import source_of
from scorers.errors import ScorersError, did_you_mean
from scorers.rule_books import CHAINS, books_of

from ..errors import CannotDraw
from ..task import TASKS
from .instruction_counts import InstructionCounts, read_counts, read_weight
from .modality import check_modality
from .pools import DEFAULT, resolve_pool
from .tightness import BOUNDED
from .twins.kinds import read_twins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLACEMENTS = ("user", "system", "second")
"""Turns that can have the instructions of a sample."""


@dataclass(frozen=True)
class GenerationPlan:
    """What decides a set of samples, beside the articles and the wording."""

    tasks: Sequence[str] = tuple(TASKS)
    per_task: int | None = None
    """Samples of each task; either this or `total` is given."""
    total: int | None = None
    """Samples altogether, dealt round-robin over the tasks."""
    sentences: int = 10
    """Length of the opening, 1 or more."""
    pool: Sequence[str] | str | None = None
    """Instruction ids to draw from, or the name of a pool (`tasks.generate.pools`); None is IFEval's."""
    count: int | Sequence[int] | Mapping[int, float] | Mapping[str, Any] = (2, 5)
    """Instructions of a sample: a number, a pair (fewest, most), a histogram {number: weight}, or one without chance,
    {"exact": {number: samples}}."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """How much more often than 1 an id is drawn, by id; 0 is never."""
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Narrower bounds of drawn parameters, by id and parameter name."""
    balance: bool = False
    """Whether each id is in as many samples as its weight says, give or take one; else only on average."""
    tightness: float | None = None
    """How close bounds on length come to the usual lengths (`tasks.generate.tightness`): 0 to 1; None: by chance."""
    placement: str = "user"
    """Where the instructions are: in the `user` turn, in a `system` turn before it, or in a `second` user turn after
    a response of the model to the task alone."""
    modality: str = "text"
    """The medium of the samples (`tasks.generate.modality`): `text`, or `image` for pictures of text."""
    image: str = "article"
    """What the pictures show: the `article`, or `all` that the user turns say."""
    twins: Sequence[str] = ()
    """Twins of each sample: kinds (`tasks.generate.twins.kinds`), or single ones as `kind:variant`."""
    rules: str = "audited"
    """The rule book that the samples belong to."""
    seed: int = 0

    @property
    def medium(self) -> str:
        """The medium of the samples, as the twin kind `modality` names it: `text`, `article` or `all`."""
        return self.image if self.modality == "image" else self.modality

    @property
    def size(self) -> int:
        """How many samples are to be drawn."""
        return self.total if self.total is not None else (self.per_task or 0) * len(self.tasks)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids that can be drawn: the pool without those of weight 0."""
        return tuple(id for id in self.members if self.weights.get(id, 1) > 0)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The ids of the pool; of a named one, those that the rule book defines. Raises `CannotDraw`."""
        if self.pool is not None and not isinstance(self.pool, str):
            return tuple(self.pool)
        pool = resolve_pool(DEFAULT if self.pool is None else self.pool)
        return tuple(id for id in pool if self.rules in books_of(load(id)))

    @cached_property
    def counts(self) -> InstructionCounts:
        """How many instructions samples have; raises `CannotDraw`."""
        return read_counts(self.count)

    def check(self) -> None:
        """Raise `CannotDraw`, naming the key, for anything that cannot be drawn."""
        self._check_sizes()
        if self.rules not in CHAINS:
            raise CannotDraw(
                f"rules: unknown rule book {self.rules!r}{did_you_mean(self.rules, CHAINS)} ({', '.join(CHAINS)})"
            )
        for id in self.members:
            checker = _load_checker("pool", id)
            if self.rules not in books_of(checker):
                raise CannotDraw(f"pool: {id} is not in the rule book {self.rules!r}, only in {_books(checker)}")
        if len(set(self.members)) < len(self.members):
            twice = next(id for i, id in enumerate(self.members) if id in self.members[:i])
            raise CannotDraw(f"pool names {twice!r} twice; to draw it more often, give it a weight")
        for id, weight in self.weights.items():
            self._check_pooled("weights", id)
            read_weight(f'weights."{id}"', weight)
        for id in self.ids:
            _check_drawable(load(id))
        for id, limits in self.limits.items():
            self._check_pooled("limits", id)
            _check_limits(_load_checker("limits", id), limits)
        self._check_count()
        self._check_control()
        check_modality(self.modality, self.image)
        read_twins(self.twins)

    def _check_count(self) -> None:
        most = self.counts.numbers[-1]
        if most > len(self.ids):
            raise CannotDraw(
                f"count asks for up to {most} instructions in a sample, but the pool has only {len(self.ids)} "
                "of a weight above 0; lower count or widen pool"
            )
        if self.counts.exact and self.counts.samples != self.size:
            raise CannotDraw(
                f"count.exact adds up to {self.counts.samples} samples, but {self.size} are to be drawn; change one "
                "or the other"
            )

    def _check_control(self) -> None:
        if type(self.balance) is not bool:
            raise CannotDraw(f"balance must be true or false, got {self.balance!r}")
        if self.placement not in PLACEMENTS:
            raise CannotDraw(
                f"placement: unknown {self.placement!r}{did_you_mean(str(self.placement), PLACEMENTS)} "
                f"(placements: {', '.join(PLACEMENTS)})"
            )
        if self.tightness is None:
            return
        if (
            isinstance(self.tightness, bool)
            or not isinstance(self.tightness, int | float)
            or not 0 <= self.tightness <= 1
        ):
            raise CannotDraw(f"tightness must be a number from 0 to 1, got {self.tightness!r}")
        if not any(id in self.ids for id in BOUNDED):
            raise CannotDraw(
                f"tightness would move nothing: it bounds {', '.join(BOUNDED)}, and the pool draws none of these"
            )

    def _check_sizes(self) -> None:
        if (self.per_task is None) == (self.total is None):
            raise CannotDraw("give either per_task or total, one of the two")
        for name in ("per_task", "total", "sentences"):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < 1):
                raise CannotDraw(f"{name} must be a whole number of at least 1, got {value!r}")
        if type(self.seed) is not int:
            raise CannotDraw(f"seed must be a whole number, got {self.seed!r}")
        if isinstance(self.tasks, str) or not self.tasks:
            raise CannotDraw(f"tasks must be a list of task names ({', '.join(TASKS)}), got {self.tasks!r}")
        for i, task in enumerate(self.tasks):
            if task not in TASKS:
                raise CannotDraw(
                    f"tasks: unknown task {task!r}{did_you_mean(str(task), TASKS)} (tasks: {', '.join(TASKS)})"
                )
            if task in self.tasks[:i]:
                raise CannotDraw(f"tasks names {task!r} twice")

    def _check_pooled(self, key: str, id: str) -> None:
        _load_checker(key, id)
        if id not in self.members:
            raise CannotDraw(
                f"{key}: {id!r} is not in the pool{did_you_mean(id, self.members)}; add it there or leave it out here"
            )


def _load_checker(key: str, id: str) -> type[Checker]:
    try:
        return load(id)
    except ScorersError as error:
        raise CannotDraw(f"{key}: {error}") from None


def _check_drawable(checker: type[Checker]) -> None:
    why = checker.draw_error()
    if why:
        raise CannotDraw(
            f"pool: {checker.id} cannot be drawn: {source_of(checker)} {why}; add that (docs/adding-a-checker.md), or "
            "take the id out of the pool: responses to a samples file that names it are verified without it"
        )


def _books(checker: type[Checker]) -> str:
    return ", ".join(books_of(checker))


def _check_limits(checker: type[Checker], limits: Any) -> None:
    if not isinstance(limits, dict):
        raise CannotDraw(f'limits."{checker.id}" must map parameter names to bounds, got {limits!r}')
    params = checker.params()
    for name, limit in limits.items():
        if name not in params:
            has = f"it takes {', '.join(params)}" if params else "it takes none"
            raise CannotDraw(f"limits: {checker.id} has no parameter {name!r}{did_you_mean(name, params)} ({has})")
        why = params[name].describe_bad_limit(limit)
        if why:
            raise CannotDraw(f'limits."{checker.id}".{name} {why}, got {limit!r}')
