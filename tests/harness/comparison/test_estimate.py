"""Estimates and tests of a difference, against other ways to find the same figures."""

from __future__ import annotations

import itertools
from math import sqrt

import numpy as np
import pytest

from harness.comparison.statistics.power import shift
from harness.comparison.statistics.significance import flip_test, holm, mcnemar
from harness.scoring.paired_estimate import PairedValues, estimate_difference


def values(differences, cluster=None, stratum=None):
    n = len(differences)
    half = np.full(n, 0.5)
    kinds = (np.arange(n) if cluster is None else cluster, np.zeros(n, int) if stratum is None else stratum)
    return PairedValues(half, half + np.asarray(differences, float), *map(np.asarray, kinds))


def plain_matrix(found: PairedValues):
    """CR2 variance and Bell-McCaffrey degrees of freedom by their matrix formulas."""
    tasks, clusters = np.unique(found.stratum), np.unique(found.cluster)
    x = (found.stratum[:, None] == tasks).astype(float)
    inner = np.linalg.inv(x.T @ x)
    contrast = np.full(len(tasks), 1 / len(tasks))
    hat = x @ inner @ x.T
    residual = (np.eye(len(x)) - hat) @ (found.b - found.a)
    columns = []
    variance = 0.0
    for one in clusters:
        at = np.flatnonzero(found.cluster == one)
        roots, vectors = np.linalg.eigh(np.eye(len(at)) - hat[np.ix_(at, at)])
        adjusted = vectors @ np.diag(roots**-0.5) @ vectors.T @ x[at] @ inner @ contrast
        variance += float(adjusted @ residual[at]) ** 2
        columns.append((np.eye(len(x)) - hat)[:, at] @ adjusted)
    q = np.array(columns) @ np.array(columns).T
    return variance, np.trace(q) ** 2 / np.trace(q @ q)


def test_error_and_degrees_of_freedom_are_those_of_the_matrix_formulas():
    draw = np.random.default_rng(3)
    found = values(draw.normal(0, 0.2, 60), draw.integers(0, 12, 60), np.arange(60) % 3)
    variance, dof = plain_matrix(found)
    told = estimate_difference(found)
    assert float((told.influence**2).sum()) == pytest.approx(variance)
    assert told.dof <= dof + 1e-9
    widened = (variance + 2 * float((told.influence**2).mean())) * told.dof * (told.dof + 1)
    assert told.error**2 == pytest.approx(max(variance, widened / ((told.dof + 2) * (told.dof + 3))))
    assert float(told.parts.sum()) == pytest.approx(told.difference)


def test_single_answers_are_the_paired_t_test():
    differences = np.random.default_rng(4).normal(0.1, 0.3, 25)
    told = estimate_difference(values(differences))
    assert told.dof == pytest.approx(24)
    variance = float((told.influence**2).sum())
    assert variance == pytest.approx(differences.var(ddof=1) / 25)
    assert told.error**2 == pytest.approx(variance), "where all differ, nothing is hidden"
    assert 2 * min(told.p()) == pytest.approx(told.two_sided())
    low, high = told.bounds(told.p()[1])
    assert low == pytest.approx(0, abs=1e-9) or high == pytest.approx(0, abs=1e-9)


def test_where_few_articles_differ_the_interval_is_wider_than_their_spread():
    found = estimate_difference(values([0.5] * 4 + [0.0] * 36))
    plain = sqrt(float((found.influence**2).sum()))
    assert 0.05 / plain > 2.03, "which alone would call four flips of forty a difference"
    assert found.two_sided() > 0.05
    assert flip_test(found.parts).p == 0.125


def test_interval_and_p_say_the_same():
    draw = np.random.default_rng(5)
    for _ in range(200):
        found = estimate_difference(values(draw.choice([-0.5, 0, 0, 0.5, 0.25], 14), draw.integers(0, 7, 14)))
        low, high = found.bounds(0.025)
        assert (low > 0 or high < 0) == (found.two_sided() < 0.05)


@pytest.mark.parametrize(("difference", "clusters"), [(0.0, 20), (-1.0, 20), (0.25, 12), (1.0, 6)])
def test_differences_that_are_all_the_same_are_not_certain(difference, clusters):
    found = estimate_difference(values([difference] * clusters))
    low, high = found.bounds(0.025)
    alike = 0.025 ** (1 / clusters)
    assert low == pytest.approx(max(-1, difference * alike - 1 + alike))
    assert high == pytest.approx(min(1, difference * alike + 1 - alike))
    assert (low > 0 or high < 0) == (found.two_sided() < 0.05)
    assert "Clopper-Pearson" in found.method


def test_tasks_that_differ_each_alike_count_their_fewest_articles():
    found = estimate_difference(values([1, 1, *[0] * 10], stratum=[0, 0, *[1] * 10]))
    low, high = found.bounds(0.025)
    assert low < 0 < high, "two articles show nothing"


def test_one_article_shows_nothing():
    for found in (
        estimate_difference(values([0.5, 0.5, 0.25], [0, 0, 0])),
        estimate_difference(values([1.0, 0, 1], [0, 1, 2], [0, 1, 1])),
    ):
        assert found.bounds(0.025) == (-1, 1)
        assert found.two_sided() == 1
        assert "no spread can be seen" in found.method


def test_swapping_counts_all_ways_where_few_articles_differ():
    parts = np.array([0.3, -0.1, 0.25, 0.0, 0.4, 0.05, 0.0])
    sums = [
        sum(sign * part for sign, part in zip(signs, parts, strict=True))
        for signs in itertools.product((1, -1), repeat=7)
    ]
    found = flip_test(parts)
    assert found.p == pytest.approx(np.mean([abs(one) >= parts.sum() - 1e-12 for one in sums]))
    assert found.p_low == pytest.approx(np.mean([one <= parts.sum() + 1e-12 for one in sums]))
    assert "all 32 ways" in found.method


def test_swapping_draws_ways_where_many_differ_and_says_the_same_again():
    parts = np.random.default_rng(6).normal(0.2, 1, 40)
    first = flip_test(parts)
    assert first == flip_test(parts)
    assert "9999 sampled ways" in first.method
    expected = estimate_difference(values(parts / 10)).two_sided()
    assert first.p == pytest.approx(expected, abs=0.05)
    assert flip_test(np.full(60, 1.0)).p == 1 / 10_000, "never 0"


@pytest.mark.parametrize("size", [15, 16, 700])
def test_the_drawn_ways_are_those_of_the_seed(size):
    parts = np.random.default_rng(size).normal(0.05, 1, size)
    bits = np.unpackbits(
        np.random.default_rng(20_261).integers(0, 256, (9_999, -(-size // 8)), dtype=np.uint8), axis=1, count=size
    )
    sums = parts.sum() - 2 * bits @ parts
    found = flip_test(parts)
    assert found.p == (1 + (np.abs(sums) >= abs(parts.sum()) - 1e-12).sum()) / 10_000
    assert found.p_low == (1 + (sums <= parts.sum() + 1e-12).sum()) / 10_000


def test_exact_mcnemar_holm_and_power_are_those_of_statsmodels():
    from statsmodels.stats.contingency_tables import mcnemar as reference
    from statsmodels.stats.multitest import multipletests
    from statsmodels.stats.power import TTestPower

    a, b = np.array([1.0] * 20 + [1] * 9 + [0] * 3 + [0] * 8), np.array([1.0] * 20 + [0] * 9 + [1] * 3 + [0] * 8)
    found = mcnemar(a, b, np.arange(40), "articles")
    assert (found.both, found.only_a, found.only_b, found.neither) == (20, 9, 3, 8)
    assert found.p == pytest.approx(reference([[20, 9], [3, 8]], exact=True).pvalue)
    assert found.p_clusters == pytest.approx(found.p), "an answer an article: the same test"
    ps = [0.04, 0.001, 0.3, 0.012, 0.04]
    assert holm(ps) == pytest.approx(list(multipletests(ps, method="holm")[1]))
    for articles, power in ((12, 0.8), (60, 0.9), (500, 0.8)):
        effect = TTestPower().solve_power(nobs=articles, alpha=0.05, power=power, alternative="two-sided")
        assert shift(articles - 1, 0.95, power) / sqrt(articles) == pytest.approx(effect, rel=1e-3)
