"""Differences beside the score: truncated, refused, blank and failed responses, tokens, cost, latency and length."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil, inf, isfinite, log, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scoring.paired_estimate import PairedValues, estimate_difference
from ..scoring.per_response.response_metrics import MetricTable
from ..scoring.per_response.result_table import ResultTable
from .statistics.repeats import Repeats
from .statistics.twins import reliable_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..scoring.paired_estimate import PairedEstimate
    from ..scoring.scored_run import ScoredRun
    from .pairs import MatchedRuns

    Floats = NDArray[np.float64]
    Whole = NDArray[np.intp]

PERCENT = "%"
_NO_TEXT = {"truncated": "exhausted", "refused": "refused", "blank": "blank"}
"""The cause of an unscored response for the same reason as each flag, where the provider returned no text."""
_RESAMPLES = 1_999
_SEED = 20_263
_FEWEST = 6
"""Clusters below which a bootstrap has too few different resamples for an interval."""


@dataclass(frozen=True)
class MetricDifference:
    """One metric of both runs on the same samples, and its paired difference B minus A."""

    name: str
    unit: str
    n: int
    """Pairs in which both runs have the metric."""
    a: float
    b: float
    difference: float
    low: float | None
    """Bounds of the difference; None where no spread can be seen."""
    high: float | None
    method: str

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)


@dataclass(frozen=True)
class Bounds:
    """A difference with its bounds; both None where no spread can be seen."""

    difference: float
    low: float | None
    high: float | None
    method: str


class PairedMetrics:
    """The metrics of two runs on every sample that both have, scored or not."""

    def __init__(self, run_a: ScoredRun, run_b: ScoredRun, matched: MatchedRuns) -> None:
        self.unit = matched.unit
        self._rows, self._runs = matched.shared, (run_a, run_b)
        self._repeats = Repeats.of(matched)
        self._cluster = matched.shared.clusters()

    def share(self, name: str) -> tuple[Floats, Floats, Whole]:
        """Return for each pair 1 or 0 in A and in B (`truncated`, `refused`, `blank`, `failed`), and its cluster."""
        first, second = (self._has(name, side).astype(np.float64) for side in (0, 1))
        return first, second, self._cluster

    def _has(self, name: str, side: int) -> NDArray[np.bool_]:
        cause = self._rows.field("unscored", side)
        if name == "failed":
            return cause.where(bool)
        flagged = self._rows.field("flags", side).where(lambda flags: name in flags)
        return flagged | cause.where(lambda one: one == _NO_TEXT[name])

    def values(self, name: str) -> tuple[Floats, Floats, Whole]:
        """Return a metric of A and B for each pair in which both have it, and the clusters."""
        sides = [self._numbers(_FIELDS[name], side) for side in (0, 1)]
        known = np.isfinite(sides[0]) & np.isfinite(sides[1])
        return sides[0][known], sides[1][known], self._cluster[known]

    def _numbers(self, field: str, side: int) -> Floats:
        """Return a metric of each pair, NaN where it is unknown."""
        run = self._runs[side]
        if isinstance(run.metrics, MetricTable) and isinstance(run.results, ResultTable):  # both in one order
            numbers = self._rows.numbers(side)
            values, lengths = (np.asarray(column)[numbers] for column in run.metrics.column(field))
            return np.where(lengths < 0, nan, values)
        keys = zip(self._rows.field("sample_id", side), self._rows.field("epoch", side), strict=True)
        found = (getattr(run.metrics.get(key), field, None) for key in keys)
        return np.array([nan if value is None else value for value in found], dtype=np.float64)

    def differences(self, confidence: float) -> tuple[MetricDifference, ...]:
        """Return every metric that both runs have; shares that are 0 in both are left out, except failed ones."""
        rows = []
        for name in _SHARES:
            a, b, cluster = self.share(name)
            if a.any() or b.any() or name == "failed":
                found = bound_share(a, b, cluster, self.unit, (1 - confidence) / 2)
                rows.append(_row(name, PERCENT, (100 * float(a.mean()), 100 * float(b.mean())), len(a), found, 100))
        for name, unit in _MEANS.items():
            a, b, cluster = self.values(name)
            if len(a) and (a.any() or b.any()):
                found = bound_mean(a, b, cluster, self.unit, (1 - confidence) / 2)
                rows.append(_row(f"{name}, mean", unit, (float(a.mean()), float(b.mean())), len(a), found))
        for label, quantile in QUANTILES.items():
            a, b, cluster = self.values("latency")
            if len(a):
                found = bound_quantile(a, b, cluster, quantile, (1 - confidence) / 2)
                ends = float(np.quantile(a, quantile)), float(np.quantile(b, quantile))
                rows.append(_row(f"latency, {label}", "s", ends, len(a), found))
        for name, (a, b) in self._repeats.shares((0, 1)).items():
            found = bound_share(a, b, self._repeats.cluster, self.unit, (1 - confidence) / 2)
            rows.append(_row(name, PERCENT, (100 * float(a.mean()), 100 * float(b.mean())), len(a), found, 100))
        if groups := reliable_pairs(self._rows):
            a, b, cluster = groups
            found = bound_share(a, b, cluster, self.unit, (1 - confidence) / 2)
            rows.append(_row(RELIABLE, PERCENT, (100 * float(a.mean()), 100 * float(b.mean())), len(a), found, 100))
        return tuple(rows)


RELIABLE = "reliable@k"
"""The metric of groups of twins."""
QUANTILES = {"median": 0.5, "p95": 0.95}
_SHARES = ("truncated", "refused", "blank", "failed")
_MEANS = {"output tokens": "tokens", "cost": "$", "length": "characters"}
_FIELDS = {"output tokens": "output_tokens", "cost": "cost", "length": "length", "latency": "seconds"}


def bound_share(a: Floats, b: Floats, cluster: Whole, unit: str, tail: float) -> Bounds:
    """Bound the difference of two shares, b minus a, on -1..1."""
    return _bound(a, b, cluster, unit, tail, scale=1.0, is_share=True)


def bound_mean(a: Floats, b: Floats, cluster: Whole, unit: str, tail: float, factor: float = 1.0) -> Bounds:
    """Bound the mean of b - factor * a, values from 0 up, as the IF difference is bounded."""
    scale = float(max((factor * a).max(), b.max()))
    if scale == 0:
        return Bounds(0.0, 0.0, 0.0, "0 in every response of both runs")
    return _bound(factor * a, b, cluster, unit, tail, scale=scale, is_share=False)


def _bound(a: Floats, b: Floats, cluster: Whole, unit: str, tail: float, *, scale: float, is_share: bool) -> Bounds:
    values = PairedValues(a / scale, b / scale, cluster, np.zeros(len(a), dtype=np.intp))
    found: PairedEstimate = estimate_difference(values, unit)
    difference = found.difference * scale
    if found.error == inf or (found.error is None and not is_share):
        # Without a spread only the end of the scale bounds a mean; tokens, dollars and characters have no such end.
        return Bounds(difference, None, None, found.method if found.error == inf else "no spread between responses")
    low, high = found.bounds(tail)
    return Bounds(difference, low * scale, high * scale, found.method)


def bound_quantile(a: Floats, b: Floats, cluster: Whole, quantile: float, tail: float, factor: float = 1.0) -> Bounds:
    """Bound the quantile of b minus `factor` times that of a, by resampling whole clusters with a fixed seed."""
    difference = float(np.quantile(b, quantile) - factor * np.quantile(a, quantile))
    known, number = np.unique(cluster, return_inverse=True)
    # With fewer clusters, even the largest value is below the quantile too often to be an upper bound of it.
    fewest = max(_FEWEST, ceil(log(tail) / log(quantile)))
    if len(known) < fewest:
        return Bounds(difference, None, None, f"none: this quantile takes {fewest} clusters, here are {len(known)}")
    draw = np.random.default_rng(_SEED)
    orders = np.argsort(a, kind="stable"), np.argsort(b, kind="stable")
    found = np.empty(_RESAMPLES)
    for place in range(_RESAMPLES):
        times = np.bincount(draw.integers(0, len(known), len(known)), minlength=len(known))[number]
        found[place] = _weighted_quantile(b, orders[1], times, quantile) - factor * _weighted_quantile(
            a, orders[0], times, quantile
        )
    low, high = np.quantile(found, (tail, 1 - tail))
    method = f"bootstrap of whole clusters, {_RESAMPLES} resamples, seed {_SEED}"
    return Bounds(difference, float(low), float(high), method)


def _weighted_quantile(values: Floats, order: Whole, times: NDArray[np.intp], quantile: float) -> float:
    """Return a quantile of `values`, each repeated `times`."""
    ends = np.cumsum(times[order])
    place = int(np.searchsorted(ends, quantile * ends[-1], side="left"))
    return float(values[order[min(place, len(order) - 1)]])


def _row(
    name: str, unit: str, ends: tuple[float, float], n: int, found: Bounds, scale: float = 1.0
) -> MetricDifference:
    low, high = (None if bound is None else _digits(scale * bound) for bound in (found.low, found.high))
    a, b = map(_digits, ends)
    return MetricDifference(name, unit, n, a, b, _digits(scale * found.difference), low, high, found.method)


def _digits(value: float) -> float:
    """Return a value to 6 significant digits, without a negative zero."""
    return float(f"{value:.6g}") + 0.0 if isfinite(value) else value


def find_metric(rows: Sequence[MetricDifference], name: str) -> MetricDifference | None:
    """Return the row called `name`; None where the runs do not have that metric."""
    return next((row for row in rows if row.name == name), None)
