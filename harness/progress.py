"""Progress of asking, told on stderr: a bar in a terminal, plain lines elsewhere, nothing if quiet."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TextIO

from .safe import plain

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

EVERY = 5.0
"""Seconds between two plain lines."""


class _Display(Protocol):
    def begin(self, tally: Tally) -> None: ...

    def update(self, tally: Tally) -> None: ...

    def note(self, text: str) -> None: ...

    def end(self, tally: Tally) -> None: ...


class Tally:
    """What is counted: all questions, those settled before, and this run's answers and failures by cause."""

    def __init__(self, total: int, already: int) -> None:
        self.total = total
        self.already = already
        self.done = 0
        self.failed: Counter[str] = Counter()
        self._began = time.monotonic()

    @property
    def settled(self) -> int:
        """Questions that need no asking any more in this run."""
        return self.already + self.done + self.failed.total()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    def told(self) -> str:
        """Return counts, rate and time left, such as `12 of 50 done, 1 failed (timeout 1), 3.4/s, 0:11 left`."""
        parts = [f"{self.already + self.done} of {self.total} done"]
        if self.failed:
            causes = ", ".join(f"{plain(cause)} {n}" for cause, n in self.failed.most_common())
            parts.append(f"{self.failed.total()} failed ({causes})")
        return ", ".join(parts + self.pace())

    def pace(self) -> list[str]:
        """Return rate and time left, where there is something to tell them from."""
        asked = self.settled - self.already
        if not asked or self.seconds <= 0:
            return []
        rate = asked / self.seconds
        shown = f"{rate:.1f}/s" if rate >= 1 else f"{rate * 60:.1f}/min"
        left = self.total - self.settled
        return [shown, f"{_clock(left / rate)} left"] if left else [shown]


class Progress:
    """Counts answers and failures and tells about them on `stream` (stderr).

    A terminal gets a bar (without colours if NO_COLOR is set); anything else plain lines without control codes, the
    first and the last always and one every few seconds in between. A stream that cannot be written is given up: a
    run does not end because nobody listens.
    """

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._quiet = quiet
        self._stream = stream
        self._display: _Display | None = None
        self._tally = Tally(0, 0)

    def start(self, total: int, already: int) -> None:
        """Begin; `already` of `total` were settled by an earlier run."""
        self._tally = Tally(total, already)
        if self._quiet:
            return
        stream = self._stream or sys.stderr
        self._display = _Bar(stream) if _can_draw(stream) else _Lines(stream)
        self._display.begin(self._tally)

    def done(self) -> None:
        """Count an answer that is on disk."""
        self._tally.done += 1
        self._update()

    def failed(self, cause: str) -> None:
        """Count a failure that is on disk."""
        self._tally.failed[cause] += 1
        self._update()

    def note(self, text: str) -> None:
        """Tell something beside the counts."""
        if self._display:
            self._display.note(plain(text))

    def stop(self) -> None:
        """End with the final counts; a second call does nothing."""
        display, self._display = self._display, None
        if display:
            display.end(self._tally)

    def _update(self) -> None:
        if self._display:
            self._display.update(self._tally)


class _Lines:
    """Plain lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._said = time.monotonic()

    def begin(self, tally: Tally) -> None:
        before = f", {tally.already} of them settled before" if tally.already else ""
        self.note(f"{tally.total} questions to ask{before}")

    def update(self, tally: Tally) -> None:
        if time.monotonic() - self._said >= EVERY:
            self.note(tally.told())

    def note(self, text: str) -> None:
        self._said = time.monotonic()
        with suppress(OSError, ValueError):  # a closed pipe, a closed file
            self._stream.write(text + "\n")
            self._stream.flush()

    def end(self, tally: Tally) -> None:
        self.note(f"{tally.told()}, after {_clock(tally.seconds)}")


class _Bar:
    """A line that is drawn again and again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._rich: RichProgress | None = None
        self._task: TaskID | None = None

    def begin(self, tally: Tally) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._rich = RichProgress(
            BarColumn(bar_width=24),
            TextColumn("{task.fields[told]}", markup=False),
            console=Console(file=self._stream),
            redirect_stdout=False,  # what goes to stdout is for a pipe or a file
            refresh_per_second=4,
        )
        self._task = self._rich.add_task("", total=tally.total, completed=tally.already, told=tally.told())
        self._rich.start()

    def update(self, tally: Tally) -> None:
        if self._rich and self._task is not None:
            self._rich.update(self._task, completed=tally.settled, told=tally.told())

    def note(self, text: str) -> None:
        if self._rich:
            self._rich.console.print(text, markup=False, highlight=False)

    def end(self, tally: Tally) -> None:
        self.update(tally)
        if self._rich:
            self._rich.stop()


def _can_draw(stream: TextIO) -> bool:
    with suppress(ValueError):  # a closed file
        return stream.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")
    return False


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
