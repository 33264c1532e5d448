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
        self._began = self._printed = time.monotonic()

    def __call__(self, done: int, total: int | None = None) -> None:
        """Note that `done` of `total` (None: unknown) are done."""
        now = time.monotonic()
        if now - self._printed < EVERY:
            return
        self._printed = now
        rate = done / (now - self._began)
        of = "" if total is None else f" of {total:,}"
        left = "" if total is None else f", {format_clock((total - done) / rate)} left"
        with suppress(OSError, ValueError):  # a closed pipe or file: the work continues without
            print(f"{self._verb} {done:,}{of} {self._unit}, {rate:,.0f}/s{left}", file=self._stream or sys.stderr)
