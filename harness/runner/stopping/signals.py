"""Signals that interrupt a run: Ctrl-C, SIGTERM and SIGHUP, handled by the event loop that sends requests."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HANG_UP = getattr(signal, "SIGHUP", None)
"""The terminal was closed, or the connection to it is lost; None on systems without it."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, *((HANG_UP,) if HANG_UP else ()))


@contextmanager
def on_signals(handle: Callable[[], None]) -> Iterator[None]:
    """Call `handle` at the first two signals; a third one meets whatever handled it before.

    A closed terminal counts once, because shell and system may both report it; below nohup it does not count.
    """
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    wanted = [number for number in SIGNALS if number != HANG_UP or before[number] is not signal.SIG_IGN]
    caught = 0

    def restore() -> None:
        for number, handler in ((number, before[number]) for number in wanted):
            if loop.remove_signal_handler(number) and handler is not None:
                signal.signal(number, handler)

    def catch() -> None:
        nonlocal caught
        caught += 1
        if caught > 1:
            restore()
        handle()

    def hang_up() -> None:
        if not caught:
            catch()

    try:
        for number in wanted:
            loop.add_signal_handler(number, hang_up if number == HANG_UP else catch)
    except (RuntimeError, ValueError, NotImplementedError):
        pass  # signals come to the main thread only; elsewhere its owner handles them
    try:
        yield
    finally:
        restore()
