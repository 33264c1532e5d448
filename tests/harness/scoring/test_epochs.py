"""Figures over several answers a question, against brute force and by hand."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_summary import COMMA, TITLE, a_row, a_sample

from harness.scoring.breakdowns.epochs import epoch_rows, pass_all, pass_at
from harness.scoring.intervals import interval
from harness.scoring.summary import Summary, summarize


@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_share_of_draws_with_a_right_answer(given_):
    answers, right, k = given_
    draws = list(combinations([True] * right + [False] * (answers - right), k))
    assert pass_at(k, answers, right) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_pass_at_k_is_unbiased_where_the_power_of_the_share_is_not():
    """Over all outcomes of 4 answers, each right with p, the mean is what 2 fresh answers do: 1 - (1 - p)^2."""
    p = 0.3
    outcomes = [(c, ways * p**c * (1 - p) ** (4 - c)) for c, ways in enumerate((1, 4, 6, 4, 1))]
    assert sum(pass_at(2, 4, c) * chance for c, chance in outcomes) == pytest.approx(1 - (1 - p) ** 2)
    assert sum((1 - (1 - c / 4) ** 2) * chance for c, chance in outcomes) != pytest.approx(1 - (1 - p) ** 2)


@pytest.mark.parametrize(("k", "answers", "right"), [(0, 2, 1), (3, 2, 1), (1, 2, 3), (1, 2, -1)])
def test_what_is_not_defined_is_refused(k, answers, right):
    with pytest.raises(ValueError, match="not defined"):
        pass_at(k, answers, right)


@pytest.fixture
def found():
    """Three questions, three epochs: always right, right once of three, and one with an answer missing."""
    samples = [a_sample("summarize", n, COMMA, TITLE, article="abc"[n]) for n in range(3)]
    marks = {(0, 0): "11", (0, 1): "11", (0, 2): "11", (1, 0): "11", (1, 1): "10", (1, 2): "00"}
    marks |= {(2, 0): "10", (2, 1): "11"}
    rows = [a_row(samples[n], mark, epoch=epoch) for (n, epoch), mark in marks.items()]
    return summarize(samples, rows, rules="audited", epochs=3)


def test_by_hand(found):
    told = found.by_epoch
    assert [one.scored for one in told.per_epoch] == [3, 3, 2]
    # IF: (1 + 1 + 0.25) / 3, (1 + 0.25 + 1) / 3, (1 + 0) / 2
    assert [one.if_score for one in told.per_epoch] == [75.0, 75.0, 50.0]
    assert [one.prompt for one in told.per_epoch] == [66.6667, 66.6667, 50.0]
    assert told.complete == 2
    assert told.pass_at == {1: 66.6667, 2: 83.3333, 3: 100.0}
    assert told.consistent == 50.0
    assert (told.mean, told.interval) == (found.if_score, found.interval)


def test_all_epochs_of_a_sample_lie_in_one_cluster():
    samples = [a_sample("summarize", n, COMMA, article=f"a{n}") for n in range(6)]
    once = [a_row(sample, str(n % 2)) for n, sample in enumerate(samples)]
    often = [a_row(sample, str(n % 2), epoch=e) for n, sample in enumerate(samples) for e in range(20)]
    narrow = interval({"summarize": [((n, e), n % 2) for n in range(6) for e in range(20)]})
    one, many = (summarize(samples, rows, rules="audited", epochs=k) for rows, k in ((once, 1), (often, 20)))
    assert "6 articles" in many.by_epoch.interval.method
    width = many.interval.high - many.interval.low
    assert width > 2 * (narrow.high - narrow.low), "twenty equal answers are no new evidence"
    assert one.by_epoch is None


def test_it_comes_back_from_disk_and_is_not_there_for_one_epoch(found):
    assert Summary.from_json(found.to_json()) == found
    assert found.to_json()["by_epoch"]["pass_at"] == {"1": 66.6667, "2": 83.3333, "3": 100.0}
    sample = a_sample("summarize", 1, COMMA)
    assert "by_epoch" not in summarize([sample], [a_row(sample, "1")], rules="audited").to_json()


def test_nothing_complete_has_no_figures():
    sample = a_sample("summarize", 1, COMMA)
    told = summarize([sample], [a_row(sample, "1")], rules="audited", epochs=2).by_epoch
    assert (told.complete, told.pass_at, told.consistent) == (0, {}, None)
    assert told.per_epoch[1].if_score is None


@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_all_is_the_share_of_draws_with_right_answers_only(given_):
    answers, right, k = given_
    draws = list(combinations([True] * right + [False] * (answers - right), k))
    assert pass_all(k, answers, right) == pytest.approx(sum(map(all, draws)) / len(draws))


def test_pass_all_is_in_the_record_and_the_table(found):
    told = found.by_epoch
    assert told.pass_all == {1: 66.6667, 2: 50.0, 3: 50.0}
    record = told.to_json()
    assert record["pass_all"] == {"1": 66.6667, "2": 50.0, "3": 50.0}
    assert record["reliable_at"] == {"3": 50.0}
    assert [name for name, _ in epoch_rows(told)][3:] == [
        "pass@1",
        "pass@2",
        "pass@3",
        "pass^2",
        "pass^3, reliable@3",
        "same verdict in all epochs",
    ]
