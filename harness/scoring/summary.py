"""Summary: samples and verdicts added up to the figures of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .results import ScoredResponse

if TYPE_CHECKING:
    from .results import UnscoredSample

from dataclasses import asdict, dataclass, field
from math import fsum
from typing import TYPE_CHECKING, Any, Self

from scorers import score
from tasks.limits.value_kinds import AMOUNT, COUNTS, TEXT, TEXTS, ValueKind, find_wrong_kind, or_null
from tasks.sample import Sample

from ..config.published import IF_SCORE, TURN_MEAN
from ..errors import StoreError
from ..store.charges import SpentTotals
from .breakdowns.cutoff import ByTrainingCutoff, CutoffCount
from .breakdowns.epochs import Epochs
from .breakdowns.headline import Headline, MetricValue
from .breakdowns.turn_changes import TurnChanges, turn_changes
from .breakdowns.turns import DialogueMetrics, TurnCount
from .breakdowns.twins import TwinCount, TwinMetrics
from .counts import Counts, RunCounts
from .intervals import ClusteredScores, Interval, interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tasks.formats.sample_file import SampleFile

FORMAT = 1
"""Format number of `scores.json`."""


@dataclass(frozen=True)
class TaskMetrics:
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
class InstructionMetrics:
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
    """The figures of a run, as they are in `scores.json`; scores on 0..100 to 4 decimals, None if nothing is scored.

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
    by_task: dict[str, TaskMetrics] = field(default_factory=dict)
    by_id: dict[str, InstructionMetrics] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    """Unscored questions by cause, most frequent first."""
    spent: SpentTotals | None = None
    """Tokens and cost of everything asked; None where the figures are not those of a run."""
    by_epoch: Epochs | None = None
    """Metrics over several responses to a sample; None where each was requested once."""
    by_turn: DialogueMetrics | None = None
    """Multi-IF's metrics; None where no sample is a turn of its dialogues."""
    turn_changes: TurnChanges | None = None
    """What changes from turn to turn; None where no dialogue has verdicts on two turns."""
    by_cutoff: ByTrainingCutoff | None = None
    """Articles from before and after the model's cut-off; None where neither is known."""
    by_twin: TwinMetrics | None = None
    """Twins against their bases, and reliable@k; None where no sample has a twin."""
    headline: Headline | None = None
    """The metric that the published set reports first; None where that is the IF score."""
    after: dict[str, int] = field(default_factory=dict)
    """Scored answers of dialogues of which an earlier answer was cut or a refusal, by that; not there without any."""

    def to_json(self) -> dict[str, Any]:
        """Return the content of `scores.json`."""
        record = {"format": FORMAT, **asdict(self)}
        present: dict[str, Any] = {}
        for name in ("headline", "by_epoch", "by_turn", "turn_changes", "by_cutoff", "by_twin"):
            del record[name]
            if found := getattr(self, name):
                present[name] = found.to_json()
        if not self.after:
            del record["after"]
        return {**record, "extract": list(self.extract), **present}

    @property
    def first_metric(self) -> Headline:
        """The metric to report first: the set's headline, or the IF score."""
        return self.headline or Headline(self.if_score, self.interval, self.if_score_floor)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote; raises `StoreError` for another format or a damaged record."""
        if record.get("format") != FORMAT:
            raise StoreError(f"scores of format {record.get('format')!r}, but this version reads {FORMAT}; score again")
        if wrong := find_wrong_kind(record, _KINDS):
            raise StoreError(f"scores.json: {wrong}; score again")
        known = {name: value for name, value in record.items() if name in cls.__dataclass_fields__}
        known["extract"] = tuple(known["extract"])
        known["spent"] = SpentTotals.from_json(known["spent"]) if known.get("spent") else None
        known["interval"] = Interval.from_json(known["interval"]) if known["interval"] else None
        known["headline"] = Headline.from_json(known["headline"]) if known.get("headline") else None
        known["by_epoch"] = Epochs.from_json(known["by_epoch"]) if known.get("by_epoch") else None
        known["by_cutoff"] = ByTrainingCutoff.from_json(known["by_cutoff"]) if known.get("by_cutoff") else None
        known["by_turn"] = DialogueMetrics.from_json(known["by_turn"]) if known.get("by_turn") else None
        known["by_twin"] = TwinMetrics.from_json(known["by_twin"]) if known.get("by_twin") else None
        changes = known.get("turn_changes")
        known["turn_changes"] = TurnChanges.from_json(changes) if changes else None
        known["by_task"] = {name: TaskMetrics(**figures) for name, figures in known["by_task"].items()}
        known["by_id"] = {name: InstructionMetrics(**figures) for name, figures in known["by_id"].items()}
        return cls(**known)


_SCORE = or_null(AMOUNT)
_BOUNDS = {"low": AMOUNT, "high": AMOUNT, "level": AMOUNT, "method": TEXT}
_INTERVAL = ValueKind(
    lambda value: isinstance(value, dict) and _BOUNDS.keys() <= value.keys() and not find_wrong_kind(value, _BOUNDS),
    "an interval",
)
_KINDS = {
    "rules": TEXT,
    "extract": TEXTS,
    "samples": AMOUNT,
    "epochs": AMOUNT,
    "scored": AMOUNT,
    "unscored": AMOUNT,
    "if_score": _SCORE,
    "if_score_floor": _SCORE,
    "interval": or_null(_INTERVAL),
    "failures": COUNTS,
}


class SummaryBuilder:
    """Adds up a run, one result at a time and in any order; keeps neither questions nor answers.

    Raises `StoreError` for a result that belongs to no sample or stands twice.
    """

    def __init__(
        self,
        samples: SampleFile | Iterable[Sample],
        epochs: int = 1,
        cutoff: str | None = None,
        headline: str = IF_SCORE,
    ) -> None:
        self._count = RunCounts(samples, epochs, headline)
        self._fresh = CutoffCount(cutoff)
        self.turns = TurnCount()
        """The verdicts on turns of dialogues."""
        self._twins = TwinCount()

    def add(self, result: ScoredResponse | UnscoredSample) -> None:
        """Add a scored answer, or a question without one."""
        self.turns.add(result)
        self._twins.add(result)
        if isinstance(result, ScoredResponse):
            self._count.add(result)
            self._fresh.add(result.sample, score(result.strict).if_score)
        else:
            self._count.miss(result)

    def summary(
        self, *, rules: str, extract: Sequence[str] = (), level: float = 0.95, spent: SpentTotals | None = None
    ) -> Summary:
        """Return the figures; a question of which nothing was added counts as unscored, `not_asked`."""
        count = self._count
        causes = count.all_causes()
        total, asked, scores = count.all, count.asked, count.scores
        mean = _mean_of_means({task: len(pairs) for task, pairs in scores.items()}, scores)
        by_turn, of_turns = self.turns.metrics(), self.turns.mean(level)
        others = {TURN_MEAN: of_turns} if of_turns else {}
        unit = "dialogues" if by_turn else "articles"
        unit = unit if count.articles else "questions"
        found = interval(scores, level, unit=unit)
        floor = _mean_of_means(asked, scores) if total.rows else None
        return Summary(
            rules=rules,
            extract=tuple(extract),
            samples=len(count.numbers),
            epochs=count.epochs,
            scored=total.rows,
            unscored=causes.total(),
            truncated=count.flags["truncated"],
            refused=count.flags["refused"],
            blank=count.flags["blank"],
            if_score=mean,
            if_score_floor=floor,
            prompt_strict=total.share("whole"),
            instruction_strict=total.share("followed"),
            prompt_loose=total.share("whole_loose"),
            instruction_loose=total.share("followed_loose"),
            interval=found,
            by_task={task: _task_figures(count, task, asked[task]) for task in count.by_task},
            by_id={id: _id_figures(count.by_id[id]) for id in sorted(count.by_id)},
            failures=dict(sorted(causes.items(), key=lambda item: (-item[1], item[0]))),
            spent=spent,
            by_epoch=count.by_epoch.figures(mean, found) if count.epochs > 1 else None,
            by_turn=by_turn,
            turn_changes=turn_changes(self.turns),
            headline=count.headline.figures(MetricValue(mean, found, floor), level, unit, others),
            by_cutoff=self._fresh.figures(),
            by_twin=self._twins.metrics(level),
            after=dict(sorted(count.after.items())),
        )


def summarize(
    samples: Iterable[Sample],
    rows: Iterable[ScoredResponse],
    unscored: Iterable[UnscoredSample] = (),
    *,
    rules: str,
    extract: Sequence[str] = (),
    epochs: int = 1,
    level: float = 0.95,
    spent: SpentTotals | None = None,
) -> Summary:
    """Add up a run in one pass over `rows` and `unscored`, in any order; see `Adding`."""
    adding = SummaryBuilder(samples, epochs)
    for row in rows:
        adding.add(row)
    for item in unscored:
        adding.add(item)
    return adding.summary(rules=rules, extract=extract, level=level, spent=spent)


def _mean_of_means(sizes: Mapping[str, int], scores: Mapping[str, ClusteredScores]) -> float | None:
    """Average the task means, each over `sizes[task]` answers; a task of size 0 is left out."""
    means = [fsum(score for _, score in scores[task]) / size for task, size in sizes.items() if size]
    return round(100 * fsum(means) / len(means), 4) if means else None


def _task_figures(count: RunCounts, task: str, asked: int) -> TaskMetrics:
    tally = count.by_task[task]
    mean = _mean_of_means({task: tally.rows}, count.scores)
    return TaskMetrics(tally.rows, asked - tally.rows, tally.share("whole"), tally.share("followed"), mean)


def _id_figures(tally: Counts) -> InstructionMetrics:
    shares = [tally.share(of) for of in ("whole", "followed", "followed_loose")]
    whole, strict, loose = (share or 0.0 for share in shares)
    return InstructionMetrics(tally.verdicts, whole, strict, loose)
