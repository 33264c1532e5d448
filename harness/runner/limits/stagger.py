"""turnstile: few pass in each turn of the event loop, so that what comes together does not go on together."""

from __future__ import annotations

import asyncio
from collections import deque


class Stagger:
    """Lets so many pass in a turn of the event loop, in the order of their coming.

    What passes here takes several turns to its next request. Without it, 64 answers that come together send their next
    requests together too, when the last of them has been dealt with: for all that time nothing is asked, and 64 answers
    come together again. With it the first is on its way while the others wait, and they stay apart from then on.
    """

    def __init__(self, few: int) -> None:
        self._few = self._left = few
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._turning = False

    async def wait_turn(self) -> None:
        """Return when it is one's turn, at once if nobody waits."""
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
