"""Rates: our own, and what a provider's headers say is left of its own."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.runner.limits.concurrency import ConcurrencyLimiter
from harness.runner.limits.rate_limit import QuotaHeader, RemainingQuota, TokenBucket, parse_quota_headers

OPENAI = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-limit-tokens": "150000",
    "x-ratelimit-remaining-tokens": "149984",
    "x-ratelimit-reset-tokens": "6m0s",
}


def anthropic(of, limit, remaining, seconds):
    reset = datetime.now(UTC) + timedelta(seconds=seconds)
    told = {"limit": limit, "remaining": remaining, "reset": reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    return {f"anthropic-ratelimit-{of}-{name}": str(value) for name, value in told.items()}


@pytest.mark.parametrize("per_minute", [1, 60, 90_000])
def test_a_bucket_gives_no_more_than_its_rate(per_minute):
    bucket = TokenBucket(per_minute)
    began, taken = time.monotonic(), 0
    while time.monotonic() - began < 0.2:
        if not bucket.delay(1.0):
            bucket.take(1.0)
            taken += 1
    took = time.monotonic() - began
    assert 1 <= taken <= per_minute / 60 * (took + 0.1) + 1


def test_what_providers_tell_of_their_limits():
    assert parse_quota_headers(OPENAI) == [("requests", 59, 1.0, 60), ("tokens", 149_984, 360.0, 150_000)]
    [requests, tokens] = parse_quota_headers(anthropic("requests", 50, 40, 12) | anthropic("tokens", 80_000, 0, -5))
    assert requests == ("requests", 40, pytest.approx(12, abs=1), 50)
    assert requests.rate == pytest.approx(10 / 12, abs=0.1)
    assert tokens == ("tokens", 0, 0.0, 80_000)


@pytest.mark.parametrize(
    ("text", "seconds"), [("20ms", 0.02), ("6m0s", 360), ("1h2m3.5s", 3723.5), ("17", 17), ("2d", 172_800), (" 4s", 4)]
)
def test_times(text, seconds):
    [told] = parse_quota_headers({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": text})
    assert told.whole == pytest.approx(seconds)


STRANGE = st.text() | st.sampled_from(
    ["", "nan", "inf", "-inf", "-1", "1e999", "soon", "1m2", "..s", "T", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"]
)


@given(st.fixed_dictionaries(dict.fromkeys(OPENAI, STRANGE)))
def test_strange_headers_are_passed_over_and_never_an_error(headers):
    for told in parse_quota_headers(headers):
        assert told.remaining >= 0
        assert 0 <= told.whole < float("inf")
        assert told.limit >= told.remaining
        left = RemainingQuota()
        left.learn(told, since=time.monotonic(), taken=3)
        assert 0 <= left.delay(1.0) <= 60


def test_no_header_says_nothing():
    assert parse_quota_headers({}) == parse_quota_headers({"x-ratelimit-remaining-tokens": "3"}) == []
    assert parse_quota_headers({"x-ratelimit-remaining-requests": "many", "x-ratelimit-reset-requests": "1s"}) == []


def left(*told, since=0.0, taken=0.0):
    one = RemainingQuota()
    one.learn(QuotaHeader("requests", *told), since=time.monotonic() - since, taken=taken)
    return one


def test_what_is_left_comes_back_evenly_where_the_limit_is_told():
    assert left(5, 55.0, 60).delay(1.0) == 0
    assert left(0, 60.0, 60).delay(1.0) == pytest.approx(1.0, abs=0.01)
    assert left(0, 60.0, 60).delay(500.0) == pytest.approx(60.0, abs=0.1), "no more than all of it"
    assert left(0, 30.0, float("inf")).delay(1.0) == pytest.approx(30.0, abs=0.01), "all at once where it is not"
    assert left(0, 86_400.0, float("inf")).delay(1.0) <= 60, "a header alone holds nobody back for a day"


def test_a_slow_reply_tells_of_the_time_when_its_request_came():
    assert left(10, 50.0, 60, taken=10).delay(1.0) == pytest.approx(1.0, abs=0.01)
    assert left(10, 50.0, 60, since=5.0, taken=10).delay(1.0) == 0
    spent = left(2, 58.0, 60)
    spent.take(2.0)
    assert spent.delay(1.0) == pytest.approx(1.0, abs=0.01)


def test_requests_keep_to_what_is_left_before_the_provider_says_no():
    async def asking():
        pace = ConcurrencyLimiter(8)
        first = await pace.acquire()
        pace.sends(first)
        reset = {"x-ratelimit-limit-requests": "100", "x-ratelimit-reset-requests": "5s"}
        pace.update_from_headers({**reset, "x-ratelimit-remaining-requests": "2"})  # 19.6 come back a second
        pace.on_success(first)
        pace.release(first)
        began, times = time.monotonic(), []
        for _ in range(5):
            ticket = await pace.acquire()
            times.append(time.monotonic() - began)
            pace.release(ticket)
        return times

    times = asyncio.run(asking())
    assert times[1] < 0.03
    assert 0.12 < times[4] < 0.6


def test_why_it_waits_is_told():
    async def asking():
        pace = ConcurrencyLimiter(8)
        pace.release(await pace.acquire())
        pace.update_from_headers({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "30s"})
        waiting = asyncio.ensure_future(pace.acquire())
        await asyncio.sleep(0)
        why = pace.why
        waiting.cancel()
        return why

    assert asyncio.run(asking()) == "no requests left by the provider's count for 30 s"
