"""pass@k and pass^k of runs with several responses to each sample, on the samples that all runs have completely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .fields import number_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from ..pairs import MatchedRuns

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Repeats:
    """The samples with as many scored responses in every run as any sample has."""

    k: int
    """Responses to each sample; 1 where there is nothing to repeat."""
    followed: NDArray[np.int64]
    """Responses that follow all instructions, by run and sample."""
    cluster: NDArray[np.intp]
    """Number of the article of each sample."""

    @classmethod
    def of(cls, matched: MatchedRuns) -> Repeats:
        """Count the responses of matched runs."""
        if not matched.rows.field("epoch").where(bool).any():
            return cls(1, np.zeros((0, 0), dtype=np.int64), np.zeros(0, dtype=np.intp))
        sample = number_codes(matched.rows.field("sample_id").codes)
        responses = np.bincount(sample)
        k = int(responses.max())
        full = responses == k
        followed = [
            np.bincount(sample, weights=matched.rows.field("strict", side).map(all)).astype(np.int64)[full]
            for side in range(matched.rows.width)
        ]
        _, first = np.unique(sample, return_index=True)
        return cls(k, np.array(followed), number_codes(matched.rows.clusters()[first][full]))

    def shares(self, runs: Iterable[int]) -> Mapping[str, list[Floats]]:
        """Return for pass@k and pass^k 1 or 0 of each sample, for each of `runs`; nothing where k is 1."""
        if self.k == 1:
            return {}
        numbers = list(runs)
        return {
            f"pass@{self.k}": [(self.followed[run] > 0).astype(np.float64) for run in numbers],
            f"pass^{self.k}": [(self.followed[run] == self.k).astype(np.float64) for run in numbers],
        }
