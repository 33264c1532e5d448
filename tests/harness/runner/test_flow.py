"""Asking over a real network that goes wrong: faults, hangs, refusals; what is told meanwhile; what a run costs."""

import asyncio
import io
import json
import sys
import time
from pathlib import Path

import pytest
from adapter_helpers import INSTRUCTIONS
from ifh import ifh as started
from inside import inside as ifh
from loopback import Loopback, Reply, complains, says
from requesting import ask

from harness.adapters.base import AdapterSetup, Settings
from harness.adapters.registry import make_adapter
from harness.errors import AuthFailed
from harness.runner.limits.concurrency import ConcurrencyLimiter
from harness.runner.limits.retry import RetryPolicy
from harness.runner.progress.display import Progress
from harness.runner.progress.live_score import LiveScore
from harness.store.run_folder import RunFolder
from harness.store.run_spec import RunSpec
from scorers import read
from tasks.sample import Sample, Turn

sys.path.insert(0, str(Path(__file__).parents[3]))
from tests.bench.fault_server import SHARES, FaultServer, Weather

KEY = "sk-very-secret-0123456789"


def samples(count):
    checkers = [read(record) for record in INSTRUCTIONS]
    return [Sample.build("paraphrase", [Turn.of("user", f"Question {n}")], checkers) for n in range(count)]


def run(
    folder, url, asked, *, adapter="openai", timeout=5.0, concurrency=8, attempts=3, first=0.02, progress=None, **pace
):
    plan = RunSpec.of(samples=asked, model="m", adapter=adapter)

    async def asking(store):
        setup = AdapterSetup("m", base_url=url, timeout=timeout, concurrency=concurrency)
        async with make_adapter(adapter, setup) as opened:
            return await ask(
                asked,
                opened,
                store,
                model="m",
                settings=Settings(),
                limiter=ConcurrencyLimiter(concurrency, **pace),
                policy=RetryPolicy(attempts, first, 10 * first),
                progress=progress or Progress(quiet=True),
            )

    with RunFolder.open(folder, plan, samples=asked, header={}) as store:
        return asyncio.run(asking(store))


@pytest.mark.parametrize("adapter", ["openai", "compatible"])
def test_every_sample_is_answered_or_a_failure_whatever_the_network_does(tmp_path, adapter):
    asked, weather = samples(150), Weather(SHARES, retry_after=0.1, latency=0.02, seed=1)
    with FaultServer(weather) as server:
        done = run(tmp_path, server.url, asked, adapter=adapter, timeout=0.6, concurrency=16, attempts=8)
    store = RunFolder.load(tmp_path)
    answers, failures = list(store.responses()), list(store.failures())
    assert (done.responses, done.failures) == (len(answers), len(failures))
    assert {a.sample_id for a in answers} | {f.sample_id for f in failures} == {s.id for s in asked}
    assert len(answers) + len(failures) == len(asked)
    assert len(answers) > 145
    assert {f.error for f in failures} <= {"rate_limited", "unavailable", "malformed", "timeout"}
    assert min(server.fates[kind] for kind in SHARES) > 0
    assert not server.early
    least = sum(weather.least(sample.prompt, 8) for sample in asked)
    assert least <= server.attempts.total() <= 1.05 * least


def test_a_limit_that_all_run_into_is_waited_out_and_costs_few_requests(tmp_path):
    asked = samples(80)
    with FaultServer(Weather(latency=0.02, limit_after=30, limit_seconds=1.0)) as server:
        done = run(tmp_path, server.url, asked, concurrency=8, attempts=3)
    assert (done.responses, done.failures) == (80, 0)
    assert not server.early
    assert 0 < server.fates["limited"] <= 2 * 8 + 5
    assert max(response.attempts for response in RunFolder.load(tmp_path).responses()) == 2


def test_a_server_that_is_gone_for_a_moment_costs_no_question_its_attempts(tmp_path, monkeypatch):
    monkeypatch.setattr("harness.runner.limits.overload._FIRST", 0.1)
    times = []

    def reply(_body):
        times.append(time.monotonic())
        away = len(times) > 10 and times[-1] < times[10] + 1.0
        return complains(500) if away else says("Yes.")

    with Loopback(reply) as server:
        done = run(tmp_path, server.url, samples(60), concurrency=8, attempts=3, first=0.02)
    assert (done.responses, done.failures) == (60, 0)
    assert len(times) < 60 + 40


def test_a_wrong_key_costs_one_request(tmp_path):
    with Loopback(complains(401, "bad key")) as server:
        with pytest.raises(AuthFailed):
            run(tmp_path, server.url, samples(40))
        assert len(server.heard) == 1


def test_who_waits_to_try_again_leaves_the_place_to_others(tmp_path):
    def reply(body):
        first = body["messages"][0]["content"] == "Question 1" and len(server.heard) < 5
        return complains(500) if first else says("Yes.")

    with Loopback(reply) as server:
        done = run(tmp_path, server.url, samples(12), concurrency=1, first=0.5)
        asked = [heard.body["messages"][0]["content"] for heard in server.heard]
    assert (done.responses, len(asked), server.most_at_once) == (12, 13, 1)
    assert asked[-1] == "Question 1"


def test_as_many_are_in_flight_as_asked_for(tmp_path):
    with Loopback(Reply(says("Yes.").body, delay=0.1)) as server:
        run(tmp_path, server.url, samples(60), concurrency=24)
        assert server.most_at_once == 24


def test_a_server_that_hangs_is_told_of_given_up_and_asked_again(tmp_path, monkeypatch):
    for module in ("display", "counters"):
        monkeypatch.setattr(f"harness.runner.progress.{module}.EVERY", 0.6)
    told = io.StringIO()
    with Loopback(Reply(says("Yes.").body, delay=30)) as server:
        done = run(
            tmp_path, server.url, samples(3), timeout=1.6, attempts=2, first_alone=0.1, progress=Progress(stream=told)
        )
    assert (done.responses, done.failures) == (0, 3)
    assert {failure.error for failure in RunFolder.load(tmp_path).failures()} == {"timeout"}
    assert "0 of 3 done, waiting for 3 in flight, longest 1 s" in told.getvalue()
    assert "3 failed (timeout 3), 6 retried" not in told.getvalue().splitlines()[0]
    assert len(server.heard) == 6


def test_the_score_so_far_is_told_and_judged_off_the_event_loop(tmp_path, monkeypatch):
    monkeypatch.setattr("harness.runner.progress.live_score._AFTER", 0.0)
    monkeypatch.setattr("harness.runner.progress.display.EVERY", 0.2)
    asked = samples(60)
    live = LiveScore({sample.id: sample for sample in asked}, None, ("thinking",))
    told = io.StringIO()
    usage = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
    text = "The harbour saw a storm that night. " * 8
    with Loopback(Reply(says(text, usage=usage).body, delay=0.3)) as server:
        run(tmp_path, server.url, asked, concurrency=6, progress=Progress(stream=told, live=live))
    assert "IF so far 100.0 ± 0.0 (" in told.getvalue()
    assert " tokens/s" in told.getvalue()
    assert "6 in flight" in told.getvalue()


def test_the_debug_log_tells_requests_without_secrets(tmp_path):
    secret = "another-secret-987"
    config = tmp_path / "one.toml"
    with Loopback(says(f"Yes, {KEY}.")) as server:
        config.write_text(
            f'[questions]\nper_task = 1\n[model]\nname = "m"\nbase_url = "{server.url}"\nkey_env = "MINE"\n'
            f'extra = {{ prompt_cache_key = "{secret}" }}\n'  # no key, but its name ends as one's
        )
        found = ifh("run", config, "--out", "r", "--log-level", "debug", cwd=tmp_path, env={"MINE": KEY})
        heard = server.heard[0]
        silent = ifh("run", config, "--out", "r2", cwd=tmp_path, env={"MINE": KEY})
    assert "DEBUG" not in silent.stderr
    assert heard.headers["Authorization"] == f"Bearer {KEY}"
    assert "DEBUG -> " in found.stderr
    assert "DEBUG <- " in found.stderr
    assert "'role': 'user'" in found.stderr
    assert "Yes, [key]." in found.stderr
    assert KEY not in found.stderr
    assert secret not in found.stderr + found.stdout


def test_a_whole_run_is_timed(tmp_path):
    began = time.monotonic()
    found = started("bench", "run", "--samples=30", "--latency-ms=20", "-c", "6", "--json", cwd=tmp_path)
    took = time.monotonic() - began
    measured = json.loads(found.stdout)
    assert measured["most_in_flight"] == 6
    assert measured["bound"] == 0.1
    assert measured["asking"] > 0.1
    assert measured["start"] + measured["asking"] + measured["tail"] == pytest.approx(measured["wall"], abs=0.001)
    assert measured["wall"] < took
    assert measured["peak_memory_mb"] > 20
    if sys.platform == "linux":
        assert 0 < measured["asking_cpu_ms"] < measured["without_scoring_cpu_ms"] < measured["cpu_ms"]
    assert measured["bytes_per_sample"] > 500
    assert "no adapter" not in found.stderr
    assert "opneai" in ifh("bench", "run", "--adapter=opneai", cwd=tmp_path, code=2).stderr
