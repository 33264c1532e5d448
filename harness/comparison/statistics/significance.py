"""Tests without an assumption on the distribution of differences, and the correction for multiple tests.

The exact McNemar test is a binomial test and Holm's correction a few lines. A library with both takes two seconds to
import, so only the tests use it, as the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXACT = 14
"""Clusters that differ up to which every way of swapping the runs is counted, 2 to this power."""
FLIPS = 9_999
"""Ways sampled where there are more."""
_SEED = 20_261
_BLOCK = 1 << 22
"""Swaps drawn at once; another number draws others."""
_ROUNDING = 1e-12


@dataclass(frozen=True)
class FlipTest:
    """How a sum over clusters compares with the sums after swapping the runs in some of them."""

    p: float
    """Probability of a sum at least this far from 0, either way, if the runs are exchangeable."""
    p_low: float
    """Probability of a sum this low."""
    method: str


def flip_test(parts: Floats, unit: str = "articles") -> FlipTest:
    """Test whether `parts`, one per cluster, sum to more than chance; the same input gives the same result.

    Exact for exchangeable runs: each part is as likely as its opposite. A part of 0 has no influence.
    """
    moving = parts[np.abs(parts) > _ROUNDING]
    total = float(moving.sum())
    every = len(moving) <= EXACT
    far = low = seen = 0
    for sums in _all_sums(moving) if every else _drawn_sums(moving):
        seen += len(sums)
        far += int((np.abs(sums) >= abs(total) - _ROUNDING).sum())
        low += int((sums <= total + _ROUNDING).sum())
    if every:
        ways = f"all {seen} ways of swapping the runs in whole {unit}"
    else:
        # The way seen is counted with the sampled ones, so that p is never 0 and never too low.
        far, low, seen = far + 1, low + 1, seen + 1
        ways = f"{FLIPS} sampled ways of swapping the runs in whole {unit}, seed {_SEED}"
    method = f"permutation test, {ways} ({len(moving)} of {len(parts)} differ)"
    return FlipTest(far / seen, low / seen, method)


def _all_sums(parts: Floats) -> Iterator[Floats]:
    sums = np.zeros(1)
    for part in parts:
        sums = np.concatenate([sums + part, sums - part])
    yield sums


def _drawn_sums(parts: Floats) -> Iterator[Floats]:
    draw = np.random.default_rng(_SEED)
    rows, width = max(1, _BLOCK // len(parts)), -(-len(parts) // 8)
    # The sum of eight parts by the byte that swaps them: a lookup instead of eight products.
    groups = np.pad(parts, (0, 8 * width - len(parts))).reshape(width, 8)
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    sums = np.einsum("gk,bk->gb", groups, bits).ravel()
    starts = 256 * np.arange(width)
    for start in range(0, FLIPS, rows):
        count = min(rows, FLIPS - start)
        swapped = draw.integers(0, 256, (count, width), dtype=np.uint8)
        # Swapping a part subtracts it twice.
        yield parts.sum() - 2 * sums[starts + swapped].sum(axis=1)


@dataclass(frozen=True)
class McNemarCounts:
    """Responses that follow all their instructions, in one run and in the other."""

    both: int
    only_a: int
    only_b: int
    neither: int
    p: float
    method: str
    p_clusters: float
    """The same test with whole clusters swapped: valid also where responses to one article are alike."""
    method_clusters: str


def mcnemar(a: Floats, b: Floats, cluster: NDArray[np.intp], unit: str) -> McNemarCounts:
    """Test whether equally many responses follow everything in one run only and in the other only."""
    from scipy.special import bdtr

    only_a, only_b = int(((a == 1) & (b < 1)).sum()), int(((b == 1) & (a < 1)).sum())
    both = int(((a == 1) & (b == 1)).sum())
    odd = only_a + only_b
    p = min(1.0, 2 * float(bdtr(min(only_a, only_b), odd, 0.5))) if odd else 1.0
    swapped = flip_test(np.bincount(cluster, weights=b - a).astype(float), unit)
    method = f"exact McNemar test (binomial) on the {odd} responses that differ, each as independent"
    return McNemarCounts(both, only_a, only_b, len(a) - both - odd, p, method, swapped.p, swapped.method)


def holm(ps: Sequence[float]) -> list[float]:
    """Return the p values corrected by Holm (1979), valid for all of them together."""
    order = np.argsort(ps, kind="stable")
    scaled = np.asarray(ps)[order] * np.arange(len(ps), 0, -1)
    fixed = np.empty(len(ps))
    fixed[order] = np.minimum(1.0, np.maximum.accumulate(scaled))
    return [float(p) for p in fixed]
