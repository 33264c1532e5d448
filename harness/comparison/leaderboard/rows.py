"""Rows of a leaderboard: one for each run or published score, with what its score measures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial as bind
from itertools import chain
from math import fsum
from operator import truediv
from typing import TYPE_CHECKING, Any

from ...config.published import IF_SCORE, TURN_MEAN, headline_of, set_of
from ...scoring.breakdowns.headline import HeadlineCount, MetricValue
from ...scoring.counts import UNFINISHED
from ...scoring.intervals import ClusteredScores, Interval, interval
from ...scoring.per_response.sample_result import score_verdicts
from ..statistics.fields import find_scored, number_clusters, pick_results, read_field
from ..statistics.twins import reliability_of
from .by_turn import turn_mean, turn_values
from .livebench import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ...scoring.breakdowns.headline import Headline
    from ...scoring.breakdowns.twin_groups import Reliability
    from ...scoring.scored_run import ScoredRun
    from .livebench import PublishedBoard, PublishedRow, ReleaseQuestions

ASPECTS = ("questions", "release", "rules", "mode")
"""Aspects in which two rows can differ so that their scores are not comparable."""


@dataclass(frozen=True)
class RowKind:
    """What a score measures: rows of one kind can be compared."""

    questions: str
    """Digest of the sample set; for an unknown published one, its name."""
    release: str
    rules: str
    mode: str
    """What was removed from the responses before verification, or which part was scored, in words."""
    tasks: tuple[str, ...]
    """The tasks that the IF score is the mean of."""
    about: str = field(compare=False, default="")
    """The sample set in words."""
    published_set: str = field(compare=False, default="")
    """Name of the published set; "" for generated samples."""
    metric: str = field(compare=False, default=IF_SCORE)
    """The metric that the set reports first."""

    def differs(self, other: RowKind) -> list[str]:
        """Return the aspects in which two kinds differ."""
        named = [name for name in ASPECTS if getattr(self, name) != getattr(other, name)]
        return [*named, *(["tasks scored"] if self.tasks != other.tasks else [])]


@dataclass(frozen=True)
class LeaderboardRow:
    """One row; scores on 0..100, to 4 decimals or as published."""

    model: str
    run: str
    """Name of the results folder; "" for a published row."""
    kind: RowKind
    if_score: float | None
    interval: Interval | None
    tasks: dict[str, float]
    scored: int
    of: int
    notes: tuple[str, ...] = ()
    started: str = ""
    """UTC."""
    headline: Headline | None = None
    """None where the IF score is reported first."""
    turns: dict[str, float] = field(default_factory=dict)
    """Of dialogues: the mean of four accuracies by turn, then by turn and language (`turn_1, Hindi`)."""
    twins: Reliability | None = None
    """reliable@k over groups of twins; None without any."""

    @property
    def first_metric(self) -> MetricValue:
        """The metric that the set reports first."""
        return self.headline or MetricValue(self.if_score, self.interval)

    def value(self, column: str) -> Any:
        """Return the value of a column to sort by; None where there is none."""
        own = {"if": self.if_score, "model": self.model.casefold(), "run": self.run or None, "scored": self.scored}
        own["reliable"] = self.twins.reliable if self.twins else None
        if column == self.kind.published_set:
            return self.first_metric.value
        return own[column] if column in own else self.tasks.get(column, self.turns.get(column))


def run_row(run: ScoredRun) -> LeaderboardRow:
    """Return the row of a run."""
    scored = find_scored(run.results)
    # A sample of a published set has no article: it is a cluster of its own.
    articles = read_field(run.results, "article_id", scored)
    cluster = number_clusters(articles, read_field(run.results, "sample_id", scored))
    task = read_field(run.results, "task", scored).in_order()
    points = read_field(run.results, "strict", scored).map(score_verdicts)
    pairs = {}
    for name in task.values:
        own = task.is_value(name)
        pairs[name] = ClusteredScores(cluster[own].tolist(), points[own].tolist())
    means = {name: fsum(score for _, score in found) / len(found) for name, found in pairs.items()}
    unit = "articles" if articles.where(bool).all() else "questions"
    score = round(100 * fsum(means.values()) / len(means), 4) if means else None
    found = interval(pairs, unit=unit)
    headline = _headline(run, MetricValue(score, found), unit)
    return LeaderboardRow(
        model=run.model,
        run=run.name,
        kind=_kind(run, tuple(sorted(means))),
        if_score=score,
        interval=found,
        tasks={task: round(100 * mean, 4) for task, mean in means.items()},
        scored=len(scored),
        of=len(run.results),
        notes=tuple(_notes(run, scored, headline)),
        started=run.manifest.started,
        headline=headline,
        turns=turn_values(run),
        twins=reliability_of(pick_results(run.results, "twin")),
    )


def _headline(run: ScoredRun, if_score: MetricValue, unit: str) -> Headline | None:
    """Return the headline of a run; None where the IF score is reported first."""
    count = HeadlineCount(headline_of(run.manifest.questions))
    read = bind(read_field, run.results)
    cluster = number_clusters(read("article_id"), read("sample_id")).tolist()
    fields = (read(name) for name in ("unscored", "ids", "strict", "loose"))
    for number, (unscored, ids, strict, loose) in zip(cluster, zip(*fields, strict=True), strict=True):
        if unscored:
            count.miss(len(ids))
        else:
            count.add(strict, loose, number)
    of_turns = turn_mean(run)
    return count.figures(if_score, 0.95, unit, {TURN_MEAN: of_turns} if of_turns else {})


def _notes(run: ScoredRun, scored: NDArray[np.intp], headline: Headline | None) -> Iterable[str]:
    causes = Counter(filter(None, read_field(run.results, "unscored")))
    left = sum(causes.pop(cause, 0) for cause in UNFINISHED)
    if left:
        yield f"unfinished: {left} of {len(run.results)} samples have no response yet"
    if causes:
        named = ", ".join(f"{cause} {count}" for cause, count in causes.most_common())
        label, floor = (headline.label, headline.floor) if headline else ("IF", _floor(run, scored))
        with_zeros = f"; with a 0 for each unscored, {label} {floor:.2f}" if floor is not None else ""
        yield f"{causes.total()} unscored ({named}) and not in its {label}{with_zeros}"
    missing = sorted({*read_field(run.results, "task")} - {*read_field(run.results, "task", scored)})
    if missing and len(scored):
        yield f"nothing scored of {', '.join(missing)}, so that is not in its IF"
    flags = Counter(chain.from_iterable(read_field(run.results, "flags", scored)))
    yield from (f"{flags[name]} {name}" for name in ("truncated", "refused", "blank") if flags[name])


def _floor(run: ScoredRun, scored: NDArray[np.intp]) -> float:
    """Return the IF score over all tasks with every unscored sample as 0, on 0..100."""
    due = Counter(read_field(run.results, "task"))
    points = read_field(run.results, "strict", scored).map(score_verdicts).tolist()
    return 100 * fsum(map(truediv, points, map(due.get, read_field(run.results, "task", scored)))) / len(due)


def _kind(run: ScoredRun, tasks: tuple[str, ...]) -> RowKind:
    digest = run.manifest.samples_digest
    release = str(run.manifest.questions.get("release") or "")
    count = len(set(read_field(run.results, "sample_id").codes.tolist()))
    about = f"{run.manifest.config or '?'}, {count} samples ({digest[:8]})"
    return RowKind(
        digest,
        release,
        run.rules,
        _reading(run.extract),
        tasks,
        f"{about}{f' of release {release}' if release else ''}",
        set_of(run.manifest.questions),
        headline_of(run.manifest.questions),
    )


def _reading(extract: Sequence[str]) -> str:
    return f"without {', '.join(extract)}" if extract else "the whole response, thinking included"


def published_rows(board: PublishedBoard, top: int | None) -> list[LeaderboardRow]:
    """Return the rows of a published board, or the `top` best of them."""
    kind = _published_kind(board.release, board.question_set)
    best = sorted(board.rows, key=lambda row: row.if_score, reverse=True)[:top]
    return [_published_row(row, kind, board.question_set) for row in best]


def _published_kind(release: str, one: ReleaseQuestions) -> RowKind:
    about = f"LiveBench {release} as published, {one.questions} samples (set {one.name}"
    known = f", {one.samples[:8]})" if one.samples else f"; {one.note})"
    read = one.read if one.extract is None else _reading(one.extract)
    return RowKind(one.samples or one.name, release, one.rules, read, tuple(sorted(TASKS)), about + known)


def _published_row(row: PublishedRow, kind: RowKind, one: ReleaseQuestions) -> LeaderboardRow:
    tasks = {task: float(cell) for task, cell in row.tasks.items()}
    return LeaderboardRow(row.model, "", kind, float(row.if_score), None, tasks, one.questions, one.questions)
