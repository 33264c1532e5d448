"""Progress of work without requests on stderr: how much is done, how fast, and the time left."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TextIO

from .counters import EVERY, format_clock


class WorkProgress:
    """Prints a line every few seconds, so that work that takes less prints nothing; call it with done and total.

    `verb` says what is done ("scored"), `unit` to what ("responses").
    """

    def __init__(self, verb: str, unit: str, stream: TextIO | None = None) -> None:
        self._verb, self._unit = verb, unit
        self._stream = stream
        self._began: tuple[float, int] | None = None
        """When the first notice came, and how much was done then: processes and clusters take time to start."""
        self._last = 0
        """How much was done at the last notice."""
        self._printed = 0.0

    def __call__(self, done: int, total: int | None = None) -> None:
        """Note that `done` of `total` (None: unknown) are done."""
        now = time.monotonic()
        if self._began is None or done < self._last:  # the first notice of some work, or of more work
            self._began, self._printed = (now, done), now
        self._last = done
        began, before = self._began
        if now - self._printed < EVERY or done <= before:
            return
        self._printed = now
        rate = (done - before) / (now - began)
        of = "" if total is None else f" of {total:,}"
        left = "" if total is None else f", {format_clock((total - done) / rate)} left"
        with suppress(OSError, ValueError):  # a closed pipe or file: the work continues without
            print(f"{self._verb} {done:,}{of} {self._unit}, {rate:,.0f}/s{left}", file=self._stream or sys.stderr)
