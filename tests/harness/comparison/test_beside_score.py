"""The rows beside the score, against figures by hand and against simulated sets with a known truth."""

from __future__ import annotations

import json

import numpy as np
import pytest
from making import make_run, took

from harness.comparison import compare
from harness.comparison.beside_score import bound_mean, bound_quantile, find_metric
from harness.errors import StoreError
from harness.scoring.per_response.response_metrics import ResponseMetrics, load_response_metrics

GOOD, HALF = (True, True), (True, False)


def test_shares_are_of_every_sample_that_both_runs_have():
    a = make_run("a", [GOOD] * 9 + ["rejected"], flags={0: ("truncated",), 1: ("blank",)})
    b = make_run("b", [GOOD] * 7 + ["exhausted", "refused", GOOD], flags={2: ("refused",)})
    rows = {one.name: one for one in compare(a, b).metrics}
    assert {name: (one.n, one.a, one.b, one.difference) for name, one in rows.items()} == {
        "truncated": (10, 10.0, 10.0, 0.0),
        "refused": (10, 0.0, 20.0, 20.0),
        "blank": (10, 10.0, 0.0, -10.0),
        "failed": (10, 10.0, 20.0, 10.0),
    }
    assert all(one.low < one.difference < one.high for one in rows.values())
    assert rows["failed"].unit == "%"


def test_a_share_of_0_in_both_is_not_certain_to_be_0():
    found = compare(make_run("a", [GOOD] * 12), make_run("b", [HALF] * 12))
    assert [one.name for one in found.metrics] == ["failed"], "flags that neither run has are left out"
    [failed] = found.metrics
    assert failed.high == pytest.approx(100 * (1 - 0.025 ** (1 / 12)), rel=1e-5)


def test_tokens_cost_latency_and_length_are_paired():
    a = make_run("a", [GOOD] * 8, metrics=[took(100 + n, 20.0 + n, 0.002, 1.0 + n) for n in range(8)])
    b = make_run("b", [GOOD] * 8, metrics=[took(150 + n, 25.0 + n, 0.003, 2.0 + n) for n in range(8)])
    rows = {one.name: one for one in compare(a, b).metrics}
    assert rows["output tokens, mean"].difference == 5
    assert (rows["length, mean"].a, rows["length, mean"].b) == (103.5, 153.5)
    assert rows["cost, mean"].difference == pytest.approx(0.001)
    assert rows["cost, mean"].low is None, "all differences are equal, and dollars have no largest value"
    assert (rows["latency, median"].a, rows["latency, median"].b) == (4.5, 5.5)
    assert rows["latency, p95"].n == 8
    assert rows["latency, median"].low is not None
    assert "takes 72 clusters, here are 8" in rows["latency, p95"].method


def test_what_one_run_does_not_report_has_no_row():
    a = make_run("a", [GOOD] * 8, metrics=[took(cost=None, tokens=None)] * 8)
    b = make_run("b", [GOOD] * 8, metrics=[took()] * 8)
    names = [one.name for one in compare(a, b).metrics]
    assert "cost, mean" not in names
    assert "output tokens, mean" not in names
    assert find_metric(compare(a, b).metrics, "length, mean").n == 8


def test_bounds_of_means_and_quantiles_hold_the_truth():
    draw = np.random.default_rng(5)
    held = {"mean": 0, "median": 0}
    for _ in range(80):
        article = draw.normal(0, 0.4, 40)
        a, b = (np.exp(article + draw.normal(shift, 0.4, 40)) for shift in (0.0, 0.3))
        cluster = np.arange(40)
        true = np.exp(0.3 + 0.16) - np.exp(0.16)
        mean, median = bound_mean(a, b, cluster, "articles", 0.025), bound_quantile(a, b, cluster, 0.5, 0.025)
        held["mean"] += mean.low <= true <= mean.high
        held["median"] += median.low <= np.exp(0.3) - 1 <= median.high
    # 76 are due with a standard deviation of 1.4; the bootstrap of a median errs to the wide side.
    assert held["mean"] >= 71
    assert held["median"] >= 72


def test_metrics_are_those_of_the_latest_response(tmp_path):
    lines = [
        {
            "sample_id": "s",
            "epoch": 0,
            "text": "one",
            "model": "m",
            "seconds": 2.5,
            "cost": 0.1,
            "usage": {"output": 4},
        },
        {"sample_id": "s", "epoch": 0, "text": "again", "model": "n", "seconds": 1.5, "usage": {"output": "x"}},
        {"sample_id": "t", "epoch": 1, "text": "", "model": "n", "seconds": 9, "from_cache": True, "cost": True},
    ]
    (tmp_path / "responses.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert load_response_metrics(tmp_path) == {
        ("s", 0): ResponseMetrics(5, None, None, 1.5, "n"),
        ("t", 1): ResponseMetrics(0, None, None, None, "n"),
    }
    assert load_response_metrics(tmp_path / "none") == {}
    (tmp_path / "responses.jsonl").write_text("{}\nnot json\n{}\n")
    with pytest.raises(StoreError, match="line 2"):
        load_response_metrics(tmp_path)


def test_the_model_that_was_served_is_among_what_differs():
    a = make_run("a", [GOOD] * 3, model="x", metrics=[took(model="x-2026-01")] * 3)
    b = make_run("b", [GOOD] * 3, model="x", metrics=[took(model="x-2026-02")] * 3)
    [row] = [one for one in compare(a, b).run_differences if one.name == "served model"]
    assert row.values == ("x-2026-01", "x-2026-02")
