"""Intervals: how far an IF score would move with other articles."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from dataclasses import asdict, dataclass
from math import fsum, sqrt
from typing import TYPE_CHECKING, Any, Self

from .cluster_robust import NO_SPREAD, ClusterEstimate

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    Scores = Mapping[str, Collection[tuple[Hashable, float]]]

_AT_ONCE = 50_000
"""Responses whose clusters are in memory together: each takes a hundred bytes."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval of a score, on 0..100."""

    low: float
    """To 4 decimals, as all figures of a summary."""
    high: float
    level: float
    """Confidence, in 0..1."""
    method: str
    """How it was found, in words."""

    def to_json(self) -> dict[str, Any]:
        """Return the record form."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote."""
        return cls(record["low"], record["high"], record["level"], record["method"])


class ClusteredScores(Collection[tuple[int, float]]):
    """Numbers of clusters with a score in 0..1 each, in two arrays."""

    def __init__(self, clusters: Iterable[int] = (), scores: Iterable[float] = ()) -> None:
        self._clusters = array("q", clusters)
        self._scores = array("d", scores)

    def append(self, cluster: int, score: float) -> None:
        """Add a pair."""
        self._clusters.append(cluster)
        self._scores.append(score)

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self._scores)

    def __iter__(self) -> Iterator[tuple[int, float]]:
        """Yield the pairs in the order in which they were added."""
        return zip(self._clusters, self._scores, strict=True)

    def __contains__(self, pair: object) -> bool:
        """Return whether a pair is among them."""
        return any(pair == one for one in self)


def interval(scores_by_task: Scores, level: float = 0.95, *, unit: str = "articles") -> Interval | None:
    """Return the interval of the plain mean of the task means, or None if too little is known for one.

    `scores_by_task` holds (cluster, score in 0..1) pairs; answers to one cluster (an article, named by `unit`) may
    resemble each other, in one task or over several, so the cluster is what counts as one observation. None: fewer
    than two clusters, or a task with a single one, whose spread cannot be seen. Raises `ValueError` for a level
    outside 0..1.
    """
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, got {level}")
    tasks = [pairs for pairs in scores_by_task.values() if pairs]
    clusters = sum(len(part) for part in _influences(tasks, [0.0] * len(tasks)))
    if clusters < 2:
        return None
    values = {score for pairs in tasks for _, score in pairs}
    if values in ({0.0}, {1.0}):
        found = "got every point" if values == {1.0} else "got no point"
        return _alike(values.pop(), clusters, level, f"all {clusters} {unit} {found}")
    if any(_of_one_cluster(pairs) for pairs in tasks):
        return None
    means = [fsum(score for _, score in pairs) / len(pairs) for pairs in tasks]
    centre = fsum(means) / len(means)
    error = _standard_error(tasks, means)
    if error < NO_SPREAD:
        return _alike(centre, clusters, level, f"the {clusters} {unit} do not differ")
    return _student(centre, error, clusters, level, unit)


def _of_one_cluster(pairs: Collection[tuple[Hashable, float]]) -> bool:
    first, _ = next(iter(pairs))
    return all(cluster == first for cluster, _ in pairs)


def _standard_error(tasks: Collection[Collection[tuple[Hashable, float]]], means: Collection[float]) -> float:
    """Sum the squares of the influence of each cluster on the mean of means."""
    clusters, answers = 0, sum(map(len, tasks))

    def squares() -> Iterator[float]:
        nonlocal clusters
        for part in _influences(tasks, means):
            clusters += len(part)
            yield from (u * u for u in part.values())

    total = fsum(squares())  # exact, so that it does not matter which part a cluster is in
    # Each task's mean is estimated from the same answers, which costs degrees of freedom: without the second factor
    # (the usual one of cluster-robust regression) runs of three answers a task get intervals that are too narrow.
    small = clusters / (clusters - 1) * (answers - 1) / max(1, answers - len(tasks))
    return sqrt(small * total)


def _influences(
    tasks: Collection[Collection[tuple[Hashable, float]]], means: Collection[float]
) -> Iterator[dict[Hashable, float]]:
    """Yield the linearised influence of each cluster on the mean of means; of many answers a part at a time."""
    parts = 1 + sum(map(len, tasks)) // _AT_ONCE
    for part in range(parts):
        influence: dict[Hashable, float] = {}
        for pairs, mean in zip(tasks, means, strict=True):
            for cluster, score in pairs:
                if parts == 1 or hash(cluster) % parts == part:
                    influence[cluster] = influence.get(cluster, 0.0) + (score - mean) / (len(tasks) * len(pairs))
        yield influence


def _student(centre: float, error: float, clusters: int, level: float, unit: str) -> Interval:
    method = (
        f"Student's t with {clusters - 1} degrees of freedom on the cluster-robust standard error over "
        f"{clusters} {unit}, cut to 0..100"
    )
    return _make_interval(ClusterEstimate(centre, error, clusters - 1), level, method)


def _alike(centre: float, clusters: int, level: float, found: str) -> Interval:
    """Bound the mean where no spread is seen; at a centre of 0 or 1 this is the Clopper-Pearson interval itself."""
    estimate = ClusterEstimate(centre, None, clusters)
    share = 100 * estimate.alike((1 - level) / 2)
    method = f"Clopper-Pearson, since {found}: at least {share:.1f}% of all others are like them"
    return _make_interval(estimate, level, method)


def _make_interval(estimate: ClusterEstimate, level: float, method: str) -> Interval:
    low, high = estimate.bounds((1 - level) / 2)
    return Interval(round(100 * low, 4), round(100 * high, 4), level, method)
