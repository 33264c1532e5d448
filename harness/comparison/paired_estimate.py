"""Estimate: one paired difference between two runs, and how sure it is when articles, not answers, are what varies."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, sqrt
from typing import TYPE_CHECKING

import numpy as np

from ..scoring.cluster_robust import NO_SPREAD, ClusterEstimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.intp]


@dataclass(frozen=True)
class PairedValues:
    """What two runs got for the same things (answers or verdicts), each on 0..1, one entry a thing."""

    a: Floats
    b: Floats
    cluster: Whole
    """Number of the article that each belongs to."""
    stratum: Whole
    """Number of the task; the difference is the plain mean of the differences of the tasks."""

    def only(self, wanted: NDArray[np.bool_], *, one_stratum: bool = True) -> PairedValues:
        """Return some of them, as one task unless told otherwise."""
        stratum = np.zeros(int(wanted.sum()), dtype=np.intp) if one_stratum else self.stratum[wanted]
        return PairedValues(self.a[wanted], self.b[wanted], self.cluster[wanted], stratum)


@dataclass(frozen=True)
class PairedEstimate:
    """The difference B minus A on -1..1 with its uncertainty; `error` None where no spread can be or is seen."""

    n: int
    clusters: int
    a: float
    b: float
    unit: str
    """What the clusters are: articles or questions."""
    error: float | None
    """Standard error; None where the clusters are all alike, infinite where a task has a single one."""
    dof: float
    """Degrees of freedom; where the clusters are alike, how many of them count."""
    influence: Floats = field(repr=False)
    """By how much each cluster moves the difference away from where the others would have it; sums to about 0."""
    parts: Floats = field(repr=False)
    """What each cluster adds to the difference; they sum to it."""

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
        """Return the chance of a difference so far from 0, either way, were there none."""
        return min(1.0, 2 * min(self.p()))

    @property
    def method(self) -> str:
        """How interval and p were found, in words."""
        if self.error is None:
            return (
                f"Clopper-Pearson over {self.dof:g} {self.unit}, since the runs differ alike in all of them: bounds "
                "the share of others, where they may differ by anything"
            )
        if self.error == inf:
            return f"none: too few {self.unit} to see a spread (a task has answers on one only)"
        return (
            f"Student's t, {self.dof:.1f} degrees of freedom (Bell-McCaffrey), on the cluster-robust error (CR2) over "
            f"{self.clusters} {self.unit} and two added ones (Bonett-Price)"
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
        seen = _error(influence, moved, dof)
        found = (None, float((count > 0).sum(axis=0).min())) if seen < NO_SPREAD else (seen, dof)
    error, dof = found
    parts = (total * share).sum(axis=1)
    return PairedEstimate(len(values.a), shape[0], means[0], means[1], unit, error, dof, influence, parts)


def _error(influence: Floats, moved: NDArray[np.bool_], dof: float) -> float:
    """Return the standard error, widened for what few clusters hide; `moved`: where the runs differ at all.

    Where most clusters do not differ and a few do, the plain error is too small, as Wald's is for a proportion. So
    two clusters are added, one on either side, as far out as those that differ lie on average: for pairs of yes and no
    this is Bonett and Price (2012, Statistics in Medicine 31), who add one discordant pair of each kind.
    """
    squares = influence**2
    variance = float(squares.sum())
    more = variance + 2 * float(squares[moved].mean() if moved.any() else 0.0)
    return sqrt(max(variance, more * dof * (dof + 1) / ((dof + 2) * (dof + 3))))


def _freedom(count: NDArray[np.intp], factor: Floats, size: Floats) -> float:
    """Return the degrees of freedom of Bell and McCaffrey: fewer, the more unequal the clusters.

    The lesser of two: answers of a cluster vary each for itself, or all together.
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
