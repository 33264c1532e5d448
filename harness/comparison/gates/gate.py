"""A gate and its evaluation: pass and fail must both be shown, everything else is insufficient evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scorers.errors import did_you_mean

from ...errors import ConfigError
from ...scoring.cluster_robust import ClusterEstimate
from ..beside_score import QUANTILES, Bounds, bound_mean, bound_quantile, bound_share
from ..differences import round_p_value, to_points
from ..statistics.significance import flip_test

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...scoring.paired_estimate import PairedEstimate
    from ..paired import Comparison

PASS, FAIL, INSUFFICIENT = "pass", "fail", "insufficient evidence"
IF, TASK, INSTRUCTION, COST, TRUNCATED = "IF", "task", "instruction", "cost", "truncated"
LATENCY = {name: f"latency {name}" for name in QUANTILES}
EVERY = "*"
"""The target that means every task or instruction without a gate of its own."""


@dataclass(frozen=True)
class Gate:
    """One limit on run B."""

    kind: str
    """`IF`, `task`, `instruction`: points that B may lose. `truncated`: points that B may gain.

    `cost`, `latency median`, `latency p95`: percent that B may be above A.
    """
    limit: float
    target: str = ""
    """Name of the task or instruction, or `*`."""
    must_show: bool = True
    """Insufficient evidence is not a pass; False: only a shown breach of the limit counts."""
    confidence: float | None = None
    """None is the confidence of the comparison."""

    def __post_init__(self) -> None:
        if not 0 <= self.limit < 1000:
            raise ValueError(f"the limit of a gate is {self.limit}, expected a number from 0 to 1000")
        if self.confidence is not None and not 0.5 <= self.confidence < 1:
            raise ValueError(f"confidence is {self.confidence}, expected a number from 0.5 to below 1")


@dataclass(frozen=True)
class GateResult:
    """The outcome of one gate."""

    name: str
    limit: float
    unit: str
    """Of the limit: `points` or `%`."""
    must_show: bool
    confidence: float
    outcome: str
    """`pass`, `fail` or `insufficient evidence`."""
    low: float | None
    """One-sided bounds of what the gate limits, each at `confidence`; None where nothing is known."""
    high: float | None
    p: float | None
    """Probability of a difference this low by swapping the runs; a fail needs 1 - confidence or less."""
    text: str
    """The outcome in one sentence."""

    @property
    def failed(self) -> bool:
        """Whether B is shown to break the limit."""
        return self.outcome == FAIL

    @property
    def is_open(self) -> bool:
        """Whether the gate needs evidence that the runs do not give."""
        return self.must_show and self.outcome == INSUFFICIENT

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)


def evaluate_gates(found: Comparison, gates: Iterable[Gate]) -> list[GateResult]:
    """Evaluate `gates` on a comparison, `*` once for each task or instruction.

    A pass is false, and so is a fail, with probability 1 - confidence at most: both are one-sided bounds, and a fail
    takes the permutation test too, which is exact for exchangeable runs. If all gates must pass, the chance of a false
    pass of the whole is not larger, but that of a false fail grows with the number of gates.

    Raises `ConfigError` for a task or instruction that no pair has.
    """
    return [_evaluate(found, gate) for gate in _expand(found, list(gates))]


def _expand(found: Comparison, gates: list[Gate]) -> Iterator[Gate]:
    for gate in gates:
        known = {TASK: found.by_task, INSTRUCTION: found.by_id}.get(gate.kind)
        if known is None:
            yield gate
        elif gate.target == EVERY:
            own = {other.target for other in gates if other.kind == gate.kind}
            for name in sorted(known.keys() - own):
                yield Gate(gate.kind, gate.limit, name, gate.must_show, gate.confidence)
        elif gate.target in known:
            yield gate
        else:
            near = did_you_mean(gate.target, known)
            raise ConfigError(f"a gate names the {gate.kind} {gate.target!r}, which no pair of samples has{near}")


def _evaluate(found: Comparison, gate: Gate) -> GateResult:
    if gate.kind == IF:
        return _limit_loss(found, gate, found.estimate)
    if gate.kind == TASK:
        return _limit_loss(found, gate, found.source.by_task()[gate.target])
    if gate.kind == INSTRUCTION:
        return _limit_loss(found, gate, found.source.by_name(found.source.id)[gate.target])
    return _limit_increase(found, gate)


def _limit_loss(found: Comparison, gate: Gate, estimate: PairedEstimate) -> GateResult:
    """Evaluate a limit on the points that B may lose."""
    confidence = gate.confidence or found.confidence
    tail = 1 - confidence
    lower, upper = estimate.bounds(tail)
    low, high = to_points(min(lower, _worst_case(estimate, tail))), to_points(upper)
    p = flip_test(estimate.parts, estimate.unit).p_low
    outcome = FAIL if high < -gate.limit and p <= tail else PASS if low > -gate.limit else INSUFFICIENT
    bounds = f"difference at least {low:+.1f}, at most {high:+.1f} points, each at {100 * confidence:g} %"
    claims = {
        PASS: f"B is shown to be less than {gate.limit:g} points below A",
        FAIL: f"B is shown to be more than {gate.limit:g} points below A",
        INSUFFICIENT: f"it is not shown whether B is more than {gate.limit:g} points below A",
    }
    return _result(gate, confidence, outcome, (low, high), claims[outcome], bounds, round_p_value(p))


def _worst_case(estimate: PairedEstimate, tail: float) -> float:
    """Return the lower bound that allows for clusters unlike those seen, in which B may lose everything.

    A spread estimated from a few clusters says nothing about rare ones. Without this bound, 12 articles of which one
    happens to favour B would show more than 12 articles without any difference, and a gate would pass by its size.
    """
    return ClusterEstimate(estimate.difference, None, estimate.clusters, floor=-1.0).bounds(tail)[0]


def _limit_increase(found: Comparison, gate: Gate) -> GateResult:
    """Evaluate a limit on the increase of truncation (points), cost or latency (percent)."""
    confidence = gate.confidence or found.confidence
    bounds, base = _bound_excess(found, gate, 1 - confidence)
    unit = "points" if gate.kind == TRUNCATED else "%"
    if bounds is None or bounds.low is None or bounds.high is None:
        why = "it is not on record in both runs" if bounds is None else bounds.method
        return _result(gate, confidence, INSUFFICIENT, (None, None), f"the increase is not known: {why}", "", None)
    outcome = FAIL if bounds.low > 0 else PASS if bounds.high <= 0 else INSUFFICIENT
    # The excess over the limit, in the unit of the metric, becomes an increase in the unit of the limit.
    low, high = (round(gate.limit + 100 * bound / base, 4) for bound in (bounds.low, bounds.high))
    claims = {
        PASS: f"the increase is shown to be at most {gate.limit:g} {unit}",
        FAIL: f"the increase is shown to be more than {gate.limit:g} {unit}",
        INSUFFICIENT: f"it is not shown whether the increase is more than {gate.limit:g} {unit}",
    }
    about = f"increase at least {low:+.1f}, at most {high:+.1f} {unit}, each at {100 * confidence:g} %"
    return _result(gate, confidence, outcome, (low, high), claims[outcome], about, None)


def _bound_excess(found: Comparison, gate: Gate, tail: float) -> tuple[Bounds | None, float]:
    """Bound how far B is above the limit, and return the base that the limit is a share of."""
    metrics = found.paired_metrics
    if gate.kind == TRUNCATED:
        a, b, cluster = metrics.share(TRUNCATED)
        share = bound_share(a, b, cluster, metrics.unit, tail)
        if share.low is None or share.high is None:
            return share, 1.0
        limit = gate.limit / 100
        unseen = ClusterEstimate(share.difference, None, len(np.unique(cluster)), floor=-1.0).bounds(tail)[1]
        return Bounds(share.difference - limit, share.low - limit, max(share.high, unseen) - limit, share.method), 1.0
    a, b, cluster = metrics.values(COST if gate.kind == COST else "latency")
    if not len(a):
        return None, 1.0
    factor = 1 + gate.limit / 100
    if gate.kind == COST:
        return bound_mean(a, b, cluster, metrics.unit, tail, factor), float(a.mean()) or 1.0
    quantile = next(QUANTILES[name] for name, kind in LATENCY.items() if kind == gate.kind)
    return bound_quantile(a, b, cluster, quantile, tail, factor), float(np.quantile(a, quantile)) or 1.0


def _result(
    gate: Gate,
    confidence: float,
    outcome: str,
    ends: tuple[float | None, float | None],
    claim: str,
    bounds: str,
    p: float | None,
) -> GateResult:
    name = f"{gate.kind} {gate.target}" if gate.target else gate.kind
    unit = "points" if gate.kind in {IF, TASK, INSTRUCTION, TRUNCATED} else "%"
    text = f"{name}: {outcome}: {claim}{f' ({bounds})' if bounds else ''}"
    return GateResult(name, gate.limit, unit, gate.must_show, confidence, outcome, *ends, p, text)
