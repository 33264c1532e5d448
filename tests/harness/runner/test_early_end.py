"""What ends a run early, by servers that speak each shape: soon, with the remedy, and with nothing completed."""

from __future__ import annotations

import asyncio
import io
import socket
import time

import pytest
from loopback import Loopback, Reply, complains, says
from requesting import ask

from harness.adapters.base import AdapterSetup, Settings
from harness.adapters.registry import make_adapter
from harness.errors import AdapterError, AuthFailed, OutOfCredit
from harness.runner.limits.concurrency import ConcurrencyLimiter
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
TEMPERATURE = complains(400, "Unsupported value: 'temperature' does not support 0.", param="temperature")


def run(folder, url, *, samples=SAMPLES, progress=None, timeout=5.0, attempts=6, first=1.0, max_wait=3600.0):
    async def requesting(store):
        setup = AdapterSetup("m", base_url=url, timeout=timeout)
        async with make_adapter("compatible", setup) as adapter:
            return await ask(
                samples, adapter, store, model="m", settings=Settings(temperature=0.0), concurrency=8,
                policy=RetryPolicy(attempts, first, max_wait=max_wait), progress=progress or Progress(quiet=True),
            )  # fmt: skip

    spec = RunSpec.of(samples=samples, model="m", adapter="compatible")
    with RunFolder.open(folder, spec, samples=samples, header={}) as store:
        return asyncio.run(requesting(store))


def completed(folder):
    with RunFolder.load(folder) as store:
        return len(list(store.responses())) + len(list(store.failures()))


def answers_after(reply, first):
    """Return replies: `first` responses, then `reply` for ever."""
    return [*[says("Fine.")] * first, reply]


@pytest.mark.parametrize("count", [40, 3, 1])
def test_first_requests_that_are_rejected_alike_end_the_run_and_settle_nothing(tmp_path, count):
    with Loopback(TEMPERATURE) as server, pytest.raises(AdapterError) as caught:
        run(tmp_path, server.url, samples=SAMPLES[:count])
    assert "add --omit temperature" in str(caught.value)
    assert "does not support 0" in str(caught.value)
    assert len(server.heard) <= 5 + 8
    assert completed(tmp_path) == 0
    with Loopback() as server:
        asked = run(tmp_path, server.url, samples=SAMPLES[:count])
    assert (asked.responses, asked.failures, asked.resumed, asked.stop_reason) == (count, 0, 0, None)


def test_rejections_beside_a_response_are_recorded(tmp_path):
    with Loopback(TEMPERATURE, TEMPERATURE, says("Fine."), TEMPERATURE) as server:
        asked = run(tmp_path, server.url, samples=SAMPLES[:10])
    assert (asked.responses, asked.failures, asked.stop_reason) == (1, 9, None)


def test_rejections_that_differ_are_recorded(tmp_path):
    replies = [complains(400, f"{word} is odd") for word in ("one", "two", "three", "four", "five", "six")]
    with Loopback(*replies) as server:
        asked = run(tmp_path, server.url, samples=SAMPLES[:10])
    assert (asked.responses, asked.failures, asked.stop_reason) == (0, 10, None)


def test_an_account_without_credit_ends_the_run_after_one_request(tmp_path):
    with Loopback(complains(429, code="insufficient_quota")) as server, pytest.raises(OutOfCredit, match="top it up"):
        run(tmp_path, server.url)
    assert len(server.heard) == 1
    assert completed(tmp_path) == 0


def test_an_account_that_runs_out_of_credit_ends_the_run_cleanly_and_it_resumes(tmp_path):
    with Loopback(*answers_after(complains(402), 12)) as server:
        asked = run(tmp_path, server.url)
    assert (asked.responses, asked.failures, asked.stop_reason) == (12, 0, "credit")
    assert "top it up" in asked.message
    assert "rerun the same command" in asked.message
    assert len(server.heard) <= 12 + 8
    with Loopback() as server:
        again = run(tmp_path, server.url)
    assert (again.responses, again.resumed, again.stop_reason) == (28, 12, None)


def test_a_bad_key_in_a_200_body_ends_the_run(tmp_path):
    with Loopback(Reply("<html>Invalid API key</html>")) as server, pytest.raises(AuthFailed):
        run(tmp_path, server.url)
    assert len(server.heard) == 1


@pytest.mark.parametrize("reply", [Reply("<html>Welcome</html>"), Reply("data: {}\n\n"), Reply({"hello": 1})])
def test_a_server_of_another_kind_is_shown_at_once_and_ends_the_run(tmp_path, reply):
    shown = io.StringIO()
    began = time.monotonic()
    with Loopback(reply) as server, pytest.raises(AdapterError, match="none of the first 5 attempts") as caught:
        run(tmp_path, server.url, progress=Progress(stream=shown))
    assert time.monotonic() - began < 2
    assert len(server.heard) <= 5 + 8
    assert "answered 200 without a chat completion" in str(caught.value)
    assert "No response yet: http://127.0.0.1" in shown.getvalue().splitlines()[1]
    assert completed(tmp_path) == 0


@pytest.mark.parametrize("count", [1, 40])
def test_a_closed_port_is_shown_within_two_seconds_and_ends_the_run(tmp_path, count, monkeypatch):
    monkeypatch.setattr("harness.runner.limits.startup_check._SECONDS", 0.1)
    shown = io.StringIO()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        began = time.monotonic()
        with pytest.raises(AdapterError, match=r"none of the first \d+ attempts .* is the server up"):
            run(tmp_path, url, samples=SAMPLES[:count], progress=Progress(stream=shown), first=0.1)
    assert time.monotonic() - began < 2
    assert "is the server up" in shown.getvalue().splitlines()[1]
    assert completed(tmp_path) == 0


def test_a_server_that_comes_back_after_an_answer_is_waited_for(tmp_path):
    replies = [says("Fine."), *[Reply("<html>Bad gateway</html>")] * 20, says("Fine.")]
    with Loopback(*replies) as server:
        asked = run(tmp_path, server.url, samples=SAMPLES[:10], first=0.01)
    assert (asked.responses, asked.failures, asked.stop_reason) == (10, 0, None)


def test_a_long_wait_ends_the_run_with_the_time_named_and_a_higher_limit_waits(tmp_path):
    busy = complains(429, headers={"retry-after": "20000"})
    with Loopback(*answers_after(busy, 12)) as server:
        asked = run(tmp_path, server.url)
    assert (asked.responses, asked.failures, asked.stop_reason) == (12, 0, "wait")
    assert "asks to wait 5.6 hours until 20" in asked.message
    assert "higher --max-wait" in asked.message
    short = complains(429, headers={"retry-after": "0.2"})
    with Loopback(short, says("Fine.")) as server:
        assert run(tmp_path, server.url, samples=SAMPLES, max_wait=0.3).responses == 28


def test_markers_at_the_start_of_many_responses_are_pointed_out(tmp_path):
    with Loopback(*[says("Fine.")] * 3, says("<cot>Hm.</cot> Fine.")) as server:
        [note] = run(tmp_path / "a", server.url, samples=SAMPLES[:9]).notes
    assert note.startswith("6 of 9 responses begin with <cot>, which no extraction removes")
    for text in ("<think>Hm.</think>Fine.", "<solution>Fine.</solution>", "<<Title>>", "[1] Fine."):
        with Loopback(says(text)) as server:
            assert run(tmp_path / str(hash(text)), server.url, samples=SAMPLES[:9]).notes == ()


def test_time_outs_name_their_remedies_and_cut_the_number_in_flight(tmp_path):
    shown = io.StringIO()
    with Loopback(says("Fine."), Reply("", delay=0.9)) as server:
        asked = run(tmp_path, server.url, samples=SAMPLES[:4], timeout=0.3, attempts=1, progress=Progress(stream=shown))
    assert (asked.responses, asked.failures) == (1, 3)
    [note] = [line for line in shown.getvalue().splitlines() if "did not answer in 0.3 s" in line]
    assert "higher --timeout or a lower --concurrency" in note


def test_two_time_outs_in_a_row_halve_the_limit_and_one_does_not():
    async def limits():
        limiter = ConcurrencyLimiter(16, first_alone=0.0)
        slots = [await limiter.acquire() for _ in range(16)]
        found = []
        for slot in slots[:3]:
            limiter.on_error(slot, wait=None, overload=False, slow=True)
            found.append(limiter.limit)
        return found, limiter.why

    assert asyncio.run(limits()) == ([16, 8, 8], "of 16, reduced after time-outs")
