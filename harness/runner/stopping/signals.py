"""signals: Ctrl-C and SIGTERM, handled by the event loop that asks."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def on_signals(handle: Callable[[], None]) -> Iterator[None]:
    """Call `handle` at the first two signals; a third one meets whatever handled it before."""
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    caught = 0

    def restore() -> None:
        for number, handler in before.items():
            if loop.remove_signal_handler(number) and handler is not None:
                signal.signal(number, handler)

    def catch() -> None:
        nonlocal caught
        caught += 1
        if caught > 1:
            restore()
        handle()

    try:
        for number in SIGNALS:
            loop.add_signal_handler(number, catch)
    except (RuntimeError, ValueError, NotImplementedError):
        pass  # signals come to the main thread only; elsewhere its owner handles them
    try:
        yield
    finally:
        restore()
