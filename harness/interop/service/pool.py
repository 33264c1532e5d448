"""VerifierPool: verifying processes behind an event loop, of which a slow one holds up no other request."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from scorers import LimitedVerifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scorers import BatchItem, BatchResult

CHUNK = 16
"""Responses that a process gets at a time."""
SLOW = 0.5
"""Seconds after which a process is slow: its slot is free for another one, and it works with low priority."""
MAX_SLOW = 16
"""Slow processes at a time; further ones keep their slot."""
_NICE = 15


class VerifierPool:
    """A number of processes, each with a time limit for a response; used by one event loop."""

    def __init__(self, processes: int, seconds: float) -> None:
        self._seconds = seconds
        self._slots = asyncio.Semaphore(processes)
        self._processes = processes
        self._idle: list[LimitedVerifier] = []
        self._threads = ThreadPoolExecutor(processes + MAX_SLOW, "verifier")
        self.slow = 0
        """Processes that are slow at the moment."""
        self.all_slow = 0
        """Slow chunks so far, the finished ones included."""

    async def start(self) -> None:
        """Start the processes, so that the first request does not wait for them."""
        warm = [LimitedVerifier(self._seconds, mode="both") for _ in range(self._processes)]
        item = ("One.", [{"id": "punctuation:no_comma"}])
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, one.verify, item) for one in warm))
        self._idle += warm

    async def verify(self, items: Sequence[BatchItem], until: float) -> list[BatchResult]:
        """Return the results of `items` in order; after `until` (`time.monotonic`), what is open gets an error.

        A request waits with as many chunks as there are processes, so that a small one soon has its turn.
        """
        ahead = asyncio.Semaphore(self._processes)

        async def verify_chunk(chunk: Sequence[BatchItem]) -> list[BatchResult]:
            async with ahead:
                return await self._verify_chunk(chunk, until)

        chunks = [items[at : at + CHUNK] for at in range(0, len(items), CHUNK)]
        parts = await asyncio.gather(*(verify_chunk(chunk) for chunk in chunks))
        return [result for part in parts for result in part]

    async def _verify_chunk(self, chunk: Sequence[BatchItem], until: float) -> list[BatchResult]:
        await self._slots.acquire()
        verifier = self._idle.pop() if self._idle else LimitedVerifier(self._seconds, mode="both")
        call = asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: verifier.verify_all(chunk, until=until)
        )
        is_slow = False
        try:
            done, _ = await asyncio.wait({call}, timeout=SLOW)
            if not done and self.slow < MAX_SLOW:
                is_slow = True
                self._yield_slot(verifier)
            return await call
        finally:
            if is_slow:
                self.slow -= 1
                verifier.close()  # its priority stays low
            else:
                self._idle.append(verifier)
                self._slots.release()

    def _yield_slot(self, verifier: LimitedVerifier) -> None:
        self.slow += 1
        self.all_slow += 1
        self._slots.release()
        if verifier.pid is not None:
            with suppress(OSError):  # it may have ended just now
                os.setpriority(os.PRIO_PROCESS, verifier.pid, _NICE)

    def close(self) -> None:
        """End the processes."""
        self._threads.shutdown(wait=True)
        for verifier in self._idle:
            verifier.close()
