"""Interrupts a run from another thread."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task
    from collections.abc import Callable, Iterator


class Cancellation:
    """Interrupts a run as Ctrl-C does: the first call lets requests in flight end, a second one abandons them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls = 0
        self._loop: AbstractEventLoop | None = None
        self._task: Task[object] | None = None
        self._interrupt: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Interrupt the run, or a run that is yet to start its requests; from any thread."""
        with self._lock:
            self._calls += 1
            if self._loop and self._interrupt and self._task:
                self._loop.call_soon_threadsafe(self._interrupt if self._calls == 1 else self._task.cancel)

    @contextmanager
    def attach(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Have `cancel` call `interrupt` in the running event loop, then cancel the current task."""
        import asyncio

        with self._lock:
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            self._interrupt = interrupt
            if self._calls:
                interrupt()
        try:
            yield
        finally:
            with self._lock:
                self._loop = self._task = self._interrupt = None
