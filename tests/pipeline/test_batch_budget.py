"""The budget of a run in batches: never passed, whatever is lost on the way, and what does not fit is named."""

from __future__ import annotations

import json

import pytest
from batch_runs import KEYS, events, records, run_batch, write_set
from batch_server import BatchServer
from ifh import lines
from inside import inside
from priced import model_file

WORST = (75 * 0.5 + 100 * 2) / 1e6
"""US dollars that a request in a batch can cost: 11 or 12 bytes and 64 tokens in, 100 tokens out; rounded up."""


@pytest.fixture
def server():
    with BatchServer(polls=0) as one:
        yield one


@pytest.fixture
def run(server, tmp_path):
    """Return a function that runs in batches under a maximum cost."""
    samples, model = write_set(tmp_path, 6), model_file(tmp_path, server.url)

    def within(most, *more, code=None):
        limit = ("--max-cost", f"{most:.9f}") if most else ()
        return run_batch(server, tmp_path, samples, "--model-file", str(model), *limit, *more, code=code)

    return within


def spent(folder):
    """Return the US dollars that the responses of a run cost."""
    return sum(one["cost"] for one in lines(folder / "batch" / "responses.jsonl"))


def test_the_cap_is_reached_in_rounds_and_the_rest_is_named(server, run, tmp_path):
    server.polls, most = 1, 2 * WORST
    done = run(most, "--no-wait")
    assert "4 requests not submitted: max_cost has room for them only when these batches have ended" in done.said
    done = run(most, code=1)
    assert [len(batch.lines) for batch in server.batches] == [2, 1, 1, 1], "what responses leave over is spent"
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 5
    assert most - WORST < spent(tmp_path) <= most
    assert "rerun the same command with a higher --max-cost" in done.told + done.said
    run(1, code=0)
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 6


def test_a_cap_that_comes_later_counts_the_batches_at_the_provider(server, run):
    server.polls = 10**6
    run(None, "--no-wait", "-n", "3")
    assert "3 requests not submitted: max_cost" in run(3.5 * WORST, "--no-wait").said
    assert [len(batch.lines) for batch in server.batches] == [3]


@pytest.mark.parametrize("fate", ["missing", "malformed"])
def test_what_may_have_been_charged_counts_at_its_worst_also_after_a_restart(server, run, fate, tmp_path):
    server.lines = {(1, line): fate for line in (1, 2)}
    run(3 * WORST, "--no-wait")
    run(3 * WORST, "--no-wait")
    done = run(3 * WORST, code=1)
    sent = sum(len(batch.lines) for batch in server.batches)
    assert (sent, len(lines(tmp_path / "batch" / "responses.jsonl"))) == (3, 1)
    assert [one.get("doubtful") for one in events(tmp_path / "batch", "resolved")] == [2]
    assert "2 attempts of unknown cost are counted at the worst" in done.told + done.said


def test_an_expired_request_is_not_charged(server, run, tmp_path):
    server.lines = {(1, line): "expired" for line in (1, 2, 3)}
    run(3 * WORST)
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) >= 3


def test_a_prepared_batch_is_not_created_above_a_lower_cap(server, run, tmp_path):
    server.drop_creates = 10
    run(6 * WORST, "--max-retries", "0", code=1)
    server.drop_creates = 0
    run(2 * WORST, code=None)
    assert max(len(batch.lines) for batch in server.batches) <= 2
    assert spent(tmp_path) <= 2 * WORST


def test_a_cancelled_run_does_not_create_what_was_only_prepared(server, run, tmp_path):
    server.drop_creates = 10
    run(None, "--max-retries", "0", code=1)
    server.drop_creates = 0
    assert "unconfirmed" in inside("batch", "status", "batch", cwd=tmp_path, env=KEYS).said
    inside("batch", "cancel", "batch", cwd=tmp_path, env=KEYS)
    inside("batch", "collect", "batch", cwd=tmp_path, env=KEYS, code=1)
    assert server.batches == []
    run(None, code=0)
    assert [len(batch.lines) for batch in server.batches] == [6]


def test_a_full_queue_is_no_attempt_and_no_reason_to_wait_for_hours(server, run, tmp_path):
    server.ends = {1: "failed", 2: "failed"}
    server.errors = [{"code": "token_limit_exceeded", "message": "too much is queued"}]
    run(None, "--no-wait", "--batch-fallback", "fail")
    done = run(None, "--no-wait", "--batch-fallback", "fail", "--set", "ask.batch_poll=600", code=None)
    assert "6 requests not submitted: the provider's queue is full" in done.said
    assert done.returncode == 0
    run(None, "--batch-fallback", "fail", code=0)
    assert {one["attempts"] for one in lines(tmp_path / "batch" / "responses.jsonl")} == {1}
    assert records(tmp_path / "batch", "failures.jsonl") == []


def test_tokens_are_a_budget_as_well(server, tmp_path):
    samples = write_set(tmp_path, 4)
    run_batch(server, tmp_path, samples, "--max-tokens", "100", "--max-tokens-total", "250", code=1)
    usage = [one["usage"] for one in lines(tmp_path / "batch" / "responses.jsonl")]
    assert sum(one["input"] + one["output"] for one in usage) <= 250
    assert [len(batch.lines) for batch in server.batches] == [1, 1, 1]
    assert json.loads((tmp_path / "batch" / "scores.json").read_text())["scored"] == len(usage)
