"""When a request may start: how many at once, how many a minute, and not before a provider's wait is over."""

import asyncio
import time

from harness.runner.limits.concurrency import ConcurrencyLimiter


async def opened(ceiling, **options):
    """Return a pace whose first request is over."""
    pace = ConcurrencyLimiter(ceiling, **options)
    ticket = await pace.acquire()
    pace.on_success(ticket)
    pace.release(ticket)
    return pace


async def entered(pace, count):
    """Start as many of `count` requests as may start now."""
    waiting = [asyncio.ensure_future(pace.acquire()) for _ in range(count)]
    await asyncio.sleep(0.01)
    for one in waiting:
        if not one.done():
            one.cancel()
    await asyncio.sleep(0)
    return [one.result() for one in waiting if not one.cancelled()]


async def rounds(pace, count):
    """Answer `count` rounds of as many requests as the pace lets go."""
    for _ in range(count):
        for ticket in await entered(pace, pace.ceiling):
            pace.on_success(ticket)
            pace.release(ticket)


def test_the_first_request_is_alone_until_it_is_over():
    async def asking():
        pace = ConcurrencyLimiter(5)
        first = await entered(pace, 9)
        why = pace.why
        pace.release(first[0])
        return len(first), why, len(await entered(pace, 9)), pace.why, pace.peak

    assert asyncio.run(asking()) == (1, "the first request alone", 5, "", 5)


def test_a_slow_first_answer_does_not_keep_the_others_waiting():
    async def asking():
        pace = ConcurrencyLimiter(5, first_alone=0.05)
        tickets = await entered(pace, 1)
        began = time.monotonic()
        tickets += [await pace.acquire() for _ in range(4)]
        return len(tickets), time.monotonic() - began

    count, took = asyncio.run(asking())
    assert count == 5
    assert 0.03 < took < 0.5


async def refused(pace, tickets, wait=None):
    """Refuse all of them."""
    for ticket in tickets:
        pace.on_error(ticket, wait=wait, overload=True)
        pace.release(ticket)


def test_single_refusals_make_it_a_little_fewer_once_and_answers_make_it_more_again():
    async def asking():
        pace = await opened(40)
        tickets = await entered(pace, 40)
        await refused(pace, tickets[:3], wait=60)  # all of them were sent before anybody knew
        fewer, why, held = pace.limit, pace.why, pace.held
        for ticket in tickets[3:]:
            pace.on_success(ticket)
            pace.release(ticket)
        before = pace.limit
        [late, *others] = await entered(pace, 99)
        await refused(pace, [late], wait=60)
        for ticket in others:
            pace.release(ticket)
        again = pace.limit
        await rounds(pace, 20)
        return len(tickets), fewer, why, held, 1 + len(others) == before, again, pace.limit

    assert asyncio.run(asking()) == (40, 30, "of 40, reduced after rate limits", 0.0, True, 30, 40)


def test_where_most_are_refused_it_becomes_much_fewer():
    async def asking():
        pace = await opened(40)
        for _ in range(12):
            tickets = await entered(pace, pace.limit)
            for ticket in tickets[::2]:
                pace.on_success(ticket)
                pace.release(ticket)
            for ticket in tickets[1::2]:
                pace.on_error(ticket, wait=None, overload=True)
                pace.on_success(ticket)  # so that it is no matter of waiting for all of them
                pace.release(ticket)
        return pace.limit

    assert asyncio.run(asking()) < 20


def test_it_never_falls_to_none_and_one_that_does_not_adapt_stays():
    async def asking(adaptive):
        pace = await opened(3, adaptive=adaptive)
        for _ in range(20):
            ticket = await pace.acquire()
            pace.on_error(ticket, wait=0.002, overload=True)
            pace.release(ticket)
        return pace._limit

    assert asyncio.run(asking(adaptive=True)) == 1
    assert asyncio.run(asking(adaptive=False)) == 3


def test_failures_without_any_answer_between_them_are_an_overload():
    async def asking(answers):
        pace = await opened(16)
        for _ in range(3):
            for ticket in await entered(pace, 16):
                pace.on_error(ticket, wait=None, overload=False)
                if answers:
                    pace.on_success(ticket)
                pace.release(ticket)
        return pace.limit

    assert asyncio.run(asking(answers=False)) < 16
    assert asyncio.run(asking(answers=True)) == 16


def test_a_wait_of_days_is_no_error():
    async def asking():
        pace = await opened(8)
        pace.hold(1e9)
        return len(await entered(pace, 3)), pace.held

    started, held = asyncio.run(asking())
    assert started == 0
    assert held > 9e8


def test_who_tries_again_goes_first():
    async def asking():
        pace = await opened(1)
        ticket = await pace.acquire()
        order = []

        async def wait(name, again):
            order.append((name, await pace.acquire(again=again)))
            pace.release(order[-1][1])

        tasks = [asyncio.create_task(wait("new", False)), asyncio.create_task(wait("again", True))]
        await asyncio.sleep(0)
        pace.release(ticket)
        await asyncio.gather(*tasks)
        return [name for name, _ in order]

    assert asyncio.run(asking()) == ["again", "new"]


def test_a_place_that_was_granted_to_one_who_gave_up_is_not_lost():
    async def asking():
        pace = await opened(1)
        ticket = await pace.acquire()
        gives_up, stays = asyncio.create_task(pace.acquire()), asyncio.create_task(pace.acquire())
        await asyncio.sleep(0)
        pace.release(ticket)
        gives_up.cancel()
        await asyncio.wait_for(stays, 1)
        return pace.in_flight

    assert asyncio.run(asking()) == 1


def test_requests_a_minute():
    async def asking():
        pace = await opened(50, requests_per_minute=6000)
        began = time.monotonic()
        for _ in range(40):
            pace.release(await pace.acquire())
        return time.monotonic() - began

    assert 0.28 < asyncio.run(asking()) < 1.0  # 100 a second, 9 of them at once


def test_tokens_a_minute_are_those_that_answers_took():
    async def asking():
        pace = await opened(50, tokens_per_minute=60_000)
        began = time.monotonic()
        for _ in range(6):
            ticket = await pace.acquire(10)
            pace.on_success(ticket, prompt=10, used=100)  # far more than the prompt
            pace.release(ticket)
        return time.monotonic() - began, (await entered(pace, 9)), pace.why

    took, _, _ = asyncio.run(asking())
    assert 0.35 < took < 1.5  # 500 tokens before the sixth, 1,000 a second, 100 of them at once
