"""The turnstile: few in a turn of the event loop, all in the order of their coming, nobody for ever."""

from __future__ import annotations

import asyncio

import pytest

from harness.runner.limits.stagger import Stagger


async def turns_of(turnstile, count, cancelled=()):
    """Return in which turn of the loop each of so many that come together passes, None for those cancelled."""
    passed = [None] * count
    now = 0

    async def one(number):
        await turnstile.wait_turn()
        passed[number] = now

    tasks = [asyncio.create_task(one(number)) for number in range(count)]
    await asyncio.sleep(0)  # all have come
    for number in cancelled:
        tasks[number].cancel()
    while not all(task.done() for task in tasks):
        now += 1
        await asyncio.sleep(0)
    return passed


@pytest.mark.parametrize("few", [1, 2, 5])
def test_few_pass_in_a_turn_and_in_order(few):
    async def go():
        turnstile = Stagger(few)
        for _ in range(2):  # also after a pause
            passed = await turns_of(turnstile, 20)
            assert passed == sorted(passed)
            assert max(passed.count(turn) for turn in set(passed)) <= few
            assert passed[0] == 0, "the first need not wait"
            assert passed[-1] <= 20 // few + 2
            await asyncio.sleep(0.01)

    asyncio.run(go())


def test_who_is_cancelled_takes_no_place_and_holds_nobody_up():
    passed = asyncio.run(turns_of(Stagger(2), 9, cancelled=(2, 3, 4, 5)))
    assert [turn is None for turn in passed] == [n in (2, 3, 4, 5) for n in range(9)]
    assert passed[-1] <= 4


def test_it_turns_only_while_somebody_comes():
    async def go():
        turnstile = Stagger(2)
        await turns_of(turnstile, 5)
        for _ in range(3):
            await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        assert not turnstile._turning
        assert len(loop._ready) == 0

    asyncio.run(go())
