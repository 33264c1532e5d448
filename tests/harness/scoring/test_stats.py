"""Intervals against numbers worked out by hand, and where none may be told."""

from __future__ import annotations

from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring import intervals
from harness.scoring.intervals import Interval, interval

UNEQUAL = {"a": [("x", 1.0), ("y", 0.5)], "b": [("x", 0.5), ("z", 0.0)]}
"""Task means 0.75 and 0.25. Influences: x (0.25 + 0.25) / 4 = 0.125; y and z -0.25 / 4 = -0.0625 each.

Sum of squares 0.0234375, times 3/2 (3 articles) is 0.03515625, times 3/2 again (4 answers, 2 task means) is
0.052734375, whose root is 0.1875 * sqrt(3/2). With 2 degrees of freedom the quantile for a
level L is L * sqrt(2 / (1 - L * L)): at 0.5, 0.816497.
"""


def test_hand_computed_standard_error_and_quantile():
    found = interval(UNEQUAL, 0.5)
    half = 18.75 * sqrt(3 / 2) * sqrt(2 / 3)
    assert (found.low, found.high) == pytest.approx((50 - half, 50 + half), abs=1e-3)
    assert found.level == 0.5
    assert "2 degrees of freedom" in found.method
    assert "3 articles" in found.method


def test_answers_to_one_article_are_no_independent_evidence():
    apart = {"a": [(str(i), float(i < 4)) for i in range(8)]}
    together = {"a": [(str(i % 4 // 2 + 2 * (i // 4)), float(i < 4)) for i in range(8)]}
    narrow, wide = interval(apart, 0.5), interval(together, 0.5)
    # Same values: 4 clusters of 2 equal answers have a variance of 4/3 * 4/16**2 * 4 instead of 8/7 * 8/16**2.
    assert narrow.high - 50 == pytest.approx(0.711142 * 100 * sqrt(8 / 7 * 8 / 256), abs=1e-3)
    assert wide.high - 50 == pytest.approx(0.764892 * 100 * sqrt(4 / 3 * 4 * 4 / 256), abs=1e-3)


def test_the_interval_is_cut_to_the_scale():
    found = interval({"a": [("x", 1.0), ("y", 0.0)]})
    assert (found.low, found.high) == (0.0, 100.0)


@pytest.mark.parametrize(("value", "low", "high"), [(1.0, 100 * 0.025 ** (1 / 12), 100.0), (0.0, 0.0, None)])
def test_all_equal_at_the_border_is_clopper_pearson_and_not_certain(value, low, high):
    found = interval({task: [(f"{task}{i}", value) for i in range(3)] for task in "abcd"})
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(100 - 100 * 0.025 ** (1 / 12) if high is None else high, abs=1e-4)
    assert "Clopper-Pearson" in found.method
    assert "12 articles" in found.method


def test_the_border_needs_no_two_articles_in_each_task():
    found = interval({task: [(task, 1.0)] for task in "abcd"})
    assert (found.low, found.high) == (pytest.approx(100 * 0.025 ** (1 / 4), abs=1e-4), 100.0)


def test_all_equal_inside_the_scale_is_not_certain_either():
    found = interval({"a": [(str(i), 2 / 3) for i in range(10)]})
    unlike = 1 - 0.025 ** (1 / 10)
    assert found.low == pytest.approx(100 * 2 / 3 * (1 - unlike), abs=1e-3)
    assert found.high == pytest.approx(100 * (2 / 3 * (1 - unlike) + unlike), abs=1e-3)
    assert "do not differ" in found.method


@pytest.mark.parametrize(
    "scores",
    [
        {},
        {"a": []},
        {"a": [("x", 1.0), ("x", 0.5)]},
        {"a": [("x", 1.0)], "b": [("x", 1.0)]},
        {"a": [("x", 1.0), ("y", 0.5)], "b": [("z", 0.5)]},
    ],
)
def test_no_interval_where_the_spread_cannot_be_seen(scores):
    assert interval(scores) is None


def test_an_empty_task_is_left_out():
    assert interval({**UNEQUAL, "c": []}, 0.5) == interval(UNEQUAL, 0.5)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_a_level_is_a_share(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        interval(UNEQUAL, level)


def test_json_round_trip():
    found = interval(UNEQUAL)
    assert Interval.from_json(found.to_json()) == found


PAIRS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from([0.0, 1 / 6, 1 / 4, 1 / 3, 1.0])), max_size=12)


@given(st.dictionaries(st.sampled_from("abcd"), PAIRS))
def test_any_interval_holds_the_score_has_a_width_and_grows_with_the_level(scores):
    found = interval(scores)
    if found is None:
        return
    means = [sum(x for _, x in pairs) / len(pairs) for pairs in scores.values() if pairs]
    centre = 100 * sum(means) / len(means)
    assert 0 <= found.low <= centre + 1e-3
    assert centre - 1e-3 <= found.high <= 100
    assert found.high - found.low > 1
    wider = interval(scores, 0.99)
    assert wider.low <= found.low
    assert found.high <= wider.high


@pytest.mark.parametrize("at_once", [1, 7, 64])
def test_an_interval_does_not_depend_on_how_many_answers_are_held_at_once(monkeypatch, at_once):
    rng = Random("parts")
    scores = {
        task: [(f"article {rng.randrange(40)}", rng.random()) for _ in range(100)] for task in ("story", "summarize")
    }
    whole = interval(scores)
    monkeypatch.setattr(intervals, "_AT_ONCE", at_once)
    assert interval(scores) == whole
    alike = {"story": [(n % 9, 0.5) for n in range(50)]}
    assert "the 9 articles do not differ" in interval(alike).method
