"""A limit of time for the verification of one response: a slow check is named, then given up.

The alarm of the operating system interrupts also a regular expression that backtracks without end. Signals reach the
main thread only; elsewhere there is no limit here, and `scorers.LimitedVerifier` verifies in a process of its own.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scorers import Checker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

SLOW = 3.0
"""Seconds after which a check that is still at work is named."""
LIMIT = 30.0
"""Seconds after which the verification of one response is given up."""


class CheckTooSlow(Exception):
    """The verification of a response took longer than `LIMIT`; the text names the instruction at work."""


@contextmanager
def time_limit(on_slow: Callable[[str], None] | None = None) -> Iterator[None]:
    """Raise `CheckTooSlow` inside after `LIMIT` seconds; `on_slow` gets a line about the check after `SLOW`."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    named = False

    def on_alarm(_signal: int, frame: FrameType | None) -> None:
        nonlocal named
        at_work = _instruction_at(frame)
        if named:
            raise CheckTooSlow(f"{at_work} was given up after {LIMIT:g} s")
        named = True
        signal.setitimer(signal.ITIMER_REAL, max(0.01, LIMIT - SLOW))
        if on_slow:
            on_slow(f"{at_work}: still being verified after {SLOW:g} s (limit {LIMIT:g} s)")

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, SLOW)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _instruction_at(frame: FrameType | None) -> str:
    """Return the instruction whose check is running, with its parameters: the pattern of a keyword is one of them."""
    while frame:
        for value in frame.f_locals.values():
            if isinstance(value, Checker):
                given = {name: shown for name, shown in value.to_json(defaults=False).items() if name != "id"}
                return f"{value.id} {given}" if given else value.id
        frame = frame.f_back
    return "a check"
