"""Progress of a run on stderr: a bar and figures in a terminal, plain lines elsewhere, nothing if quiet."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol, TextIO

from ...sanitize import escape_control
from .counters import EVERY, ArrivalRate, ProgressCounters, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.live import Live

    from ...adapters.base import Response
    from ..limits.budget import Budget
    from .live_score import LiveScore

_BAR = 24
"""Columns of the bar."""


class _Display(Protocol):
    def begin(self, tally: ProgressCounters) -> None: ...

    def update(self, tally: ProgressCounters) -> None: ...

    def tick(self, tally: ProgressCounters) -> None: ...

    def note(self, text: str) -> None: ...

    def end(self, tally: ProgressCounters) -> None: ...


class Progress:
    """Counts responses and failures, and shows them on `stream` (stderr).

    A terminal gets a bar (without colours if NO_COLOR is set); anything else plain lines without control codes, the
    first and the last always and one every few seconds in between. A stream that cannot be written is given up:
    the run continues without progress. `live` gets the responses, and describes the score so far.
    """

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None, live: LiveScore | None = None) -> None:
        self._quiet = quiet
        self._stream = stream
        self._live = None if quiet else live
        self._display: _Display | None = None
        self._tally = ProgressCounters(0, 0)

    def start(self, total: int, already: int, flow: ArrivalRate | None = None, budget: Budget | None = None) -> None:
        """Begin; `already` of `total` were completed by an earlier run, `flow` is what is in flight."""
        self._tally = ProgressCounters(total, already, flow, self._live, budget)
        if self._quiet:
            return
        stream = self._stream or sys.stderr
        self._display = _Screen(stream) if _can_draw(stream) else _Lines(stream)
        self._display.begin(self._tally)

    def add_response(self, response: Response | None = None) -> None:
        """Count a response that is on disk."""
        self._tally.add_response(response)
        self._update()

    def between(self, response: Response) -> None:
        """Count what an earlier response of a dialogue took, which is on disk."""
        self._tally.spend(response)

    def add_failure(self, cause: str, cost: float | None = None) -> None:
        """Count a failure that is on disk."""
        self._tally.add_failure(cause, cost)
        self._update()

    def trouble(self, cause: str) -> None:
        """Count an attempt without a response."""
        self._tally.again[cause] += 1

    def tick(self) -> None:
        """Update the display; to be called a few times a second."""
        if self._display:
            self._tally.mark()
            self._display.tick(self._tally)

    def note(self, text: str) -> None:
        """Show a note besides the counts."""
        if self._display:
            self._display.note(escape_control(text))

    def stop(self) -> None:
        """End with the final counts; a second call does nothing."""
        display, self._display = self._display, None
        if display:
            display.end(self._tally)
        if self._live:
            self._live.close()

    def _update(self) -> None:
        if self._display:
            self._display.update(self._tally)


class _Lines:
    """Plain lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._written = time.monotonic()

    def begin(self, tally: ProgressCounters) -> None:
        before = f", {tally.already} of them completed before" if tally.already else ""
        self.note(f"{tally.total} response{'s' * (tally.total != 1)} to request{before}")

    def update(self, tally: ProgressCounters) -> None:
        if time.monotonic() - self._written >= EVERY:
            self.note(tally.describe())

    tick = update

    def note(self, text: str) -> None:
        self._written = time.monotonic()
        with suppress(OSError, ValueError):  # a closed pipe, a closed file
            self._stream.write(text + "\n")
            self._stream.flush()

    def end(self, tally: ProgressCounters) -> None:
        self.note(f"{tally.describe(last=True)}, after {format_clock(tally.seconds)}")


class _Screen:
    """A bar and some lines under it, drawn again and again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live: Live | None = None

    def begin(self, tally: ProgressCounters) -> None:
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            console=Console(file=self._stream, highlight=False),
            redirect_stdout=False,  # what goes to stdout is for a pipe or a file
            auto_refresh=False,  # drawn at each tick: a thread of its own would draw what has not changed
        )
        with self._writing():
            self._live.start()
        self.tick(tally)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Give the screen up where it cannot be written, such as a terminal that was closed: the run continues."""
        try:
            yield
        except (OSError, ValueError):
            live, self._live = self._live, None
            if live:
                with suppress(OSError, ValueError):  # restores sys.stderr before it writes
                    live.stop()

    def update(self, tally: ProgressCounters) -> None:
        """Leave it to the next tick: responses can come faster than a user reads."""

    def tick(self, tally: ProgressCounters) -> None:
        self._draw(tally, tally.lines())

    def _draw(self, tally: ProgressCounters, lines: list[str]) -> None:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        if self._live:
            first = Table.grid(padding=(0, 1))
            bar = ProgressBar(total=max(1, tally.total), completed=tally.completed, width=_BAR)
            first.add_row(bar, Text(lines[0], no_wrap=True))
            with self._writing():
                self._live.update(Group(first, *map(Text, lines[1:])), refresh=True)

    def note(self, text: str) -> None:
        if self._live:
            with self._writing():
                self._live.console.print(text, markup=False)

    def end(self, tally: ProgressCounters) -> None:
        self._draw(tally, tally.lines(last=True))
        if self._live:
            with self._writing():
                self._live.stop()


def _can_draw(stream: TextIO) -> bool:
    with suppress(ValueError):  # a closed file
        return stream.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")
    return False
