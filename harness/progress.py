"""Progress of asking, told on stderr: a bar in a terminal, plain lines elsewhere, nothing if quiet."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter, deque
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TextIO

from .safe import plain

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from .adapter import Response
    from .live import LiveScore

EVERY = 5.0
"""Seconds between two plain lines, and without an answer until the oldest request is told."""
_MARKS = 60
"""Moments that the pace is taken over; two a second."""


class Flow(Protocol):
    """What is in flight."""

    @property
    def in_flight(self) -> int:
        """Requests in flight."""
        ...

    @property
    def longest(self) -> float:
        """Seconds that the oldest one is."""
        ...

    @property
    def why(self) -> str:
        """Why it is not more, or ""."""
        ...


class _Display(Protocol):
    def begin(self, tally: Tally) -> None: ...

    def update(self, tally: Tally) -> None: ...

    def tick(self, tally: Tally) -> None: ...

    def note(self, text: str) -> None: ...

    def end(self, tally: Tally) -> None: ...


class Tally:
    """What is counted: all questions, those settled before, this run's answers, failures and repeated attempts."""

    def __init__(self, total: int, already: int, flow: Flow | None = None, live: LiveScore | None = None) -> None:
        self.total = total
        self.already = already
        self.done = 0
        self.failed: Counter[str] = Counter()
        self.again: Counter[str] = Counter()
        """Attempts that gave no answer, by cause."""
        self.tokens = 0
        self.cost = 0.0
        self.unpriced = 0
        """Answers of which the cost is not known."""
        self.settled_at = self._began = time.monotonic()
        self._flow = flow
        self._live = live
        self._marks: deque[tuple[float, int, int]] = deque([(self._began, 0, 0)], maxlen=_MARKS)

    @property
    def settled(self) -> int:
        """Questions that need no asking any more in this run."""
        return self.already + self.done + self.failed.total()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    def answered(self, response: Response | None) -> None:
        """Count an answer."""
        self.done += 1
        self.settled_at = time.monotonic()
        if response is None:
            return
        self.tokens += sum((response.usage or {}).get(name, 0) for name in ("input", "output"))
        if response.cost is None:
            self.unpriced += 1
        else:
            self.cost += response.cost
        if self._live:
            self._live.add(response)

    def mark(self) -> None:
        """Remember the counts of this moment, for a pace that is that of the last half minute."""
        self._marks.append((time.monotonic(), self.settled - self.already, self.tokens))
        if self._live:
            self._live.tick()

    def told(self, *, last: bool = False) -> str:
        """Return counts, pace and time left, such as `12 of 50 done, 1 failed (timeout 1), 3.4/s, 0:11 left`."""
        parts = [f"{self.already + self.done} of {self.total} done"]
        if self.failed:
            parts.append(f"{self.failed.total()} failed ({_causes(self.failed)})")
        if self.again:
            parts.append(f"{self.again.total()} tried again ({_causes(self.again)})")
        return ", ".join(parts + ([] if last else self._flowing()) + self.pace(last=last) + self._price())

    def pace(self, *, last: bool = False) -> list[str]:
        """Return questions and tokens a second and time left, where there is something to tell them from."""
        since, before, tokens = (self._began, 0, 0) if last else self._marks[0]
        asked, took = self.settled - self.already - before, time.monotonic() - since
        if asked <= 0 or took <= 0:
            return []
        rate = asked / took
        parts = [f"{rate:.1f}/s" if rate >= 1 else f"{rate * 60:.1f}/min"]
        if self.tokens > tokens:
            parts.append(f"{(self.tokens - tokens) / took:,.0f} tokens/s")
        left = self.total - self.settled
        return [*parts, f"{_clock(left / rate)} left"] if left else parts

    def _flowing(self) -> list[str]:
        flow = self._flow
        if flow is None or not (flow.in_flight or flow.why):
            return []
        told = f"{flow.in_flight} in flight" + (f" ({flow.why})" if flow.why else "")
        if flow.in_flight and time.monotonic() - self.settled_at >= EVERY > 0:
            return [f"waiting for {told}, longest {flow.longest:.0f} s"]
        return [told]

    def _price(self) -> list[str]:
        parts = []
        if self.cost:
            parts.append(f"${self.cost:.4f}" + (f" and {self.unpriced} answers of unknown cost" * bool(self.unpriced)))
        if self._live and (score := self._live.told()):
            parts.append(score)
        return parts


def _causes(counts: Counter[str]) -> str:
    return ", ".join(f"{plain(cause)} {n}" for cause, n in counts.most_common())


class Progress:
    """Counts answers and failures and tells about them on `stream` (stderr).

    A terminal gets a bar (without colours if NO_COLOR is set); anything else plain lines without control codes, the
    first and the last always and one every few seconds in between. A stream that cannot be written is given up: a
    run does not end because nobody listens. `live` is shown the answers, and tells the score so far.
    """

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None, live: LiveScore | None = None) -> None:
        self._quiet = quiet
        self._stream = stream
        self._live = None if quiet else live
        self._display: _Display | None = None
        self._tally = Tally(0, 0)

    def start(self, total: int, already: int, flow: Flow | None = None) -> None:
        """Begin; `already` of `total` were settled by an earlier run, `flow` says what is in flight."""
        self._tally = Tally(total, already, flow, self._live)
        if self._quiet:
            return
        stream = self._stream or sys.stderr
        self._display = _Bar(stream) if _can_draw(stream) else _Lines(stream)
        self._display.begin(self._tally)

    def done(self, response: Response | None = None) -> None:
        """Count an answer that is on disk."""
        self._tally.answered(response)
        self._update()

    def failed(self, cause: str) -> None:
        """Count a failure that is on disk."""
        self._tally.failed[cause] += 1
        self._tally.settled_at = time.monotonic()
        self._update()

    def trouble(self, cause: str) -> None:
        """Count an attempt that gave no answer."""
        self._tally.again[cause] += 1

    def tick(self) -> None:
        """Tell how it stands although nothing may have settled; to be called a few times a second."""
        if self._display:
            self._tally.mark()
            self._display.tick(self._tally)

    def note(self, text: str) -> None:
        """Tell something beside the counts."""
        if self._display:
            self._display.note(plain(text))

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
        self._said = time.monotonic()

    def begin(self, tally: Tally) -> None:
        before = f", {tally.already} of them settled before" if tally.already else ""
        self.note(f"{tally.total} questions to ask{before}")

    def update(self, tally: Tally) -> None:
        if time.monotonic() - self._said >= EVERY:
            self.note(tally.told())

    tick = update

    def note(self, text: str) -> None:
        self._said = time.monotonic()
        with suppress(OSError, ValueError):  # a closed pipe, a closed file
            self._stream.write(text + "\n")
            self._stream.flush()

    def end(self, tally: Tally) -> None:
        self.note(f"{tally.told(last=True)}, after {_clock(tally.seconds)}")


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
            auto_refresh=False,  # drawn at each tick: a thread of its own would draw what has not changed
        )
        self._task = self._rich.add_task("", total=tally.total, completed=tally.already, told=tally.told())
        self._rich.start()

    def update(self, tally: Tally) -> None:
        """Leave it to the next tick: answers can come faster than anybody reads."""

    def tick(self, tally: Tally) -> None:
        self._draw(tally, tally.told())

    def _draw(self, tally: Tally, told: str) -> None:
        if self._rich and self._task is not None:
            self._rich.update(self._task, completed=tally.settled, told=told, refresh=True)

    def note(self, text: str) -> None:
        if self._rich:
            self._rich.console.print(text, markup=False, highlight=False)

    def end(self, tally: Tally) -> None:
        self._draw(tally, tally.told(last=True))
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
