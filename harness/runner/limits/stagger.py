"""Few responses continue in each turn of the event loop, so that requests do not move in step."""

from __future__ import annotations

import asyncio
from collections import deque


class Stagger:
    """Lets `few` pass in a turn of the event loop, in the order of arrival.

    A response takes several turns to the next request. Without this class, 64 responses that arrive together send
    their next requests together too, once the last of them is processed: until then no request is sent, and 64
    responses arrive together again. With it the first request is sent while the others wait, and they stay apart.
    """

    def __init__(self, few: int) -> None:
        self._few = self._left = few
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._turning = False

    async def wait_turn(self) -> None:
        """Return when it is the caller's turn, at once if none waits."""
        loop = asyncio.get_running_loop()
        if not self._turning:
            self._turning = True
            loop.call_soon(self._turn)
        if self._left and not self._waiting:
            self._left -= 1
            return
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _turn(self) -> None:
        idle = self._left == self._few and not self._waiting
        self._left = self._few
        while self._waiting and self._left:
            turn = self._waiting.popleft()
            if not turn.done():  # its task was cancelled
                turn.set_result(None)
                self._left -= 1
        self._turning = not idle
        if self._turning:
            asyncio.get_running_loop().call_soon(self._turn)
