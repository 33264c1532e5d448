"""A refusal: one question's bad luck, or a limit that all run into?"""

import asyncio
import heapq
import time
from itertools import count
from random import Random

import pytest

from harness.runner.limits.concurrency import ConcurrencyLimiter
from harness.runner.limits.overload import SEVERAL, OverloadDetector


async def opened(ceiling):
    """Return a pace whose first request is over."""
    pace = ConcurrencyLimiter(ceiling)
    ticket = await pace.acquire()
    pace.on_success(ticket)
    pace.release(ticket)
    return pace


async def refuse(pace, ticket, wait):
    pace.on_error(ticket, wait=wait, overload=True)
    pace.release(ticket)


def test_one_refusal_holds_nobody_else_back():
    async def asking():
        pace = await opened(8)
        await refuse(pace, await pace.acquire(), 30)
        return pace.held, await asyncio.wait_for(pace.acquire(), 1)

    assert asyncio.run(asking())[0] == 0


def test_if_those_who_come_after_are_refused_as_well_all_wait_as_long_as_was_said_and_one_goes_ahead():
    async def asking():
        pace = await opened(8)
        for _ in range(1 + SEVERAL):
            assert pace.held == 0
            await refuse(pace, await pace.acquire(), 0.3)
        held, why, limit = pace.held, pace.why, pace._limit
        began = time.monotonic()
        waiting = [asyncio.ensure_future(pace.acquire(again=n > 3)) for n in range(6)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        took, ahead = time.monotonic() - began, [one for one in waiting if one.done()]
        told = pace.why
        await refuse(pace, ahead[0].result(), 0.1)  # the one ahead is refused: nobody follows
        again = pace.held
        await asyncio.sleep(0.15)
        second = [one for one in waiting if one.done()]
        pace.on_success(second[1].result() if second[0] is ahead[0] else second[0].result())
        for one in second:
            pace.release(one.result())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return held, why, limit, took, len(ahead), told, again, len(second), sum(one.done() for one in waiting)

    held, why, limit, took, ahead, told, again, second, after = asyncio.run(asking())
    assert 0.2 < held <= 0.3
    assert why == "throttled by the provider for 1 s"
    assert limit < 8
    assert 0.2 < took < 1
    assert (ahead, told) == (1, "one request ahead of the others")
    assert 0.05 < again <= 0.1
    assert second == 2
    assert after == 1 + int(limit)


def test_an_answer_to_one_who_came_after_ends_the_doubt():
    async def asking():
        pace = await opened(8)
        for _ in range(20):
            for _ in range(SEVERAL):
                await refuse(pace, await pace.acquire(), 30)
            ticket = await pace.acquire()
            pace.on_success(ticket)
            pace.release(ticket)
        return pace.held

    assert asyncio.run(asking()) == 0


def test_requests_that_are_worked_on_end_the_doubt_although_their_answers_take_long():
    refusals, flying, found = OverloadDetector(), [], []
    for second in range(200):
        refused = refusals.note_refusal(second, 2 * second, now=second + 0.1, sent=2 * second, wait=60, flying=flying)
        found.append(refused)
        flying.append(second + 0.2)  # and this one is not refused
    assert not any(found)


def test_if_half_of_those_in_flight_are_refused_all_wait():
    refusals = OverloadDetector()
    flying = [n / 100 for n in range(40)]
    pauses = [
        refusals.note_refusal(began, nth, now=1.0, sent=40, wait=7.0, flying=flying)
        for nth, began in enumerate(flying, 1)
    ]
    assert pauses.index(7.0) == 20


def test_without_a_word_about_when_the_waits_are_our_own_and_end_after_a_minute():
    refusals, now, waits = OverloadDetector(), 0.0, []
    refusals.note_response(now)
    for nth in range(400):
        now += 0.01
        pause = refusals.note_refusal(now - 0.005, nth, now=now, sent=nth, wait=None, flying=[])
        waits += [pause] if pause else []
        now += pause
    assert waits == [1, 2, 4, 8, 16, 30]
    refusals.note_response(now)
    for nth in range(400, 401 + SEVERAL):
        now += 0.01
        pause = refusals.note_refusal(now - 0.005, nth, now=now, sent=nth, wait=None, flying=[])
    assert pause == 1


def test_before_the_first_answer_nobody_waits_for_a_server_that_may_not_be_there():
    refusals = OverloadDetector()
    for nth in range(1, 100):
        assert refusals.note_refusal(nth, nth, now=nth + 0.1, sent=nth, wait=None, flying=[]) == 0
    assert (
        max(refusals.note_refusal(nth, nth, now=nth + 0.1, sent=nth, wait=7, flying=[]) for nth in range(100, 110)) == 7
    )


def simulate(refuses, *, questions, ceiling, latency, refusal=0.02):
    """Run a simulated time: `refuses(now)` says how long to wait, or None; returns seconds, requests, held waits."""
    refusals, rng, numbers = OverloadDetector(), Random(0), count(1)
    now, held, requests, pauses, early = 0.0, 0.0, 0, 0, 0
    todo = [(0.0, n) for n in range(questions)]
    events, flying, may = [], {}, dict.fromkeys(range(questions), 0.0)
    while todo or events:
        while todo and len(flying) < ceiling and todo[0][0] <= now and now >= held:
            _, question = heapq.heappop(todo)
            number = next(numbers)
            requests += 1
            early += now < may[question]
            wait = refuses(now)
            flying[number] = now
            took = latency * (0.5 + rng.random()) if wait is None else refusal * (0.5 + rng.random())
            heapq.heappush(events, (now + took, number, question, wait))
            now += 0.0001
        if not events or (todo and len(flying) < ceiling and max(todo[0][0], held) < events[0][0]):
            now = max(now, todo[0][0], held)
            continue
        at, number, question, wait = heapq.heappop(events)
        now = max(now, at)
        began = flying[number]
        if wait is None:
            refusals.note_response(began)
        else:
            pause = refusals.note_refusal(began, number, now=now, sent=requests, wait=wait, flying=flying.values())
            pauses += pause > 0
            held = max(held, now + pause)
            may[question] = now + wait
            heapq.heappush(todo, (now + wait, question))
        del flying[number]
    assert not early
    return now, requests, pauses


@pytest.mark.parametrize("ceiling", [1, 4, 16, 64])
@pytest.mark.parametrize("latency", [0.05, 2.0])
def test_refusals_at_random_hold_the_run_back_hardly_ever(ceiling, latency):
    rng = Random(1)
    questions = 600
    took, requests, pauses = simulate(
        lambda _: 1.0 if rng.random() < 0.2 else None, questions=questions, ceiling=ceiling, latency=latency
    )
    assert pauses <= 5
    assert requests < 1.4 * questions
    assert took < 1.35 * questions * latency / ceiling + 12


@pytest.mark.parametrize("ceiling", [1, 4, 16, 64])
@pytest.mark.parametrize("latency", [0.05, 2.0])
def test_a_limit_that_all_run_into_costs_few_requests(ceiling, latency):
    """Every minute has room for 100; whoever comes later is told when the next one begins."""
    used = {}

    def refuses(now):
        minute = int(now // 60)
        if used.get(minute, 0) >= 100:
            return 60 * (minute + 1) - now
        used[minute] = used.get(minute, 0) + 1
        return None

    took, requests, _ = simulate(refuses, questions=300, ceiling=ceiling, latency=latency)
    refused = requests - 300
    assert took < 120 + 300 * 2 * latency / ceiling + 10
    assert refused <= 2 * 2 * (ceiling + SEVERAL)
