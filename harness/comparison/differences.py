"""The scores of two runs on their pairs, as arrays, and every difference between them with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.generate.twins.kinds import kind_of

from ..config.published import METRICS, headline_of, set_of
from ..scoring.breakdowns.headline import HeadlineCount, MetricValue
from ..scoring.describe import format_metric
from ..scoring.paired_estimate import PairedValues, estimate_difference
from ..scoring.per_response.sample_result import score_verdicts
from .statistics.fields import flatten
from .statistics.significance import holm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from ..scoring.paired_estimate import PairedEstimate
    from ..scoring.scored_run import ScoredRun
    from .pairs import MatchedRuns
    from .sides import Side
    from .statistics.fields import CodedValues

_OF_VERDICTS = tuple(f"{level}_{mode}" for level in ("prompt", "instruction") for mode in ("strict", "loose"))
"""Metrics that are a share of verdicts or of samples."""
DECIMALS = 4
"""Of all points, as of the metrics of a summary."""


@dataclass(frozen=True)
class Difference:
    """One difference, B minus A, in points (-100..100)."""

    n: int
    """Pairs: of responses, or of verdicts for families and ids."""
    clusters: int
    """Articles of the pairs (or samples, where those have no article)."""
    a: float
    """The score of A on them, 0..100."""
    b: float
    difference: float
    low: float
    high: float
    p: float
    """Probability of a difference at least this large, either way, if the true one is 0."""
    p_holm: float | None
    """The same, corrected for the number of families or ids; None for other rows."""
    method: str

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return dict(self.__dict__)


def to_points(share: float) -> float:
    """Return a share as points on 0..100."""
    return round(100 * share, DECIMALS) + 0.0  # no -0.0


def round_p_value(p: float) -> float:
    """Return a p value to 4 significant digits."""
    return float(f"{p:.4g}")


def to_difference(found: PairedEstimate, confidence: float, p_holm: float | None = None) -> Difference:
    """Return an estimate in points, with its interval at `confidence`."""
    low, high = found.bounds((1 - confidence) / 2)
    return Difference(
        n=found.n,
        clusters=found.clusters,
        a=to_points(found.a),
        b=to_points(found.b),
        difference=to_points(found.difference),
        low=to_points(low),
        high=to_points(high),
        p=round_p_value(found.two_sided()),
        p_holm=None if p_holm is None else round_p_value(p_holm),
        method=found.method,
    )


class DifferenceSource:
    """Two of the runs of `matched` as arrays."""

    def __init__(self, matched: MatchedRuns, a: int = 0, b: int = 1) -> None:
        self.unit = matched.unit
        self._rows, self._sides = matched.rows, (a, b)
        read = matched.rows.field
        task = read("task").in_order()
        self.cluster, self.task, self.tasks = matched.rows.clusters(), task.codes.astype(np.intp), task.values
        self.language, self.kind = read("language").in_order(), read("twin").rename(kind_of).in_order()
        self.id = flatten(read("ids")).in_order()
        self.count = read("ids").map(len).astype(np.intp)
        self.score, self.loose = (self._values(mode, score_verdicts) for mode in ("strict", "loose"))
        self.whole = self._values("strict", all)
        self.verdict = self._verdicts("strict")

    def by_metric(self, metric: str) -> PairedValues:
        """Return a metric of `config.published.METRICS` by level and mode, over all tasks alike."""
        level, _, mode = metric.partition("_")
        values = self._verdicts(mode) if level == "instruction" else self._values(mode, all)
        return values.only(np.ones(len(values.a), dtype=bool))

    def _verdicts(self, mode: str) -> PairedValues:
        response = np.repeat(np.arange(len(self.count)), self.count)
        a, b = (flatten(self._rows.field(mode, side)).map(float) for side in self._sides)
        return PairedValues(a, b, self.cluster[response], self.task[response])

    def _values(self, mode: str, count: Callable[[tuple[bool, ...]], float]) -> PairedValues:
        a, b = (self._rows.field(mode, side).map(count) for side in self._sides)
        return PairedValues(a, b, self.cluster, self.task)

    def by_task(self) -> dict[str, PairedEstimate]:
        """Return the IF difference of each task."""
        return {task: self._of(self.score, self.task == number) for number, task in enumerate(self.tasks)}

    def by_language(self) -> dict[str, PairedEstimate]:
        """Return the IF difference of each language of dialogues, over all turns alike; nothing without dialogues."""
        known = self.language
        return {name: self._of(self.score, known.is_value(name)) for name in sorted(set(known.values) - {""})}

    def by_twin(self) -> dict[str, PairedEstimate]:
        """Return the IF difference of the bases and of each kind of twins; empty without twins."""
        known = self.kind
        return {kind: self._of(self.score, known.is_value(kind)) for kind in known.values if kind}

    def by_count(self) -> dict[str, PairedEstimate]:
        """Return the IF difference by the number of instructions in a sample, over all tasks alike."""
        return {str(count): self._of(self.score, self.count == count) for count in sorted(set(self.count.tolist()))}

    def by_name(self, known: CodedValues[str]) -> dict[str, PairedEstimate]:
        """Return the difference of the verdicts of each name; the name that explains the total most is first."""
        found = {name: self._of(self.verdict, known.is_value(name)) for name in known.values}
        net = sum(one.difference * one.n for one in found.values())
        side = 1 if net >= 0 else -1
        return dict(sorted(found.items(), key=lambda item: (-side * item[1].difference * item[1].n, item[0])))

    def _of(self, values: PairedValues, selected: NDArray[np.bool_]) -> PairedEstimate:
        return estimate_difference(values.only(selected), self.unit)


def to_differences(
    found: dict[str, PairedEstimate], confidence: float, *, corrected: bool = False
) -> dict[str, Difference]:
    """Return estimates in points; `corrected`: with p values corrected for the number of estimates (Holm)."""
    ps: list[float | None] = [None] * len(found)
    if corrected:
        ps = list(holm([one.two_sided() for one in found.values()]))
    return {name: to_difference(one, confidence, p) for (name, one), p in zip(found.items(), ps, strict=True)}


def instruction_family(id: str) -> str:
    """Return the family of an instruction: its id up to the colon."""
    return id.partition(":")[0]


def number_names(names: Iterable[str]) -> NDArray[np.intp]:
    """Return a number for each name, equal for equal names, in the order of first appearance."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.intp)


@dataclass(frozen=True)
class SetHeadline:
    """The headline metric of both runs, and its paired difference."""

    set: str
    """Name of the published set."""
    title: str
    metric: str
    """Its key in `METRICS`."""
    a: MetricValue
    """Of A on the pairs, with its own interval."""
    b: MetricValue
    difference: Difference

    def describe(self, a: Side, b: Side, confidence: float) -> str:
        """Return one sentence for each: the runs, and their difference."""
        sides = ", ".join(_describe_side(side, value) for side, value in ((a, self.a), (b, self.b)))
        found = self.difference
        return (
            f"{self.title} reports {METRICS[self.metric].label} first: {sides}. Difference {found.difference:+.1f} "
            f"points, {100 * confidence:g} % interval {found.low:+.1f} to {found.high:+.1f}."
        )

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return {
            "set": self.set,
            "title": self.title,
            "metric": self.metric,
            **{name: _side_record(value) for name, value in (("a", self.a), ("b", self.b))},
            "difference": self.difference.to_json(),
        }


def find_set_headline(
    run_a: ScoredRun, run_b: ScoredRun, matched: MatchedRuns, pairs: DifferenceSource, confidence: float
) -> SetHeadline | None:
    """Return the headline of the set of both runs; None for generated samples, and where the IF score is it.

    Also None for a metric that is no share of verdicts: Multi-IF's mean of the turns is in the groups by turn. Of runs
    that are compared loosely, it is the loose form of the metric.
    """
    about, other = run_a.manifest.questions, run_b.manifest.questions
    name, metric = set_of(about), headline_of(about)
    if metric not in _OF_VERDICTS or (name, metric) != (set_of(other), headline_of(other)):
        return None
    if run_a.mode == "loose":
        metric = metric.replace("strict", "loose")
    a, b = (_value_on_pairs(metric, matched, side, confidence) for side in (0, 1))
    estimate = estimate_difference(pairs.by_metric(metric), pairs.unit)
    return SetHeadline(
        name, str(about.get("title") or other.get("title") or name), metric, a, b, to_difference(estimate, confidence)
    )


def _value_on_pairs(metric: str, matched: MatchedRuns, side: int, confidence: float) -> MetricValue:
    count = HeadlineCount(metric)
    strict, loose = (matched.rows.field(mode, side) for mode in ("strict", "loose"))
    for verdicts in zip(strict, loose, matched.rows.clusters().tolist(), strict=True):
        count.add(*verdicts)
    found = count.figures(MetricValue(None, None), confidence, matched.unit)
    return found or MetricValue(None, None)


def _describe_side(side: Side, value: MetricValue) -> str:
    bounds = f" [{value.interval.low:.1f}, {value.interval.high:.1f}]" if value.interval else ""
    return f"{side.letter} ({side.label}) {format_metric(value.value)}{bounds}"


def _side_record(value: MetricValue) -> dict[str, Any]:
    bounds = value.interval
    return {"value": value.value, "low": bounds.low if bounds else None, "high": bounds.high if bounds else None}
