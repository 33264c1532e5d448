"""Summary: samples and verdicts added up to the figures of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from math import fsum
from typing import TYPE_CHECKING, Any, Self

from scorers import Verdict, score
from tasks.sample import Sample
from tasks.task import TASKS

from .adapter import Response
from .cost import Spent
from .errors import StoreError
from .stats import Interval, interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FORMAT = 1
"""Format number of `scores.json`."""
NOT_ASKED = "not_asked"
"""Cause of a question for which nothing is on record (an interrupted run)."""


@dataclass(frozen=True)
class Row:
    """One scored answer; raises `StoreError` without a strict and a loose verdict for each instruction."""

    sample: Sample
    response: Response
    """The answer as it came; spans of verdicts point into its text."""
    strict: Sequence[Verdict]
    loose: Sequence[Verdict]
    extracted: tuple[str, ...] = ()
    """What was taken off this answer before it was verified."""
    truncated: bool = False
    """Cut at the token limit."""
    refused: bool = False
    """A refusal, by the provider's word."""
    blank: bool = False
    """Nothing but white space was there to verify."""

    def __post_init__(self) -> None:
        due = len(self.sample.instructions)
        if len(self.strict) != due or len(self.loose) != due:
            raise StoreError(
                f"sample {self.sample.id}, epoch {self.epoch}: {len(self.strict)} strict and {len(self.loose)} loose "
                f"verdicts, but {due} of each are due; score the run again to have them written anew"
            )

    @property
    def epoch(self) -> int:
        """The epoch of the answer, counting from 0."""
        return self.response.epoch


@dataclass(frozen=True)
class Unscored:
    """A question in an epoch without verdicts; never a score of 0."""

    sample: Sample
    epoch: int
    cause: str
    """One word: a failure's `error`, `unscorable`, `bug` or `not_asked`."""
    message: str = ""
    response: Response | None = None
    """The answer, where there is one that could not be judged."""


@dataclass(frozen=True)
class TaskFigures:
    """One task's strict figures on 0..100; None where nothing of it was scored."""

    n: int
    """Answers scored."""
    unscored: int
    prompt: float | None
    """Share of answers that follow all their instructions."""
    instruction: float | None
    """Share of all instructions that were followed."""
    if_score: float | None
    """Mean over the answers of (all followed + share followed) / 2."""


@dataclass(frozen=True)
class IdFigures:
    """One instruction id's figures on 0..100."""

    n: int
    """Verdicts; an id that stands twice in a question counts twice."""
    prompt: float
    """Share of the answers to questions with this id that follow all their instructions, strictly."""
    instruction: float
    """Share of its own verdicts that are followed, strictly."""
    loose: float
    """The same, loosely."""


@dataclass(frozen=True)
class Summary:
    """The figures of a run, as they stand in `scores.json`; scores on 0..100 to 4 decimals, None if nothing is scored.

    `scored` + `unscored` = `samples` x `epochs`.
    """

    rules: str
    """The rule book of the verdicts."""
    extract: tuple[str, ...]
    """What was taken off the answers before they were verified."""
    samples: int
    epochs: int
    scored: int
    unscored: int
    truncated: int
    """Scored although cut at the token limit."""
    refused: int
    """Scored although the provider calls it a refusal."""
    blank: int
    """Scored although blank: nothing is followed."""
    if_score: float | None
    """Plain mean of the task means, over the tasks with a scored answer."""
    if_score_floor: float | None
    """The same over all tasks with every unscored question as 0; equal to `if_score` if there is none."""
    prompt_strict: float | None
    instruction_strict: float | None
    prompt_loose: float | None
    instruction_loose: float | None
    interval: Interval | None
    """Of `if_score`; None if a task has too few articles for one."""
    by_task: dict[str, TaskFigures] = field(default_factory=dict)
    by_id: dict[str, IdFigures] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    """Unscored questions by cause, most frequent first."""
    spent: Spent | None = None
    """Tokens and cost of everything asked; None where the figures are not those of a run."""

    def to_json(self) -> dict[str, Any]:
        """Return the content of `scores.json`."""
        record = {"format": FORMAT, **asdict(self)}
        return {**record, "extract": list(self.extract)}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote; raises `StoreError` for another format."""
        if record.get("format") != FORMAT:
            raise StoreError(f"scores of format {record.get('format')!r}, but this version reads {FORMAT}; score again")
        known = {name: value for name, value in record.items() if name in cls.__dataclass_fields__}
        known["extract"] = tuple(known["extract"])
        known["spent"] = Spent.from_json(known["spent"]) if known.get("spent") else None
        known["interval"] = Interval.from_json(known["interval"]) if known["interval"] else None
        known["by_task"] = {name: TaskFigures(**figures) for name, figures in known["by_task"].items()}
        known["by_id"] = {name: IdFigures(**figures) for name, figures in known["by_id"].items()}
        return cls(**known)


@dataclass
class _Tally:
    """Running counts of one task, one id or a whole run."""

    rows: int = 0
    whole: int = 0
    whole_loose: int = 0
    verdicts: int = 0
    followed: int = 0
    followed_loose: int = 0

    def add_row(self, row: Row) -> None:
        self.rows += 1
        self.whole += all(verdict.followed for verdict in row.strict)
        self.whole_loose += all(verdict.followed for verdict in row.loose)

    def add_verdicts(self, strict: Sequence[Verdict], loose: Sequence[Verdict]) -> None:
        self.verdicts += len(strict)
        self.followed += sum(verdict.followed for verdict in strict)
        self.followed_loose += sum(verdict.followed for verdict in loose)

    def share(self, of: str) -> float | None:
        count = getattr(self, of)
        total = self.rows if of.startswith("whole") else self.verdicts
        return round(100 * count / total, 4) if total else None


class _Count:
    """Everything counted in one pass over the rows; no response is kept."""

    def __init__(self, samples: Iterable[Sample], epochs: int) -> None:
        self.tasks = {sample.id: sample.task for sample in samples}
        self.epochs = epochs
        self.asked = {task: n * epochs for task, n in Counter(self.tasks.values()).items()}
        self.seen: set[tuple[str, int]] = set()
        self.all = _Tally()
        self.by_task = {task: _Tally() for task in sorted(self.asked, key=_task_order)}
        self.by_id: dict[str, _Tally] = {}
        self.scores: dict[str, list[tuple[str, float]]] = {task: [] for task in self.by_task}
        self.articles = True
        self.flags: Counter[str] = Counter()
        self.causes: Counter[str] = Counter()

    def _book(self, id: str, epoch: int) -> None:
        if id not in self.tasks or not 0 <= epoch < self.epochs:
            raise StoreError(f"sample {id}, epoch {epoch} has a result, but is not among the questions of this run")
        if (id, epoch) in self.seen:
            raise StoreError(f"sample {id}, epoch {epoch} has two results, so neither can be counted")
        self.seen.add((id, epoch))

    def add(self, row: Row) -> None:
        self._book(row.sample.id, row.epoch)
        self.flags.update(truncated=row.truncated, refused=row.refused, blank=row.blank)
        # Questions of published sets come without an article: each is then a cluster of its own.
        self.articles = self.articles and bool(row.sample.article_id)
        cluster = row.sample.article_id or row.sample.id
        self.scores[row.sample.task].append((cluster, score(row.strict).if_score))
        for tally in (self.all, self.by_task[row.sample.task]):
            tally.add_row(row)
            tally.add_verdicts(row.strict, row.loose)
        for id in dict.fromkeys(instruction.id for instruction in row.sample.instructions):
            self.by_id.setdefault(id, _Tally()).add_row(row)
        for instruction, strict, loose in zip(row.sample.instructions, row.strict, row.loose, strict=True):
            self.by_id[instruction.id].add_verdicts((strict,), (loose,))

    def filled(self, rows: Iterable[Row], unscored: Iterable[Unscored]) -> Self:
        for row in rows:
            self.add(row)
        for item in unscored:
            self._book(item.sample.id, item.epoch)
            self.causes[item.cause] += 1
        if missing := len(self.tasks) * self.epochs - len(self.seen):
            self.causes[NOT_ASKED] += missing
        return self


def summarize(
    samples: Iterable[Sample],
    rows: Iterable[Row],
    unscored: Iterable[Unscored] = (),
    *,
    rules: str,
    extract: Sequence[str] = (),
    epochs: int = 1,
    level: float = 0.95,
    spent: Spent | None = None,
) -> Summary:
    """Add up a run in one pass over `rows` and `unscored`, in any order.

    A question that stands in neither counts as unscored, `not_asked`. Raises `StoreError` for a result that belongs
    to no sample or stands twice.
    """
    count = _Count(samples, epochs).filled(rows, unscored)
    total, asked = count.all, count.asked
    return Summary(
        rules=rules,
        extract=tuple(extract),
        samples=len(count.tasks),
        epochs=epochs,
        scored=total.rows,
        unscored=sum(count.causes.values()),
        truncated=count.flags["truncated"],
        refused=count.flags["refused"],
        blank=count.flags["blank"],
        if_score=_mean_of_means({task: len(pairs) for task, pairs in count.scores.items()}, count.scores),
        if_score_floor=_mean_of_means(asked, count.scores) if total.rows else None,
        prompt_strict=total.share("whole"),
        instruction_strict=total.share("followed"),
        prompt_loose=total.share("whole_loose"),
        instruction_loose=total.share("followed_loose"),
        interval=interval(count.scores, level, unit="articles" if count.articles else "questions"),
        by_task={task: _task_figures(count, task, asked[task]) for task in count.by_task},
        by_id={id: _id_figures(count.by_id[id]) for id in sorted(count.by_id)},
        failures=dict(sorted(count.causes.items(), key=lambda item: (-item[1], item[0]))),
        spent=spent,
    )


def _mean_of_means(sizes: Mapping[str, int], scores: Mapping[str, Sequence[tuple[str, float]]]) -> float | None:
    """Average the task means, each over `sizes[task]` answers; a task of size 0 is left out."""
    means = [fsum(score for _, score in scores[task]) / size for task, size in sizes.items() if size]
    return round(100 * fsum(means) / len(means), 4) if means else None


def _task_figures(count: _Count, task: str, asked: int) -> TaskFigures:
    tally = count.by_task[task]
    mean = _mean_of_means({task: tally.rows}, count.scores)
    return TaskFigures(tally.rows, asked - tally.rows, tally.share("whole"), tally.share("followed"), mean)


def _id_figures(tally: _Tally) -> IdFigures:
    shares = [tally.share(of) for of in ("whole", "followed", "followed_loose")]
    whole, strict, loose = (share or 0.0 for share in shares)
    return IdFigures(tally.verdicts, whole, strict, loose)


def _task_order(task: str) -> tuple[int, str]:
    return (TASKS.index(task) if task in TASKS else len(TASKS), task)
