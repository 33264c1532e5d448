"""Batches that a setting, a key or an account makes fail: the run ends early, says what to change, records nothing."""

from __future__ import annotations

import json
import os
import signal

import pytest
from batch_runs import BATCH, KEYS, PROVIDERS, arguments, events, in_child, records, run_batch, write_set
from batch_server import BatchServer
from ifh import lines
from inside import inside

from scorers import read
from tasks.sample import GAP, Sample, Turn

PARAMETER = "http400 unknown parameter: temperature"


@pytest.fixture(params=PROVIDERS)
def server(request):
    with BatchServer(request.param) as one:
        yield one


@pytest.fixture
def openai():
    with BatchServer() as one:
        yield one


def outcomes(folder):
    """Return what became of the requests of each batch."""
    return [one["outcome"] for one in events(folder / "batch", "resolved")]


def test_requests_that_are_all_rejected_alike_end_the_run(server, tmp_path):
    server.every = PARAMETER
    done = run_batch(server, tmp_path, write_set(tmp_path, 6), code=1)
    assert "the first 6 requests were rejected alike" in done.told
    assert "add --omit temperature" in done.told
    assert records(tmp_path / "batch", "failures.jsonl") == []
    assert outcomes(tmp_path) == [{"answered": 0, "failed": 0, "open": 6}]
    server.every = ""
    inside(*arguments(server, tmp_path / "set.jsonl", "--out", "batch"), cwd=tmp_path, env=KEYS)
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 6


def test_five_alike_are_enough_and_unsent_ones_do_not_matter(openai, tmp_path):
    openai.every, openai.lines = PARAMETER, {(1, 7): "expired"}
    assert "the first 6 requests" in run_batch(openai, tmp_path, write_set(tmp_path, 7), code=1).told


@pytest.mark.parametrize(
    ("fates", "answered", "failed"),
    [
        ({4: "ok"}, 1, 4),
        ({4: "http400 something else"}, 0, 5),
        ({4: "expired"}, 1, 4),
    ],
    ids=["one is answered", "they differ", "fewer than five"],
)
def test_rejections_are_failures_where_a_setting_is_not_to_blame(openai, fates, answered, failed, tmp_path):
    openai.lines = {(1, line): fates.get(line, PARAMETER) for line in range(1, 6)}
    run_batch(openai, tmp_path, write_set(tmp_path, 5), code=None)
    assert len(records(tmp_path / "batch", "responses.jsonl")) == answered
    assert [one["error"] for one in records(tmp_path / "batch", "failures.jsonl")] == ["rejected"] * failed


def test_after_a_first_response_rejections_alike_are_failures(openai, tmp_path):
    openai.lines = {(2, line): PARAMETER for line in range(1, 7)}
    run_batch(openai, tmp_path, write_set(tmp_path, 7), "--set", "ask.batch_size=1", "--no-wait")
    run_batch(openai, tmp_path, write_set(tmp_path, 7), code=None)
    assert records(tmp_path / "batch", "failures.jsonl") != []


def test_a_turn_that_an_earlier_process_got_counts_as_a_response(openai, tmp_path):
    turns = [Turn.of("user", "First?"), GAP, Turn.of("user", "And then?")]
    comma = [read({"id": "punctuation:no_comma"})]
    samples = tmp_path / "set.jsonl"
    samples.write_text(json.dumps(Sample.build("question", turns, comma, article_id="a").to_json()) + "\n")
    openai.lines = {(2, 1): PARAMETER}
    for _ in range(2):
        run_batch(openai, tmp_path, samples, "--no-wait")
    run_batch(openai, tmp_path, samples, code=1)
    [failure] = records(tmp_path / "batch", "failures.jsonl")
    assert "response 2 of 2" in failure["message"]


@pytest.mark.parametrize(
    ("provider", "error", "told"),
    [
        ("openai", {"code": "invalid_value", "message": "unknown parameter: temperature"}, "add --omit temperature"),
        ("openai", {"code": "billing_hard_limit_reached", "message": "hard limit"}, "no credit left: top it up"),
        ("openai", {"code": "model_not_found", "message": "no such model"}, "does not know the model 'mock'"),
        ("gemini", {"code": 3, "message": "unknown parameter: topP"}, "add --omit top_p"),
        ("gemini", {"code": 7, "message": "not yours"}, "check that the key"),
    ],
)
def test_a_file_that_is_rejected_as_a_whole_ends_the_run(provider, error, told, tmp_path):
    with BatchServer(provider, ends={1: "failed"}, errors=[error]) as server:
        done = run_batch(server, tmp_path, write_set(tmp_path, 3), code=1)
    assert told in done.told
    assert records(tmp_path / "batch", "failures.jsonl") == []
    assert len(server.batches) == 1


def test_a_failure_of_the_provider_itself_is_sent_again(tmp_path):
    with BatchServer("gemini", ends={1: "failed"}, errors=[{"code": 13, "message": "internal"}]) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 3))
    assert [len(batch.lines) for batch in server.batches] == [3, 3]


@pytest.mark.parametrize("fate", ["http402", "http404"])
def test_lines_without_credit_or_model_end_the_run(openai, fate, tmp_path):
    openai.lines = {(1, 2): fate}
    done = run_batch(openai, tmp_path, write_set(tmp_path, 3), code=1)
    assert {"http402": "no credit left", "http404": "does not know the model"}[fate] in done.said + done.told
    assert records(tmp_path / "batch", "failures.jsonl") == []
    inside(*arguments(openai, tmp_path / "set.jsonl", "--out", "batch"), cwd=tmp_path, env=KEYS)
    assert [len(batch.lines) for batch in openai.batches] == [3, 1]


_CREDIT, _KEY = (402, "insufficient_quota", {}), (401, "wrong key", {})


@pytest.mark.parametrize(
    ("step", "refusal"),
    [("upload", _CREDIT), ("create", _KEY), ("poll", _CREDIT)],
    ids=["upload-credit", "create-key", "poll-credit"],
)
def test_a_refused_step_ends_the_run_and_sends_nothing_twice(server, step, refusal, tmp_path):
    step = "create" if (server.provider, step) == ("anthropic", "upload") else step
    server.refuse = {step: refusal}
    done = run_batch(server, tmp_path, write_set(tmp_path, 2), code=1)
    assert ("no credit left" if refusal is _CREDIT else "check that the key") in done.told
    assert len(server.calls) <= 3
    server.refuse = {}
    inside(*arguments(server, tmp_path / "set.jsonl", "--out", "batch"), cwd=tmp_path, env=KEYS)
    assert len(server.batches) == 1
    assert server.count("list") == 0, "what was refused for good need not be looked for"
    assert {one["attempts"] for one in lines(tmp_path / "batch" / "responses.jsonl")} == {1}


def test_a_create_that_may_come_again_later_ends_the_run_with_the_time(openai, tmp_path):
    openai.refuse = {"create": (429, "slow down", {"retry-after": "7200"})}
    done = run_batch(openai, tmp_path, write_set(tmp_path, 2), code=1)
    assert "the provider asks to wait 2.0 hours" in done.told
    openai.refuse = {}
    inside(*arguments(openai, tmp_path / "set.jsonl", "--out", "batch"), cwd=tmp_path, env=KEYS)
    assert (len(openai.batches), openai.count("list")) == (1, 0)


def test_a_server_without_batches_is_named(openai, tmp_path):
    openai.refuse = {"upload": (404, "not here", {})}
    assert "no batches at" in run_batch(openai, tmp_path, write_set(tmp_path, 1), code=1).told


def test_ctrl_c_leaves_samples_in_a_batch_and_says_so(openai, tmp_path):
    openai.ends, samples = {1: "pending"}, write_set(tmp_path, 2)

    def when_polled(process):
        assert openai.wait_for("poll")
        os.kill(process, signal.SIGINT)

    done = in_child(when_polled, *arguments(openai, samples, *BATCH), folder=tmp_path)
    assert done.returncode == 1
    assert "or run: ifh batch collect batch" in done.told
    assert "unscored 2 (in_batch 2)" in done.said
    assert "its request waits in a batch; to collect, run: ifh batch collect batch" in done.said
    assert json.loads((tmp_path / "batch" / "scores.json").read_text())["failures"] == {"in_batch": 2}
    assert "ifh batch collect batch" in inside("compare", "batch", "batch", cwd=tmp_path, code=None).told
