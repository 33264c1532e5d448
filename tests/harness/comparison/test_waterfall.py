"""What explains a difference: contributions add up exactly, and are the Shapley values of the changed verdicts."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations
from math import fsum
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.comparison import compare, rank
from harness.comparison.statistics.waterfall import round_to_sum
from harness.scoring.per_response.sample_result import SampleResult
from harness.scoring.scored_run import ScoredRun
from harness.store.manifest import Manifest
from tests.bench.coverage import Make, runs

IDS = ("case:x", "length:y", "words:z", "case:x")
"""One id is in a sample twice."""
VERDICTS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=4)


def make(name, sides):
    results = [
        SampleResult(
            f"s{number}", 0, f"task {number % 2}", f"article {number // 2}", IDS[: len(one)],
            strict=tuple(one), loose=tuple(one), reasons=("",) * len(one),
        )
        for number, one in enumerate(sides)
    ]  # fmt: skip
    return ScoredRun(Path(name), Manifest({"plan": {"model": name}}), "audited", (), results)


def score(verdicts):
    return (all(verdicts) + sum(verdicts) / len(verdicts)) / 2


def expected(pairs):
    """Return the contribution of each id by definition: the mean over all orders of changing one verdict at a time."""
    tasks = defaultdict(list)
    for number, pair in enumerate(pairs):
        tasks[number % 2].append(pair)
    found = defaultdict(float)
    for of_task in tasks.values():
        for pair in of_task:
            moved = [at for at, (a, b) in enumerate(pair) if a != b]
            orders = list(permutations(moved))
            for order in orders:
                now = [a for a, _ in pair]
                for at in order:
                    before = score(now)
                    now[at] = pair[at][1]
                    found[IDS[at]] += 100 * (score(now) - before) / len(orders) / len(of_task) / len(tasks)
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(VERDICTS, min_size=2, max_size=7))
def test_contributions_are_shapley_values_and_add_up_exactly(pairs):
    a, b = ([[pair[side] for pair in one] for one in pairs] for side in (0, 1))
    found = compare(make("a", a), make("b", b))
    by_hand = expected(pairs)
    for one in found.contributions:
        assert one.points == pytest.approx(by_hand[one.id], abs=2e-4)
        flips = [p for pair in pairs for at, p in enumerate(pair) if IDS[at] == one.id]
        assert (one.gained, one.lost) == (sum(q > p for p, q in flips), sum(p > q for p, q in flips))
    assert round(fsum(one.points for one in found.contributions), 4) == found.overall.difference
    assert [one.to_json() for one in found.contributions] == found.to_json()["contributions"]


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=30), st.integers(0, 4))
def test_rounded_values_add_up_and_none_moves_by_a_step(values, decimals):
    total = round(fsum(values), decimals)
    rounded = round_to_sum(values, total, decimals)
    assert round(fsum(rounded), decimals) == pytest.approx(total, abs=1e-9)
    assert all(abs(one - value) < 1.5 * 10**-decimals for one, value in zip(rounded, values, strict=True))


def test_an_interval_that_excludes_0_is_rare_for_equal_runs():
    draw = np.random.default_rng(3)
    found = [one for _ in range(30) for one in compare(*runs(Make(40, 4, 0.4), draw)).contributions]
    outside = sum(one.low > 0 or one.high < 0 for one in found if one.low is not None)
    assert outside <= 0.1 * len(found), "5 % are due"


def test_a_ranking_names_the_instructions_that_set_runs_apart():
    draw = np.random.default_rng(5)
    good = draw.random((60, 2)) < 0.9
    same = good.copy()
    same[:5, 1] = ~same[:5, 1]
    worse = good.copy()
    worse[:, 0] &= draw.random(60) < 0.3
    found = rank([make(name, one.tolist()) for name, one in (("a", good), ("b", worse), ("c", same))])
    first, second = found.instructions
    assert first.id == "case:x"
    assert {frozenset((gap.above, gap.below)) for gap in first.gaps} == {frozenset("AB"), frozenset("BC")}
    assert all(gap.p_holm <= 0.05 and gap.difference < 0 for gap in first.gaps)
    assert first.followed["A"] == round(100 * good[:, 0].mean(), 4)
    assert second.gaps == ()
    assert found.to_json()["instructions"][0]["gaps"][0]["below"] == "B"
