"""Batches through the command line: every request once, whatever provider, crash or answer."""

from __future__ import annotations

import json
import os

import pytest
from batch_runs import KEYS, PROVIDERS, arguments, events, kill_at, plain_report, records, run_batch, write_set
from batch_server import BatchServer
from ifh import lines
from inside import inside

from harness.adapters.batches.base import BatchLimits
from harness.adapters.batches.openai import OpenAIBatches

_WAYS = [(end, fallback) for end in ("expired", "cancelled", "gone") for fallback in ("resubmit", "live", "fail")]
EVERY = bool(os.environ.get("IFHARNESS_EVERY"))
"""Whether each case runs with each provider; otherwise those that all share run with one."""
ENDS = (
    [(*way, provider) for way in _WAYS for provider in PROVIDERS]
    if EVERY
    else [(*way, PROVIDERS[(number + number // 3) % 3]) for number, way in enumerate(_WAYS)]
)
FILES = ("responses.jsonl", "failures.jsonl", "turns.jsonl", "verdicts.jsonl")


@pytest.fixture(params=PROVIDERS)
def server(request):
    with BatchServer(request.param) as one:
        yield one


@pytest.fixture(params=PROVIDERS if EVERY else PROVIDERS[1:2])
def anthropic(request):
    with BatchServer(request.param) as one:
        yield one


@pytest.fixture(params=PROVIDERS if EVERY else PROVIDERS[2:])
def gemini(request):
    with BatchServer(request.param) as one:
        yield one


@pytest.fixture
def openai():
    with BatchServer("openai") as one:
        yield one


@pytest.mark.parametrize("provider", [*PROVIDERS, "responses"])
def test_a_run_in_batches_has_the_files_of_a_live_run(provider, tmp_path):
    samples = write_set(tmp_path, 5, dialogue=True)
    with BatchServer(provider) as server:
        inside(*arguments(server, samples, "--out", "live", "--epochs", "2"), cwd=tmp_path, env=KEYS)
        live, server.live = server.live, 0
        run_batch(server, tmp_path, samples, "--epochs", "2")
    assert (live, server.live) == (20, 0)
    assert [len(batch.lines) for batch in server.batches] == [10, 10], "the second turns follow the first ones"
    assert max(server.sent.values()) == 2, "each prompt once an epoch"
    for name in FILES:
        assert records(tmp_path / "batch", name) == records(tmp_path / "live", name)
    of_live, of_batch = (json.loads((tmp_path / name / "scores.json").read_text()) for name in ("live", "batch"))
    assert {**of_live, "spent": 0} == {**of_batch, "spent": 0}
    assert plain_report(tmp_path / "batch" / "report.html") == plain_report(tmp_path / "live" / "report.html")


@pytest.mark.parametrize("step", ["upload", "create", "poll", "download"])
def test_a_killed_run_attaches_to_its_batch_again(server, step, tmp_path):
    samples = write_set(tmp_path, 6)
    kill_at(server, "create" if (server.provider, step) == ("anthropic", "upload") else step, tmp_path, samples)
    inside(*arguments(server, samples, "--out", "batch"), cwd=tmp_path, env=KEYS)
    assert len(server.batches) == 1
    assert set(server.sent.values()) == {1}
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 6
    [resolved] = events(tmp_path / "batch", "resolved")
    assert resolved["outcome"] == {"answered": 6, "failed": 0, "open": 0}


@pytest.mark.parametrize("step", ["create", "poll", "download"])
def test_a_dialogue_killed_in_its_second_turn_repeats_nothing(openai, step, tmp_path):
    samples = write_set(tmp_path, 4, dialogue=True)
    for _ in range(1 if step == "create" else 2):
        run_batch(openai, tmp_path, samples, "--no-wait")
    kill_at(openai, step, tmp_path, samples)
    inside(*arguments(openai, samples, "--out", "batch"), cwd=tmp_path, env=KEYS)
    assert [len(batch.lines) for batch in openai.batches] == [4, 4]
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 8


def test_each_request_of_a_mixed_batch_gets_what_it_needs(server, tmp_path):
    server.lines = {(1, 1): "http400", (1, 2): "http429", (1, 3): "expired", (1, 4): "missing", (1, 5): "malformed",
                    (1, 6): "duplicate"}  # fmt: skip
    done = run_batch(server, tmp_path, write_set(tmp_path, 8))
    assert [len(batch.lines) for batch in server.batches] == [8, 4]
    assert sorted(server.sent.values()) == [1, 1, 1, 1, 2, 2, 2, 2]
    found = lines(tmp_path / "batch" / "responses.jsonl")
    assert sorted(one["attempts"] for one in found) == [1, 1, 1, 2, 2, 2, 2]
    assert not any(one["text"] == "twice" for one in found)
    [failure] = lines(tmp_path / "batch" / "failures.jsonl")
    assert failure["error"] == "rejected"
    assert "not this one" in failure["message"]
    assert "1 repeated, 1 unreadable" in done.told
    markers = {one["marker"] for one in events(tmp_path / "batch", "prepared")}
    assert len(markers) == 2


def test_a_lost_answer_to_a_creation_is_found_again(server, tmp_path):
    server.lose_creates = 1
    run_batch(server, tmp_path, write_set(tmp_path, 3))
    assert len(server.batches) == 1
    assert server.count("list") >= 1
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 3


def test_a_batch_of_another_run_is_not_taken_for_a_lost_one(tmp_path):
    with BatchServer("anthropic") as server:
        run_batch(server, tmp_path, write_set(tmp_path, 2), "--out", "other", "--no-wait")
        server.drop_creates = 1
        run_batch(server, tmp_path, write_set(tmp_path, 2))
        assert [len(batch.lines) for batch in server.batches] == [2, 2]
        assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 2
        run_batch(server, tmp_path, write_set(tmp_path, 2), "--out", "other")
    assert len(lines(tmp_path / "other" / "responses.jsonl")) == 2


@pytest.mark.parametrize(("end", "fallback", "provider"), ENDS)
def test_a_batch_that_ends_early_is_dealt_with_request_by_request(end, fallback, provider, tmp_path):
    with BatchServer(provider, ends={1: end}) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 4), "--batch-fallback", fallback, code=None)
    answered, failed = (len(records(tmp_path / "batch", name)) for name in ("responses.jsonl", "failures.jsonl"))
    unanswered = 4 if end == "gone" else 2
    assert (answered, failed) == ((4 - unanswered, unanswered) if fallback == "fail" else (4, 0))
    assert server.live == (unanswered if fallback == "live" else 0)
    assert len(server.batches) == (2 if fallback == "resubmit" else 1)


@pytest.mark.parametrize("end", ["expired", "cancelled"])
def test_a_batch_that_ends_without_any_result_is_sent_again(gemini, end, tmp_path):
    gemini.ends, gemini.lines = {1: end}, {(1, line): "missing" for line in (1, 2)}
    run_batch(gemini, tmp_path, write_set(tmp_path, 2))
    assert [len(batch.lines) for batch in gemini.batches] == [2, 2]
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 2


def test_a_rejected_file_names_the_lines(openai, tmp_path):
    openai.ends = {1: "failed"}
    openai.errors = [{"code": "invalid_json_line", "message": "this line is bad", "line": 2}]
    run_batch(openai, tmp_path, write_set(tmp_path, 3))
    [failure] = lines(tmp_path / "batch" / "failures.jsonl")
    [first, _] = events(tmp_path / "batch", "prepared")
    where = f"line 2 of batch batch_1, custom id {first['marker']}-2"
    assert failure["message"] == f"{where}: invalid_json_line: this line is bad"
    assert failure["sample_id"] == json.loads((tmp_path / "set.jsonl").read_text().splitlines()[1])["id"]
    assert [len(batch.lines) for batch in openai.batches] == [3, 2]


def test_a_full_queue_is_waited_for(openai, tmp_path):
    openai.ends = {1: "failed"}
    openai.errors = [{"code": "token_limit_exceeded", "message": "too much is queued"}]
    run_batch(openai, tmp_path, write_set(tmp_path, 3))
    assert [one["attempts"] for one in lines(tmp_path / "batch" / "responses.jsonl")] == [1, 1, 1]
    assert [len(batch.lines) for batch in openai.batches] == [3, 3]


def test_a_batch_rejected_as_a_whole_is_a_named_failure_of_each_request(tmp_path):
    with BatchServer("gemini", ends={2: "failed"}) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 5), "--set", "ask.batch_size=2")
    failures = lines(tmp_path / "batch" / "failures.jsonl")
    assert [one["error"] for one in failures] == ["rejected"] * 2
    assert all("not a valid file" in one["message"] for one in failures)


def test_batches_are_split_and_all_in_flight_together(anthropic, tmp_path):
    run_batch(anthropic, tmp_path, write_set(tmp_path, 7), "--set", "ask.batch_size=3", "--concurrency", "1")
    assert [len(batch.lines) for batch in anthropic.batches] == [3, 3, 1]
    first = next(time for name, time in anthropic.calls if name == "poll")
    assert all(time < first for name, time in anthropic.calls if name == "create"), "they do not wait for each other"


def test_a_provider_that_takes_less_gets_smaller_batches(openai, tmp_path):
    openai.too_large = 2
    run_batch(openai, tmp_path, write_set(tmp_path, 5))
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 5
    assert all(len(batch.lines) <= 2 for batch in openai.batches)


def test_file_ids_that_are_empty_are_none(openai, tmp_path):
    openai.empty_ids = True
    run_batch(openai, tmp_path, write_set(tmp_path, 2))
    assert openai.count("download") == 1


def test_looks_honour_retry_after_and_outlast_errors(anthropic, tmp_path):
    anthropic.retry_after, anthropic.polls, anthropic.fail_polls = "0.3", 2, 2
    run_batch(anthropic, tmp_path, write_set(tmp_path, 1))
    looks = [time for name, time in anthropic.calls if name == "poll"]
    assert len(looks) == 5
    assert min(looks[-1] - looks[-2], looks[-2] - looks[-3]) >= 0.29


def test_a_batch_that_never_ends_is_cancelled(gemini, tmp_path):
    gemini.ends = {1: "pending"}
    run_batch(gemini, tmp_path, write_set(tmp_path, 4), "--set", "ask.batch_timeout=0.1")
    assert gemini.count("cancel") == 1
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 4
    assert [len(batch.lines) for batch in gemini.batches] == [4, 2]


def test_a_wrong_key_ends_the_run_and_records_nothing(openai, tmp_path):
    openai.every = "http401"
    done = run_batch(openai, tmp_path, write_set(tmp_path, 2), code=1)
    assert "answered 401" in done.told
    assert records(tmp_path / "batch", "failures.jsonl") == []
    openai.every = ""
    inside(*arguments(openai, tmp_path / "set.jsonl", "--out", "batch"), cwd=tmp_path, env=KEYS)
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 2


def test_what_is_sent_again_on_purpose_is_collected_without_the_option(openai, tmp_path):
    openai.every = "http400"
    samples = write_set(tmp_path, 2)
    run_batch(openai, tmp_path, samples, code=1)
    openai.every = ""
    run_batch(openai, tmp_path, samples, "--retry", "failures", "--no-wait")
    run_batch(openai, tmp_path, samples, "--retry", "blank", "--retry", "truncated", "--no-wait", "--epochs", "1")
    inside("batch", "collect", "batch", cwd=tmp_path, env=KEYS)
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 2
    assert len(openai.batches) == 2


def test_batches_are_split_by_bytes(openai, tmp_path, monkeypatch):
    monkeypatch.setattr(OpenAIBatches, "limits", BatchLimits(requests=100, bytes=700))
    run_batch(openai, tmp_path, write_set(tmp_path, 6))
    assert sum(len(batch.lines) for batch in openai.batches) == 6
    assert all(event["bytes"] <= 700 for event in events(tmp_path / "batch", "prepared"))
    assert len(openai.batches) > 1
