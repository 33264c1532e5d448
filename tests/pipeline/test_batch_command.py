"""`ifh batch`, budget, cache and prices of runs in batches."""

from __future__ import annotations

import json

import pytest
from batch_runs import KEYS, arguments, events, run_batch, write_set
from batch_server import BatchServer
from ifh import lines
from inside import inside
from priced import model_file


@pytest.fixture
def server():
    with BatchServer() as one:
        yield one


def test_submit_today_collect_tomorrow(server, tmp_path):
    samples = write_set(tmp_path, 3, dialogue=True)
    server.polls = 1
    shown = run_batch(server, tmp_path, samples, "--no-wait").said
    assert "1 batch with 3 requests at the provider" in shown
    assert "ifh batch collect batch" in shown
    assert "in batches" in inside("list", ".", cwd=tmp_path).said
    assert "batches 1 at the provider, with 3 requests" in inside("status", "batch", cwd=tmp_path).said
    found = json.loads(inside("batch", "status", "batch", "--json", cwd=tmp_path, env=KEYS).stdout)
    assert [(one["batch_id"], one["resolved"]) for one in found["batches"]] == [("batch_1", False)]
    assert "expires" in inside("batch", "status", "batch", cwd=tmp_path, env=KEYS).said
    again = inside("batch", "collect", "batch", "--no-wait", cwd=tmp_path, env=KEYS)
    assert "1 batch with 3 requests" in again.said, "the second turns are at the provider now"
    done = inside("batch", "collect", "batch", cwd=tmp_path, env=KEYS)
    assert "scored 6 of 6" in done.said
    assert len(server.batches) == 2
    assert "No batch is at the provider" in inside("batch", "status", "batch", cwd=tmp_path, env=KEYS).said


def test_a_cancelled_run_sends_nothing_until_it_is_run_again(server, tmp_path):
    server.polls = 99
    samples = write_set(tmp_path, 4)
    run_batch(server, tmp_path, samples, "--no-wait")
    inside("batch", "cancel", "batch", cwd=tmp_path, env=KEYS)
    done = inside("batch", "collect", "batch", cwd=tmp_path, env=KEYS, code=1)
    assert "to send what is missing, rerun the same command" in done.said
    assert (len(lines(tmp_path / "batch" / "responses.jsonl")), len(server.batches)) == (2, 1)
    server.polls = 0
    inside(*arguments(server, samples, "--out", "batch"), cwd=tmp_path, env=KEYS)
    assert (len(lines(tmp_path / "batch" / "responses.jsonl")), len(server.batches)) == (4, 2)


def test_adapters_and_runs_without_batches_are_refused(server, tmp_path):
    samples = write_set(tmp_path, 1)
    refused = inside("run", "smoke", "--batch", cwd=tmp_path, code=2).told
    assert (
        "'scripted' has no batches; leave out --batch, or use one of anthropic, compatible, gemini, openai" in refused
    )
    inside(*arguments(server, samples, "--out", "live"), cwd=tmp_path, env=KEYS)
    assert "has no batches" in inside("batch", "collect", "live", cwd=tmp_path, code=2).told
    assert "add --batch" in inside(*arguments(server, samples, "--no-wait"), cwd=tmp_path, env=KEYS, code=2).told
    wrong = inside(*arguments(server, samples, "--set", "ask.batch_fallback=lve"), cwd=tmp_path, env=KEYS, code=2)
    assert "did you mean 'live'" in wrong.told


def test_costs_are_those_of_batches_and_on_record(server, tmp_path):
    samples, model = write_set(tmp_path, 4), model_file(tmp_path, server.url)
    priced = ("--model-file", str(model))
    inside(*arguments(server, samples, "--out", "live", *priced), cwd=tmp_path, env=KEYS)
    run_batch(server, tmp_path, samples, *priced)
    costs = [{one["sample_id"]: one["cost"] for one in lines(tmp_path / name / "responses.jsonl")}
             for name in ("live", "batch")]  # fmt: skip
    assert {id: pytest.approx(cost / 2) for id, cost in costs[0].items()} == costs[1]
    record = json.loads((tmp_path / "batch" / "run.json").read_text())
    assert record["batch"]["prices"] == {**record["model_file"]["prices"], "input": 0.5, "cached_input": 0.125,
                                         "output": 2.0, "batch": 1}  # fmt: skip
    estimates = [json.loads(inside(*arguments(server, samples, *priced, "--dry-run", "--json", *more), cwd=tmp_path,
                                   env=KEYS).stdout)["cost"]["high"] for more in ((), ("--batch",))]  # fmt: skip
    assert estimates[1] == pytest.approx(estimates[0] / 2, rel=0.01)


def test_a_budget_is_reserved_when_a_batch_is_submitted(server, tmp_path):
    samples, model = write_set(tmp_path, 6), model_file(tmp_path, server.url)
    # A request takes at most 75 tokens in and 100 out: $0.00024 in a batch.
    limited = ("--model-file", str(model), "--max-cost", "0.0008")
    done = run_batch(server, tmp_path, samples, *limited, code=None)
    assert len(server.batches[0].lines) == 3
    assert sum(one["cost"] for one in lines(tmp_path / "batch" / "responses.jsonl")) <= 0.0008
    assert "max_cost" in done.said or len(lines(tmp_path / "batch" / "responses.jsonl")) == 6


def test_the_cache_serves_batches_and_is_fed_by_them(server, tmp_path):
    samples = write_set(tmp_path, 3)
    inside(*arguments(server, samples, "--out", "live", "--cache", "cache"), cwd=tmp_path, env=KEYS)
    run_batch(server, tmp_path, samples, "--cache", "cache")
    assert server.batches == []
    more = write_set(tmp_path, 4)
    run_batch(server, tmp_path, more, "--cache", "cache", "--out", "more")
    assert [len(batch.lines) for batch in server.batches] == [1]
    inside(*arguments(server, more, "--out", "again", "--cache", "cache"), cwd=tmp_path, env=KEYS)
    assert server.live == 3


def test_prompts_of_a_resolved_batch_are_removed_and_its_requests_stay_on_record(server, tmp_path):
    run_batch(server, tmp_path, write_set(tmp_path, 2))
    [path] = (tmp_path / "batch" / "batches").iterdir()
    assert [(one["turn"], one["attempt"]) for one in lines(path)] == [(1, 1), (1, 1)]
    [prepared] = events(tmp_path / "batch", "prepared")
    assert path.name == f"{prepared['marker']}.map.jsonl"
    assert "key-123" not in (tmp_path / "batch" / "batches.jsonl").read_text()
