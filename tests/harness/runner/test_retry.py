"""Which errors are tried again, how long is waited, and what is told of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from random import Random

import pytest
from adapter_helpers import request
from hypothesis import given
from hypothesis import strategies as st
from loopback import Loopback, complains, says

from harness.adapters.base import AdapterSetup, Response
from harness.adapters.registry import make_adapter
from harness.errors import AuthFailed, RateLimited, Rejected, Unavailable
from harness.runner.limits.retry import MARGIN, RetryPolicy, attempt_stats, backoff_delay, with_retries

QUICK = RetryPolicy(attempts=4, first=0.02, longest=0.05)


class Hurried(asyncio.SelectorEventLoop):
    """An event loop in which every wait is over at once, and is written down."""

    def __init__(self):
        super().__init__()
        self.waits = []
        self._ahead = 0.0

    def time(self):
        return super().time() + self._ahead

    def call_later(self, delay, callback, *args, context=None):
        self.waits.append(delay)
        self._ahead += delay
        return super().call_later(0, callback, *args, context=context)


class Model:
    """Raises what it is given, one after the other, and then answers."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.asked = 0
        self.waits = []

    async def complete(self, asked):
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return Response(asked.sample_id, asked.epoch, "Yes.", "m")

    def ask(self, policy=QUICK, **asked):
        with asyncio.Runner(loop_factory=Hurried) as runner:
            self.waits = runner.get_loop().waits
            return runner.run(with_retries(self.complete, request(**asked), policy))


def test_an_answer_tells_its_attempts_and_its_time():
    before = datetime.now(UTC)
    model = Model(Unavailable("down"), RateLimited("slow", wait=0.1))
    answer = asyncio.run(with_retries(model.complete, request(), QUICK))
    assert (answer.text, answer.attempts) == ("Yes.", 3)
    assert 0.1 < answer.seconds < 2
    started = datetime.fromisoformat(answer.started)
    assert started.utcoffset().total_seconds() == 0
    assert abs((started - before).total_seconds()) < 0.5


@pytest.mark.parametrize("final", [AuthFailed("no"), Rejected("never", cause="refused"), KeyError("a bug")])
def test_what_is_final_passes_at_once(final):
    model = Model(final)
    with pytest.raises(type(final)) as caught:
        model.ask()
    assert caught.value is final
    assert model.asked == 1


def test_the_last_error_passes_when_the_attempts_are_used_up():
    errors = [Unavailable("1"), RateLimited("2"), Unavailable("3"), RateLimited("4", wait=99.0)]
    model = Model(*errors)
    with pytest.raises(RateLimited, match="4") as caught:
        model.ask()
    assert caught.value is errors[3]
    tries = attempt_stats(caught.value)
    assert (model.asked, tries.attempts) == (4, 4)
    assert len(model.waits) == 3, "nobody waits after the last attempt"
    assert 0 < tries.seconds < 5
    assert datetime.fromisoformat(tries.started)


def test_a_final_error_after_others_tells_its_attempts():
    with pytest.raises(Rejected) as caught:
        Model(Unavailable("down"), Rejected("no")).ask()
    assert attempt_stats(caught.value).attempts == 2


def test_an_error_from_elsewhere_took_one_attempt():
    assert attempt_stats(Rejected("no")) == (1, 0.0, "")


def test_one_attempt_is_one():
    model = Model(Unavailable("down"))
    with pytest.raises(Unavailable):
        model.ask(RetryPolicy(attempts=1))
    assert model.asked == 1


@pytest.mark.parametrize("error", [RateLimited, Unavailable])
@pytest.mark.parametrize("seconds", [0.0, 0.3, 7200.0])
def test_nobody_comes_back_before_the_wait_that_was_asked_for(error, seconds):
    model = Model(error("later", wait=seconds))
    model.ask()
    [waited] = model.waits
    assert seconds <= waited <= seconds + QUICK.first


def test_waits_grow_up_to_the_longest():
    model = Model(*[Unavailable("down")] * 7)
    model.ask(RetryPolicy(attempts=8, first=1.0, longest=10.0))
    for waited, grown in zip(model.waits, [1, 2, 4, 8, 10, 10, 10], strict=True):
        assert grown / 2 <= waited <= grown


def test_the_jitter_of_a_question_is_its_own_and_stays():
    def waits(**asked):
        model = Model(Unavailable("1"), Unavailable("2"))
        model.ask(QUICK, **asked)
        return model.waits

    first, again, other = waits(), waits(), waits(epoch=4)
    assert first == again != other


SECONDS = st.floats(0, 1e6)


@given(
    st.builds(RetryPolicy, attempts=st.just(6), first=st.floats(0.001, 100), longest=st.floats(0.001, 1000)),
    st.integers(1, 10_000),
    st.none() | SECONDS,
    st.integers(),
)
def test_a_pause_keeps_its_bounds(policy, attempt, wait, seed):
    seconds = backoff_delay(RateLimited("x", wait=wait), attempt, policy, Random(seed))
    if wait is not None:
        assert wait + MARGIN <= seconds <= wait + MARGIN + policy.first / 4
    else:
        grown = min(policy.longest, policy.first * 2.0 ** min(attempt - 1, 60))
        assert grown / 2 <= seconds <= grown <= policy.longest


def test_a_cancelled_question_is_not_asked_again():
    model = Model(Unavailable("down", wait=60.0))

    async def cancelled():
        task = asyncio.create_task(with_retries(model.complete, request(), QUICK))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return task.cancelled()

    assert asyncio.run(cancelled())
    assert model.asked == 1


def test_a_real_server_that_recovers_is_asked_until_it_answers(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    replies = [
        complains(500),
        complains(429, headers={"retry-after-ms": "40"}),
        complains(200),
        says(None),
        says("At last."),
    ]
    with Loopback(*replies) as server:

        async def asking():
            async with make_adapter("openai", AdapterSetup("m", base_url=server.url)) as adapter:
                return await with_retries(adapter.complete, request(), RetryPolicy(6, 0.01, 0.02))

        answer = asyncio.run(asking())
    assert (answer.text, answer.attempts, len(server.heard)) == ("At last.", 5, 5)
