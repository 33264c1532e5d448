"""The functions of `harness`: checked like the commands, usable in a running event loop, interrupted without loss."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time

import pytest
from ifh import lines
from loopback import Loopback, Reply, says

import harness
from harness.config.run_file import load_config
from harness.errors import ConfigError, NotComparable, StoreError


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def slow(_body):
    return Reply(says("Fine.").body, delay=0.15)


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


def test_a_run_has_its_score_and_files(tmp_path):
    result = harness.run("smoke", limit=8, quiet=True)
    scores = json.loads((result.folder / "scores.json").read_text())
    assert (result.score, result.stop_reason) == (100.0, None) == (scores["if_score"], None)
    assert result.summary.scored == 8
    assert (result.interval.low, result.interval.high) == (scores["interval"]["low"], 100.0)
    assert result.report.parent.resolve() == result.folder.resolve()
    assert result.folder.resolve().parent == tmp_path / "results"


def test_a_configuration_is_a_path_a_name_or_a_config(tmp_path):
    (tmp_path / "mine.toml").write_text('[questions]\nper_task = 1\n[model]\nname = "oracle"\nadapter = "scripted"\n')
    by_path, by_text = harness.run(tmp_path / "mine.toml", quiet=True), harness.run("mine.toml", quiet=True)
    by_config = harness.run(load_config("mine.toml"), quiet=True)
    assert {result.summary.scored for result in (by_path, by_text, by_config)} == {4}
    assert len({result.folder.name for result in (by_path, by_text, by_config)}) == 1


def test_options_do_what_they_do_on_the_command_line(tmp_path):
    with Loopback(says("Fine.")) as server:
        result = harness.run(
            "smoke",
            model="compatible/mock",
            base_url=server.url,
            temperature=0,
            max_tokens=77,
            limit=2,
            max_retries=0,
            out=tmp_path / "here",
            cache=tmp_path / "cache",
            quiet=True,
        )
        bodies = [heard.body for heard in server.heard]
        assert [(body["temperature"], body["max_tokens"]) for body in bodies] == [(0, 77)] * 2
        harness.run("smoke", model="compatible/mock", base_url=server.url, limit=2, out=result.folder, quiet=True,
                    temperature=0.0, max_tokens=77, retry="blank")  # fmt: skip
        assert len(server.heard) == 2
    assert result.folder == tmp_path / "here"
    assert list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"retry": ("blnak",)}, "option retry: unknown value 'blnak'; did you mean 'blank'?"),
        ({"retry": 3}, "option retry takes a list, got 3"),
        ({"limit": "3"}, "option limit takes a whole number, got '3'"),
        ({"limit": 0}, "limit is 0, but must be at least 1"),
        ({"temperature": True}, "option temperature takes a number, got True"),
        ({"temperature": -1}, "model.temperature is -1, but must be at least 0"),
        ({"epochs": 0}, "ask.epochs is 0, but must be at least 1"),
        ({"max_retries": -1}, "option max_retries is -1, but must be at least 0"),
        ({"model": "opneai/x"}, "unknown adapter 'opneai'; did you mean 'openai'?"),
        ({"release": "2024-11-25"}, "release and skip_unknown need samples"),
        ({"samples": []}, "samples is an empty list"),
    ],
)
def test_wrong_options_are_named_before_anything_is_sent(tmp_path, options, message):
    with pytest.raises(ConfigError) as caught:
        harness.run("smoke", **options)
    assert message in str(caught.value)
    assert not (tmp_path / "results").exists()


def test_an_option_that_does_not_exist_is_a_type_error_with_a_near_miss():
    with pytest.raises(TypeError, match="no option 'modle'; did you mean 'model'"):
        harness.run("smoke", modle="openai/x")


def test_samples_are_generated_and_run():
    samples = harness.generate("smoke", limit=4, seed=7)
    assert len(samples) == 4
    assert {sample.id for sample in samples}.isdisjoint(sample.id for sample in harness.generate("smoke", limit=4))
    result = harness.run("smoke", samples=samples, model="scripted/partial", quiet=True)
    assert {line["id"] for line in lines(result.folder / "samples.jsonl")} == {sample.id for sample in samples}
    with pytest.raises(ConfigError, match="limit is 0"):
        harness.generate("smoke", limit=0)


def test_runs_are_scored_again_loaded_compared_and_reported():
    first = harness.run("smoke", quiet=True)
    second = harness.run("smoke", model="scripted/echo", quiet=True)
    assert harness.score(first.folder.name, rules="ifeval").summary.rules == "ifeval"
    assert (first.folder / "scores.ifeval.json").is_file()
    assert len(harness.load(first.folder).responses) == 20
    found = harness.compare(first.folder, second.folder)
    assert found.different
    assert "worse" in found.conclusion
    assert harness.report([first.folder, second.folder], "both.html").read_text().startswith("<!")
    assert harness.report(first.folder).name == "report.html"
    with pytest.raises(NotComparable):
        harness.compare(first.folder, harness.run("smoke", limit=4, seed=3, quiet=True).folder)
    with pytest.raises(ConfigError, match="confidence is 95"):
        harness.compare(first.folder, second.folder, confidence=95)
    with pytest.raises(StoreError, match="no such folder"):
        harness.score("nowhere")


def test_a_run_inside_a_running_loop():
    async def notebook():
        return harness.run("smoke", limit=4, quiet=True), await harness.run_async("smoke", limit=5, quiet=True)

    first, second = asyncio.run(notebook())
    assert (first.summary.scored, second.summary.scored) == (4, 5)


def test_errors_come_out_of_a_running_loop():
    async def notebook(call):
        return await call("smoke", limit=0) if call is harness.run_async else call("smoke", limit=0)

    for call in (harness.run, harness.run_async):
        with pytest.raises(ConfigError, match="limit is 0"):
            asyncio.run(notebook(call))


def test_the_loop_continues_during_an_async_run():
    async def main(url):
        ticks = 0
        run = asyncio.create_task(
            harness.run_async("smoke", model="compatible/mock", base_url=url, limit=8, concurrency=2, quiet=True)
        )
        while not run.done():
            await asyncio.sleep(0.02)
            ticks += 1
        return ticks, run.result().summary.scored

    with Loopback(slow) as server:
        ticks, scored = asyncio.run(main(server.url))
    assert scored == 8
    assert ticks > 5


def test_a_cancelled_run_saves_what_is_in_flight_and_is_resumed(tmp_path):
    options = {"model": "compatible/mock", "concurrency": 2, "out": "here", "quiet": True}

    async def main(server):
        run = asyncio.create_task(harness.run_async("smoke", base_url=server.url, **options))
        await asyncio.to_thread(wait_for, lambda: len(server.heard) >= 4)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert run.cancelled()
        return len(server.heard)

    with Loopback(slow) as server:
        requested = asyncio.run(main(server))
        assert requested < 20
        assert len(lines(tmp_path / "here" / "responses.jsonl")) == requested
        result = harness.run("smoke", base_url=server.url, **options)
        assert (result.summary.scored, len(server.heard)) == (20, 20)


def test_a_second_cancel_abandons_what_is_in_flight(tmp_path):
    async def main(server):
        run = asyncio.create_task(
            harness.run_async("smoke", model="compatible/mock", base_url=server.url, out="here", quiet=True)
        )
        await asyncio.to_thread(wait_for, lambda: server.heard)
        for _ in range(2):
            run.cancel()
            await asyncio.sleep(0.05)
        started = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await run
        return time.monotonic() - started

    with Loopback(lambda _body: Reply(says("Late.").body, delay=8)) as server:
        assert asyncio.run(main(server)) < 5
    assert not lines(tmp_path / "here" / "responses.jsonl")


def test_ctrl_c_in_a_notebook_ends_the_run_as_on_the_command_line():
    async def notebook(url):
        return harness.run("smoke", model="compatible/mock", base_url=url, concurrency=2, quiet=True)

    with Loopback(slow) as server:

        def interrupt():
            wait_for(lambda: len(server.heard) >= 4)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        loop = asyncio.new_event_loop()  # asyncio.run would handle the signal itself, which a notebook does not
        try:
            result = loop.run_until_complete(notebook(server.url))
        finally:
            thread.join()
            loop.close()
        assert len(server.heard) < 20
    assert result.stop_reason == "interrupted"
    assert result.summary.scored == len(server.heard)
