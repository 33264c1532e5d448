"""Asking: so many at once, each once, what was paid for kept; how it ends early; what it tells meanwhile."""

import asyncio
import io
import os
import re
import resource
import signal
import subprocess
import sys
import time

import pytest
from requesting import ask

from harness.adapters.base import Response, Settings
from harness.errors import AuthFailed, RateLimited, Rejected, StoreError, Unavailable
from harness.runner.limits.retry import RetryPolicy
from harness.runner.progress.display import Progress
from harness.store.run_folder import RunFolder
from harness.store.run_spec import RunSpec
from scorers import read
from tasks.sample import Sample, Turn

SAMPLES = [
    Sample.build("paraphrase", [Turn.of("user", f"Question {n}")], [read({"id": "punctuation:no_comma"})])
    for n in range(40)
]
QUICK = RetryPolicy(attempts=3, first=0.01, longest=0.02)


class Scripted:
    """Answers after `seconds`, or does what `special` says for a prompt."""

    def __init__(self, seconds=0.0, special=None, text="an answer"):
        self.seconds, self.text = seconds, text
        self.special = special or {}
        self.asked = []
        self.flying = self.most = 0

    async def complete(self, request):
        prompt = request.turns[0].text
        self.asked.append((prompt, request.epoch))
        self.flying += 1
        self.most = max(self.most, self.flying)
        try:
            if prompt in self.special:
                done = self.special[prompt](request)
                if done is not None:
                    return done
            await asyncio.sleep(self.seconds)
            return answer(request, self.text)
        finally:
            self.flying -= 1


def answer(request, text="an answer"):
    return Response(request.sample_id, request.epoch, text, request.model, usage={"input": 1, "output": 2}, cost=0.5)


def raising(error):
    def act(_request):
        raise error

    return act


def run(folder, adapter, *, samples=SAMPLES, epochs=1, concurrency=4, policy=QUICK, progress=None):
    plan = RunSpec.of(samples=samples, model="m", adapter="test", epochs=epochs)
    with RunFolder.open(folder, plan, samples=samples, header={}) as store:
        return asyncio.run(
            ask(
                samples,
                adapter,
                store,
                model="m",
                settings=Settings(),
                epochs=epochs,
                concurrency=concurrency,
                policy=policy,
                progress=progress or Progress(quiet=True),
            )
        )


def kept(folder):
    by_id = {sample.id: sample.prompt for sample in SAMPLES}
    return [(by_id[response.sample_id], response.epoch) for response in RunFolder.load(folder).responses()]


def failed(folder):
    by_id = {sample.id: sample.prompt for sample in SAMPLES}
    return {by_id[failure.sample_id]: failure for failure in RunFolder.load(folder).failures()}


def counts(asked):
    return asked.responses, asked.failures, asked.resumed, asked.stop_reason


def test_every_sample_and_epoch_is_asked_once_and_kept(tmp_path):
    adapter = Scripted()
    twice = [*SAMPLES, SAMPLES[0]]  # a published set can hold a question twice
    assert counts(run(tmp_path, adapter, samples=twice, epochs=2)) == (80, 0, 0, None)
    assert sorted(adapter.asked) == sorted(kept(tmp_path)) == sorted((s.prompt, e) for s in SAMPLES for e in (0, 1))
    response = next(RunFolder.load(tmp_path).responses())
    assert (response.cost, response.usage, response.attempts) == (0.5, {"input": 1, "output": 2}, 1)
    assert counts(run(tmp_path, adapter, samples=twice, epochs=2)) == (0, 0, 80, None)
    assert len(adapter.asked) == 80


def test_so_many_are_in_flight_at_once_and_never_more(tmp_path):
    adapter = Scripted()
    together = asyncio.Event()

    async def complete(request):
        if request.turns[0].text == "Question 0":
            return answer(request)  # the first one is asked alone
        adapter.flying += 1
        adapter.most = max(adapter.most, adapter.flying)
        if adapter.flying == 7:
            together.set()
        await asyncio.wait_for(together.wait(), 5)  # nobody gets an answer before seven have asked
        await asyncio.sleep(0.001)
        adapter.flying -= 1
        return answer(request)

    adapter.complete = complete
    assert counts(run(tmp_path, adapter, concurrency=7)) == (40, 0, 0, None)
    assert adapter.most == 7


def test_failures_are_recorded_and_asked_again_except_rejected_ones(tmp_path):
    special = {
        "Question 1": raising(Rejected("bad request")),
        "Question 2": raising(Rejected("no text", cause="exhausted", usage={"output": 9})),
        "Question 3": raising(Unavailable("slow", cause="timeout")),
        "Question 4": raising(RateLimited("too often")),
        "Question 5": raising(ZeroDivisionError("oops")),
        "Question 6": lambda request: Response("another id", request.epoch, "x", "m"),
        "Question 7": lambda request: Response(request.sample_id, request.epoch, "x", "m", usage={"input": object()}),
        "Question 8": lambda _request: "a text",
    }
    adapter = Scripted(special=special)
    assert counts(run(tmp_path, adapter)) == (32, 8, 0, None)
    found = {prompt: (f.error, f.attempts, f.usage) for prompt, f in failed(tmp_path).items()}
    assert found == {
        "Question 1": ("rejected", 1, None),
        "Question 2": ("exhausted", 1, {"output": 9}),
        "Question 3": ("timeout", 3, None),
        "Question 4": ("rate_limited", 3, None),
        "Question 5": ("bug", 1, None),
        "Question 6": ("bug", 1, None),
        "Question 7": ("bug", 1, None),
        "Question 8": ("bug", 1, None),
    }
    messages = {prompt: failure.message for prompt, failure in failed(tmp_path).items()}
    assert re.match(r".*test_ask\.py:\d+: complete\(\) of the adapter raised ZeroDiv.*: oops; ", messages["Question 5"])
    assert re.match(r".*test_ask\.py:\d+: complete\(\) of the adapter returned str 'a text'", messages["Question 8"])
    assert failed(tmp_path)["Question 3"].seconds > 0.01
    again = Scripted()
    assert counts(run(tmp_path, again)) == (7, 0, 33, None)
    assert sorted(prompt for prompt, _ in again.asked) == [f"Question {n}" for n in range(2, 9)]
    assert list(failed(tmp_path)) == ["Question 1"]


def test_a_wrong_key_ends_the_run_and_keeps_what_was_in_flight(tmp_path):
    adapter = Scripted(0.1, special={"Question 6": raising(AuthFailed("the key is refused"))})
    with pytest.raises(AuthFailed, match="the key is refused"):
        run(tmp_path, adapter, concurrency=4)
    # Question 0 was asked alone, 1-4 together; 5, 7 and 8 were in flight when 6 was refused.
    assert len(adapter.asked) in (7, 8, 9)
    assert len(kept(tmp_path)) == len(adapter.asked) - 1
    assert failed(tmp_path) == {}


def test_after_a_wrong_key_nothing_is_tried_again(tmp_path):
    special = {"Question 1": raising(Unavailable("later", wait=30)), "Question 2": raising(AuthFailed("no"))}
    adapter = Scripted(0.05, special=special)
    began = time.monotonic()
    with pytest.raises(AuthFailed):
        run(tmp_path, adapter, concurrency=2)
    assert time.monotonic() - began < 5
    assert [prompt for prompt, _ in adapter.asked].count("Question 1") == 1
    assert kept(tmp_path) == [("Question 0", 0)]


def test_a_full_disk_ends_the_run_and_it_goes_on_when_there_is_space(tmp_path):
    adapter = Scripted(0.002, text="x" * 2000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, before[1]))
    try:
        with pytest.raises(StoreError, match=r"responses\.jsonl: cannot be written.*free space"):
            run(tmp_path, adapter)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    have = len(kept(tmp_path))
    assert 8 <= have < 16
    assert len(adapter.asked) - have <= 8  # nothing was asked after the disk was full but what was in flight
    again = Scripted()
    assert counts(run(tmp_path, again)) == (40 - have, 0, have, None)
    assert sorted(kept(tmp_path)) == sorted((s.prompt, 0) for s in SAMPLES)


def _signal(number):
    """Send a signal to this process; the end of a terminal twice, as shell and system do."""
    for _ in range(1 + (number == signal.SIGHUP)):
        os.kill(os.getpid(), number)
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_keeps_what_is_in_flight_and_asks_nothing_more(tmp_path, number):
    told = io.StringIO()
    adapter = Scripted(0.2, special={"Question 5": lambda _: _signal(number)})
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    asked = run(tmp_path, adapter, concurrency=4, progress=Progress(stream=told))
    assert counts(asked) == (9, 0, 0, "interrupted")  # the first one alone, then twice four
    assert len(kept(tmp_path)) == len(adapter.asked) == 9
    assert "Interrupted: waiting for 4 responses in flight; Ctrl-C again abandons them." in told.getvalue()
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert counts(run(tmp_path, Scripted())) == (31, 0, 9, None)


def test_an_interrupt_after_which_nothing_is_missing_is_no_early_end(tmp_path):
    adapter = Scripted(0.05, special={"Question 1": lambda _: _signal(signal.SIGINT)})
    asked = run(tmp_path, adapter, samples=SAMPLES[:2], concurrency=2)
    assert (*counts(asked), asked.message) == (2, 0, 0, None, "")


def test_an_interrupt_while_all_wait_for_their_next_attempt_waits_for_nothing(tmp_path):
    told = io.StringIO()

    def refuse(_request):
        asyncio.get_running_loop().call_later(0.1, os.kill, os.getpid(), signal.SIGINT)
        raise RateLimited("slow down", wait=60)

    adapter = Scripted(special={"Question 0": refuse})
    run(tmp_path, adapter, samples=SAMPLES[:1], progress=Progress(stream=told))
    assert "\nInterrupted. Rerun the same command to resume.\n" in told.getvalue()


def test_a_second_interrupt_abandons_what_is_in_flight(tmp_path):
    def twice(_request):
        adapter.seconds = 60
        loop = asyncio.get_running_loop()
        loop.call_later(0.05, os.kill, os.getpid(), signal.SIGINT)
        loop.call_later(0.15, os.kill, os.getpid(), signal.SIGINT)

    adapter = Scripted(0.01, special={"Question 5": twice})
    began = time.monotonic()
    asked = run(tmp_path, adapter, concurrency=4)
    assert time.monotonic() - began < 5
    assert asked.stop_reason == "interrupted"
    assert asked.responses == len(kept(tmp_path)) == 5
    assert failed(tmp_path) == {}


def test_an_interrupt_does_not_wait_for_those_who_wait_to_try_again(tmp_path):
    def later(_request):
        asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGINT)
        raise RateLimited("slower please", wait=30)

    adapter = Scripted(0.1, special={"Question 1": later})
    began = time.monotonic()
    assert counts(run(tmp_path, adapter, concurrency=2)) == (2, 0, 0, "interrupted")
    assert time.monotonic() - began < 5
    assert (kept(tmp_path), failed(tmp_path)) == ([("Question 0", 0), ("Question 2", 0)], {})


def test_plain_lines_tell_the_first_and_the_last_and_hold_no_control_codes(tmp_path):
    run(tmp_path, Scripted(), samples=SAMPLES[:10])
    told = io.StringIO()
    plan_samples = SAMPLES[:10]
    with (tmp_path / "responses.jsonl").open("rb") as file:
        first = file.readline()
    (tmp_path / "responses.jsonl").write_bytes(first)
    adapter = Scripted(special={plan_samples[9].prompt: raising(Unavailable("x", cause="time\x1b[31mout"))})
    run(tmp_path, adapter, samples=plan_samples, progress=Progress(stream=told))
    lines = told.getvalue().splitlines()
    assert lines[0] == "10 responses to request, 1 of them completed before"
    assert lines[-1].startswith(r"9 of 10 done, 1 failed (time\x1b[31mout 1), ")
    assert len(lines) == 2
    assert told.getvalue().replace("\n", "").isprintable()


def test_quiet_says_nothing_and_a_closed_stream_ends_no_run(tmp_path, capfd):
    run(tmp_path / "a", Scripted())
    assert capfd.readouterr() == ("", "")
    stream = io.StringIO()
    stream.close()
    assert counts(run(tmp_path / "b", Scripted(), progress=Progress(stream=stream))) == (40, 0, 0, None)


def test_asking_loads_no_heavy_package():
    code = (
        "import sys, harness.runner.scheduler, harness.runner.progress.display, harness.store.run_folder; "
        "print([m for m in ('rich', 'openai', 'datasets', 'nltk', 'filelock', 'tenacity') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
