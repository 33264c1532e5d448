"""What providers do differently from what their documents promise, and how a run in batches takes it."""

from __future__ import annotations

import itertools

import pytest
from batch_runs import KEYS, PROVIDERS, records, run_batch, write_set
from batch_server import BatchServer
from batch_states import DAY
from ifh import lines
from inside import inside

from harness.adapters.batches import http
from harness.runner.batches import engine


@pytest.mark.parametrize("place", ["response", "output"])
def test_results_of_gemini_may_come_with_the_state(place, tmp_path):
    samples = write_set(tmp_path, 5, dialogue=True)
    with BatchServer("gemini", inline=place, lines={(1, 1): "http400", (1, 2): "http429", (1, 3): "missing"}) as server:
        run_batch(server, tmp_path, samples)
    assert server.count("download") == 0
    assert [len(batch.lines) for batch in server.batches] == [5, 4, 2]
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 8
    assert [one["error"] for one in lines(tmp_path / "batch" / "failures.jsonl")] == ["rejected"]


@pytest.mark.parametrize(
    ("provider", "end"),
    [("openai", "expired"), ("openai", "cancelled"), ("openai", "completed"), ("anthropic", "expired"),
     ("gemini", "expired"), ("gemini", "cancelled")],
)  # fmt: skip
def test_an_ended_batch_that_names_no_results_is_sent_again(provider, end, tmp_path):
    with BatchServer(provider, ends={1: end}, bare=1) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 2))
    assert [len(batch.lines) for batch in server.batches] == [2, 2]
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 2


@pytest.mark.parametrize("fallback", ["resubmit", "live", "fail"])
def test_a_batch_that_outlives_its_expiry_is_cancelled_without_any_setting(fallback, tmp_path):
    with BatchServer("anthropic", ends={1: "pending"}, age=DAY + 3660) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 4), "--batch-fallback", fallback, code=None)
    assert server.count("cancel") == 1
    answered, failed = (len(records(tmp_path / "batch", name)) for name in ("responses.jsonl", "failures.jsonl"))
    assert (answered, failed) == ((2, 2) if fallback == "fail" else (4, 0))
    assert (len(server.batches), server.live) == {"resubmit": (2, 0), "live": (1, 2), "fail": (1, 0)}[fallback]


@pytest.mark.parametrize("status", [400, 409])
def test_a_batch_that_cannot_be_cancelled_is_still_collected(status, tmp_path):
    with BatchServer(ends={1: "pending"}, age=DAY + 3660, refuse={"cancel": (status, "not now", {})}) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 2), "--no-wait")
        refused = inside("batch", "cancel", "batch", cwd=tmp_path, env=KEYS, code=1)
        assert "Batch batch_1 was not cancelled: " in refused.said
        server.ends = {}
        inside("batch", "cancel", "batch", cwd=tmp_path, env=KEYS, code=0)
        run_batch(server, tmp_path, tmp_path / "set.jsonl")
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 2


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_lost_batch_is_found_on_a_later_page(provider, tmp_path):
    with BatchServer(provider, page=1, polls=0) as server:
        for name in ("one", "two", "three"):
            run_batch(server, tmp_path, write_set(tmp_path, 2), "--out", name, "--no-wait")
        server.lose_creates = 1
        run_batch(server, tmp_path, write_set(tmp_path, 3), "--max-retries", "0", code=1)
        server.batches.insert(0, server.batches.pop())
        run_batch(server, tmp_path, tmp_path / "set.jsonl")
    assert len(server.batches) == 4
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 3


def test_compatible_servers_write_states_and_times_in_their_own_way(tmp_path):
    with BatchServer("compatible", shouts=True, empty_ids=True) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 3), "--no-wait")
        shown = inside("batch", "status", "batch", cwd=tmp_path, env=KEYS).said
        run_batch(server, tmp_path, tmp_path / "set.jsonl")
    assert "in_progress, 3 requests, submitted" in shown or "completed, 3 requests, submitted" in shown
    assert "expires" in shown
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 3


def test_a_line_that_is_too_long_is_passed_over(monkeypatch, tmp_path):
    monkeypatch.setattr(http, "LINE", 100_000)
    with BatchServer("anthropic", lines={(1, 2): "http400 " + "x" * 300_000}) as server:
        done = run_batch(server, tmp_path, write_set(tmp_path, 4))
    assert "1 unreadable" in done.told
    assert [len(batch.lines) for batch in server.batches] == [4, 1]
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 4


def test_results_under_foreign_ids_are_none_and_no_reason_to_go_round_for_ever(tmp_path):
    with BatchServer("gemini", lines={(1, line): "foreign" for line in (1, 2)}, lose_creates=1) as server:
        done = run_batch(server, tmp_path, write_set(tmp_path, 2))
        assert [len(batch.lines) for batch in server.batches] == [2, 2]
        server.lines = {(batch, line): "foreign" for batch in (3, 4) for line in (1, 2)}
        done = run_batch(server, tmp_path, tmp_path / "set.jsonl", "--out", "again", "--max-retries", "1", code=1)
    assert "results passed over: 2 of other requests" in done.told
    assert len(server.batches) == 4
    assert len(lines(tmp_path / "again" / "failures.jsonl")) == 2


def test_looks_become_rarer(monkeypatch, tmp_path):
    monkeypatch.setattr(engine, "_FIRST", 0.02)
    with BatchServer(polls=7) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 1), "--set", "ask.batch_poll=0.08")
    looks = [time for name, time in server.calls if name == "poll"]
    pauses = [after - before for before, after in itertools.pairwise(looks)]
    assert len(looks) == 8
    least = (0.02, 0.03, 0.045, 0.0675, 0.08, 0.08)
    assert all(pause >= 0.99 * due for pause, due in zip(pauses, least, strict=False))


def test_only_dialogues_whose_turn_succeeded_have_a_next_one(tmp_path):
    with BatchServer(lines={(1, 1): "http400", (1, 2): "expired"}) as server:
        run_batch(server, tmp_path, write_set(tmp_path, 4, dialogue=True), "--batch-fallback", "fail")
    assert [len(batch.lines) for batch in server.batches] == [4, 2]
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 4


def test_samples_that_are_added_go_into_a_batch_of_their_own(tmp_path):
    samples = write_set(tmp_path, 4)
    with BatchServer() as server:
        run_batch(server, tmp_path, samples, "--no-wait", "-n", "2")
        run_batch(server, tmp_path, samples)
    assert [len(batch.lines) for batch in server.batches] == [2, 2]
    assert len(lines(tmp_path / "batch" / "responses.jsonl")) == 4
