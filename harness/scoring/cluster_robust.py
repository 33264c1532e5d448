"""The cluster-robust interval of a mean, for the score of a run and for the difference between two runs alike.

Both use `ClusterEstimate`; they differ in the small-sample correction behind `error` and `dof`. A run's score has the
correction CR1 with clusters - 1 degrees of freedom: it needs one pass and constant memory, and its figures are in every
`scores.json` on disk. A difference has CR2 with the degrees of freedom of Bell and McCaffrey, because two runs agree on
most articles, and CR1 is too narrow where few articles carry the whole difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

NO_SPREAD = 1e-12
"""Standard errors below this (on 0..1) are rounding of the means, not a difference between clusters."""


@dataclass(frozen=True, slots=True)
class ClusterEstimate:
    """A mean over clusters with its uncertainty, on `floor`..`ceiling`."""

    centre: float
    error: float | None
    """Standard error; None where all clusters are alike, infinite where a task has a single cluster."""
    dof: float
    """Degrees of freedom; where the clusters are alike, their number."""
    floor: float = 0.0
    ceiling: float = 1.0

    def bounds(self, tail: float) -> tuple[float, float]:
        """Return the bounds that the true mean exceeds with probability `tail` on either side.

        Clusters that are all alike show no spread. Clopper-Pearson then bounds the share of clusters unlike them,
        which could have any value on the scale.
        """
        from scipy.special import stdtrit

        if self.error is None:
            alike = self.alike(tail)
            near = self.centre * alike
            return (
                max(self.floor, near + self.floor - self.floor * alike),
                min(self.ceiling, near + self.ceiling - self.ceiling * alike),
            )
        if self.error == inf:
            return self.floor, self.ceiling
        half = float(stdtrit(self.dof, 1 - tail)) * self.error
        return max(self.floor, self.centre - half), min(self.ceiling, self.centre + half)

    def alike(self, tail: float) -> float:
        """Return the smallest share of clusters like those seen: Clopper-Pearson for 0 others of `dof`."""
        return float(tail ** (1 / self.dof))

    def tails(self, null: float) -> tuple[float, float]:
        """Return the probabilities of a mean this low and this high if the true one were `null`."""
        from scipy.special import stdtr

        if self.error == inf or (self.error is None and abs(null - self.centre) < NO_SPREAD):
            return 1.0, 1.0
        if self.error is None:
            # The inverse of `bounds`: the tail at which the bound is `null`.
            end = self.ceiling if null > self.centre else self.floor
            tail = ((end - null) / (end - self.centre)) ** self.dof
            return (tail, 1.0) if null > self.centre else (1.0, tail)
        t = (self.centre - null) / self.error
        return float(stdtr(self.dof, t)), float(stdtr(self.dof, -t))
