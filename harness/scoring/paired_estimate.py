"""One paired difference, of two runs or of two turns of dialogues, with its uncertainty over clusters."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, sqrt
from typing import TYPE_CHECKING

import numpy as np

from .cluster_robust import NO_SPREAD, ClusterEstimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.intp]


@dataclass(frozen=True)
class PairedValues:
    """The scores of two runs on the same responses or verdicts, each on 0..1."""

    a: Floats
    b: Floats
    cluster: Whole
    """Number of the article of each."""
    stratum: Whole
    """Number of the task; the difference is the plain mean of the differences of the tasks."""

    def only(self, selected: NDArray[np.bool_]) -> PairedValues:
        """Return the selected entries, as one task."""
        stratum = np.zeros(int(selected.sum()), dtype=np.intp)
        return PairedValues(self.a[selected], self.b[selected], self.cluster[selected], stratum)


@dataclass(frozen=True)
class PairedEstimate:
    """The difference B minus A on -1..1 with its uncertainty."""

    n: int
    clusters: int
    a: float
    b: float
    unit: str
    """What the clusters are: articles or samples."""
    error: float | None
    """Standard error; None where the clusters are all alike, infinite where a task has a single one."""
    dof: float
    """Degrees of freedom; where the clusters are alike, their number."""
    widened: bool
    """Two clusters were added to `error`, because few clusters show a difference."""
    influence: Floats = field(repr=False)
    """By how much each cluster moves the difference; sums to about 0."""
    parts: Floats = field(repr=False)
    """The contribution of each cluster; the sum is the difference."""

    @property
    def difference(self) -> float:
        """B minus A."""
        return self.b - self.a

    @property
    def distribution(self) -> ClusterEstimate:
        """The difference with its uncertainty, by the mechanism that also gives the interval of a run's score."""
        return ClusterEstimate(self.difference, self.error, self.dof, floor=-1.0)

    def bounds(self, tail: float) -> tuple[float, float]:
        """Return the bounds that the true difference exceeds with probability `tail` on either side."""
        return self.distribution.bounds(tail)

    def p(self, null: float = 0.0) -> tuple[float, float]:
        """Return the probabilities of a difference this low and this high if the true one were `null`."""
        return self.distribution.tails(null)

    def two_sided(self) -> float:
        """Return the probability of a difference at least this large, either way, if the true one is 0."""
        return min(1.0, 2 * min(self.p()))

    @property
    def method(self) -> str:
        """How the interval and p were found, in words."""
        if self.error is None:
            return (
                f"Clopper-Pearson over {self.dof:g} {self.unit}, because the runs differ equally in all of them: it "
                "bounds the share of others, where they could differ by any amount"
            )
        if self.error == inf:
            return f"none: a task has a single one of the {self.unit}, so no spread can be seen"
        added = " and two added ones (Bonett-Price)" if self.widened else ""
        return (
            f"Student's t, {self.dof:.1f} degrees of freedom (Bell-McCaffrey), on the cluster-robust error (CR2) over "
            f"{self.clusters} {self.unit}{added}"
        )


def estimate_difference(values: PairedValues, unit: str = "articles") -> PairedEstimate:
    """Return the mean over the tasks of their mean differences; raises `ValueError` if there are none."""
    if not len(values.a):
        raise ValueError("no differences to take the mean of")
    tasks, stratum = np.unique(values.stratum, return_inverse=True)
    known, cluster = np.unique(values.cluster, return_inverse=True)
    shape = (len(known), len(tasks))
    cell = cluster * len(tasks) + stratum
    size = np.bincount(stratum, minlength=len(tasks)).astype(float)
    differences = values.b - values.a
    count = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    total = np.bincount(cell, weights=differences, minlength=shape[0] * shape[1]).reshape(shape)
    share = 1 / (len(tasks) * size)
    means = [float((np.bincount(stratum, weights=side) * share).sum()) for side in (values.a, values.b)]
    left = 1 - count / size
    same = bool(np.ptp(differences) < NO_SPREAD)
    spread = total - count * (np.bincount(stratum, weights=differences) / size)
    found: tuple[float | None, float]
    widened = False
    influence = np.zeros(shape[0])
    if same and shape[0] > 1:
        found = None, float(shape[0])
    elif bool((left <= 0).any()):  # a task with one cluster: its spread cannot be seen
        found = inf, 0.0
    else:
        # CR2 of Bell and McCaffrey (2002): with one indicator a task, the matrix root is this factor, cell by cell.
        factor = share / np.sqrt(left)
        influence = (spread * factor).sum(axis=1)
        dof = _freedom(count, factor, size)
        moved = np.bincount(cluster, weights=np.abs(differences), minlength=shape[0]) > NO_SPREAD
        seen, widened = _error(influence, moved, dof)
        found = (None, float((count > 0).sum(axis=0).min())) if seen < NO_SPREAD else (seen, dof)
    error, dof = found
    parts = (total * share).sum(axis=1)
    return PairedEstimate(len(values.a), shape[0], means[0], means[1], unit, error, dof, widened, influence, parts)


def _error(influence: Floats, moved: NDArray[np.bool_], dof: float) -> tuple[float, bool]:
    """Return the standard error, and whether it was widened; `moved` marks clusters in which the runs differ at all.

    Where most clusters do not differ and a few do, the plain error is too small, as Wald's is for a proportion. Two
    clusters are added, one on either side, as far out as those that differ are on average: for pairs of yes and no
    this is Bonett and Price (2012, Statistics in Medicine 31), who add one discordant pair of each kind.
    """
    squares = influence**2
    variance = float(squares.sum())
    more = variance + 2 * float(squares[moved].mean() if moved.any() else 0.0)
    wider = more * dof * (dof + 1) / ((dof + 2) * (dof + 3))
    return sqrt(max(variance, wider)), wider > variance


def _freedom(count: NDArray[np.intp], factor: Floats, size: Floats) -> float:
    """Return the degrees of freedom of Bell and McCaffrey: fewer, the more unequal the clusters.

    The lesser of two: responses of a cluster vary independently, or all together.
    """
    weight = count * factor
    own = (weight * factor).sum(axis=1)
    gram = weight.T @ weight
    trace = own.sum() - (np.diag(gram) / size).sum()
    squared = (
        (own**2).sum()
        - 2 * ((own[:, None] * weight**2).sum(axis=0) / size).sum()
        + (gram**2 / np.outer(size, size)).sum()
    )
    together = weight.sum(axis=1) ** 2
    return max(1.0, float(min(trace**2 / squared, together.sum() ** 2 / (together**2).sum() - 1)))
