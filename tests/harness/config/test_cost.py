"""Costs by hand, and sums over journals."""

from __future__ import annotations

import pytest

from harness.adapters.base import Failure, Response
from harness.config.prices import Prices, format_dollars
from harness.store.charges import SpentTotals, UsageRecord, add_up, describe_spent

PRICES = Prices(2.0, 10.0, "2026-01-01", cached_input=0.5)


# Prices


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"input": 1000, "output": 100}, 0.003),
        ({"input": 1000, "output": 100, "cached": 400}, 0.0024),
        ({"input": 1000, "output": 100, "cached": 4000}, 0.0015),
        ({"input": 1000, "output": 100, "reasoning": 90}, 0.003),
        ({"input": 0, "output": 0}, 0.0),
        ({"input": 1}, None),
        ({"output": 1}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_cost_of_an_answer(usage, cost):
    assert PRICES.cost(usage) == cost


def test_where_the_price_of_cached_input_is_not_known_it_counts_as_input():
    assert Prices(2.0, 10.0, "2026-01-01").cost({"input": 1000, "output": 100, "cached": 400}) == 0.003


def test_prices_hold_up_to_a_length_and_nobody_knows_beyond():
    prices = Prices(2.0, 10.0, "2026-01-01", up_to=100)
    assert prices.cost({"input": 100, "output": 1}) == 0.00021
    assert prices.cost({"input": 101, "output": 1}) is None


def test_a_price_of_nothing_is_not_an_unknown_price():
    assert Prices(0.0, 0.0, "2026-01-01").cost({"input": 5, "output": 5}) == 0.0


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "$0"),
        (1234.5, "$1,234.50"),
        (1.5, "$1.5000"),
        (0.0123, "$0.0123"),
        (0.00012, "$0.000120"),
        (1e-7, "$0.000000100"),
    ],
)
def test_dollars(amount, shown):
    assert format_dollars(amount) == shown


# Sums


def charge(record):
    return UsageRecord.of(record.to_json())


def test_everything_on_record_is_added_up():
    records = [
        Response("a", 0, "x", "m", usage={"input": 10, "output": 5, "cached": 4, "reasoning": 2}, cost=0.5),
        Response("a", 0, "x", "m", usage={"input": 1, "output": 1}, wasted={"input": 2, "output": 3}, cost=0.25),
        Response("b", 0, "x", "m", usage={"input": 100, "output": 50}),
        Response("c", 0, "x", "m"),
        Failure("d", 0, "m", "exhausted", "no text", usage={"input": 7, "output": 9}, cost=0.125),
        Failure("e", 0, "m", "exhausted", "no text", usage={"input": 1, "output": 1}),
        Failure("f", 0, "m", "timeout", "slow"),
    ]
    assert add_up(map(charge, records)) == SpentTotals(
        input_tokens=121,
        output_tokens=69,
        cached_tokens=4,
        reasoning_tokens=2,
        tokens_unknown=1,
        cost=0.875,
        cost_unknown=3,
    )


def test_nothing_known_is_unknown_and_not_nothing():
    found = add_up([charge(Response("a", 0, "x", "m"))])
    assert (found.cost, found.cost_unknown, found.tokens_unknown) == (None, 1, 1)
    assert describe_spent(found) == "tokens unknown; cost unknown"
    assert SpentTotals.from_json(found.to_json()) == found


def test_where_no_request_is_on_record_nothing_is_unknown():
    cached = charge(Failure("a", 0, "m", "malformed", "no JSON"))
    assert describe_spent(add_up([])) == describe_spent(add_up([cached])) == "nothing that is on record"


def test_what_is_known_and_what_is_not_is_told_together():
    found = SpentTotals(1200, 800, 300, 500, tokens_unknown=1, cost=0.011, cost_unknown=2)
    assert describe_spent(found) == (
        "tokens 1,200 in (300 cached), 800 out (500 thinking), unknown of 1 answer; cost $0.0110, unknown of 2 answers"
    )


@pytest.mark.parametrize("usage", ["many", {"input": "5"}, {"input": True}, {"other": 3}, []])
def test_records_of_others_do_not_break_the_sums(usage):
    found = add_up([UsageRecord.of({"sample_id": "a", "text": "x", "usage": usage, "cost": "free", "wasted": 3})])
    assert (found.tokens, found.tokens_unknown, found.cost_unknown) == (0, 1, 1)
