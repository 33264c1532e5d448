"""The cache across runs: what decides an answer decides the key, and no process can spoil it for another."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from adapter_helpers import SAMPLE, request

from harness.adapters.base import Response, Settings
from harness.errors import StoreError, Unavailable
from harness.runner.cache import CachingAdapter, ResponseCache, answer_key
from harness.store.journal import read_lines
from tasks.sample import Turn

HOME = Path(__file__).parents[3]
PLAN = {"adapter": "openai", "model": "m", "base_url": "http://x/v1", "options": {}, "samples": "1", "epochs": 2}


class Counting:
    """Answers with a number that grows."""

    def __init__(self):
        self.asked = 0

    async def complete(self, asked):
        self.asked += 1
        return Response(asked.sample_id, asked.epoch, f"answer {self.asked}", "served", cost=0.25)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc_info):
        pass


def ask(folder, *requests, plan=PLAN, adapter=None, **more):
    async def asking():
        async with CachingAdapter(adapter or Counting(), ResponseCache(folder), plan, **more) as cached:
            return [await cached.complete(one) for one in requests], cached

    return asyncio.run(asking())


def test_a_second_run_asks_nothing_and_pays_nothing(tmp_path):
    [first], _ = ask(tmp_path / "c", request())
    other_run = replace(request(), sample_id="another id for the same words")
    [second], cached = ask(tmp_path / "c", other_run)
    assert (first.from_cache, first.cost) == (False, 0.25)
    assert (second.text, second.from_cache, second.cost) == ("answer 1", True, 0.0)
    assert second.sample_id == "another id for the same words"
    assert (cached.hits, cached.inner.asked) == (1, 0)
    assert "1 responses came from it" in cached.describe()[0]


def test_everything_that_decides_an_answer_is_in_the_key_and_nothing_else():
    plain = request()
    others = [
        replace(plain, epoch=4),
        replace(plain, turns=(Turn.of("user", "Other."),)),
        replace(plain, turns=(Turn.of("system", SAMPLE.prompt),)),
        replace(plain, settings=Settings(temperature=0.0)),
        replace(plain, settings=Settings(extra={"effort": "low"})),
    ]
    plans = [{**PLAN, name: "other"} for name in ("adapter", "model", "base_url", "options")]
    keys = {answer_key(PLAN, one) for one in (plain, *others)} | {answer_key(plan, plain) for plan in plans}
    assert len(keys) == 1 + len(others) + len(plans)
    same = {**PLAN, "samples": "2", "epochs": 9}
    assert answer_key(same, replace(plain, sample_id="x")) == answer_key(PLAN, plain)


def test_what_is_asked_again_on_purpose_is_asked_and_its_answer_counts_from_then_on(tmp_path):
    ask(tmp_path, request())
    adapter = Counting()
    adapter.asked = 10
    [again], _ = ask(tmp_path, request(), adapter=adapter, skip=lambda _: True)
    assert (again.text, again.from_cache) == ("answer 11", False)
    assert ask(tmp_path, request())[0][0].text == "answer 11"


def test_a_failure_is_not_kept(tmp_path):
    class Broken(Counting):
        async def complete(self, *_):
            raise Unavailable("down")

    with pytest.raises(Unavailable):
        ask(tmp_path, request(), adapter=Broken())
    assert ask(tmp_path, request())[1].hits == 0


@pytest.mark.parametrize(
    ("damage", "hits"),
    [
        (lambda data: data[:-9], 1),  # cut by a crash
        (lambda data: data + b'{"key":"0123', 2),  # a line that is being written
        (lambda data: b"\xff\n" + data[:50] + b"\n", 1),
    ],
)
def test_damaged_lines_are_asked_anew_and_cost_no_other(tmp_path, damage, hits):
    ask(tmp_path, request(epoch=0))
    [oldest] = tmp_path.glob("*.jsonl")
    ask(tmp_path, request(epoch=1))
    oldest.write_bytes(damage(oldest.read_bytes()))
    answers, cached = ask(tmp_path, request(epoch=0), request(epoch=1))
    assert cached.hits == hits
    assert answers[1].from_cache


def test_processes_at_the_same_time_tear_nothing(tmp_path):
    program = """
import asyncio, sys
from pathlib import Path
from harness.adapters.base import Response
from harness.runner.cache import ResponseCache
async def main():
    cache, me = ResponseCache(Path(sys.argv[1])), sys.argv[2]
    await asyncio.gather(*(cache.put(f"{n:031x}{me}", Response("s", 0, me * 5000, "m")) for n in range(200)))
    cache.close()
asyncio.run(main())
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(HOME)}
    processes = [subprocess.Popen([*command, me], env=environment) for me in "abc"]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    found = ResponseCache(tmp_path)
    for me in "abc":
        assert all(found.get(f"{n:031x}{me}").text == me * 5000 for n in range(200))
    assert sum(1 for path in tmp_path.glob("*.jsonl") for _ in read_lines(path)) == 600


def test_what_another_process_adds_meanwhile_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("harness.runner.cache._LOOK_AGAIN", 0.0)
    before = ResponseCache(tmp_path)
    key = answer_key(PLAN, request())
    assert before.get(key) is None
    ask(tmp_path, request())
    assert before.get(key).text == "answer 1"


def test_a_cache_that_cannot_be_written_costs_no_answer(tmp_path, monkeypatch):
    async def full(*_):
        raise StoreError("no space")

    monkeypatch.setattr(ResponseCache, "put", full)
    answers, cached = ask(tmp_path, request(epoch=0), request(epoch=1))
    assert [answer.text for answer in answers] == ["answer 1", "answer 2"]
    assert "nothing more is saved in the cache: no space" in cached.describe()[1]
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        ResponseCache(tmp_path / "file")
