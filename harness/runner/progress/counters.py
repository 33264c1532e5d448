"""What is counted while a run sends requests, and its description."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Protocol

from ...adapters.base import UNKNOWN_STOP
from ...config.prices import format_dollars
from ...sanitize import escape_control

if TYPE_CHECKING:
    from ...adapters.base import Response
    from ..limits.budget import Budget
    from .live_score import LiveScore

EVERY = 5.0
"""Seconds without a response until the oldest request is shown."""
_MARKS = 60
"""Moments that the pace is taken over; two a second."""


class ArrivalRate(Protocol):
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


class ProgressCounters:
    """All samples and epochs, those completed before, and the responses, failures and retries of this run."""

    def __init__(
        self,
        total: int,
        already: int,
        flow: ArrivalRate | None = None,
        live: LiveScore | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.total = total
        self.already = already
        self.done = 0
        self.failed: Counter[str] = Counter()
        self.again: Counter[str] = Counter()
        """Attempts without a response, by cause."""
        self.blank = 0
        """Blank responses."""
        self.tokens = 0
        self.cost = 0.0
        """US dollars of this run's responses and failures, as far as they are known."""
        self.unpriced = 0
        """Responses of unknown cost."""
        self.completed_at = self._began = time.monotonic()
        self._flow = flow
        self._live = live
        self._budget = budget
        self._marks: deque[tuple[float, int, int]] = deque([(self._began, 0, 0)], maxlen=_MARKS)

    @property
    def completed(self) -> int:
        """Samples and epochs that need no request any more in this run."""
        return self.already + self.done + self.failed.total()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    def add_response(self, response: Response | None) -> None:
        """Count a response."""
        self.done += 1
        self.completed_at = time.monotonic()
        if response is None:
            return
        self.blank += response.stop in ("end", UNKNOWN_STOP) and not response.text.strip()
        self.spend(response)
        if self._live:
            self._live.add(response)

    def spend(self, response: Response) -> None:
        """Count tokens and cost of a response, also of an earlier one in a dialogue."""
        self.tokens += sum((response.usage or {}).get(name, 0) for name in ("input", "output"))
        if response.cost is None:
            self.unpriced += 1
        else:
            self.cost += response.cost

    def add_failure(self, cause: str, cost: float | None) -> None:
        """Count a failure, with what its attempts cost, if that is known."""
        self.failed[cause] += 1
        self.cost += cost or 0.0
        self.completed_at = time.monotonic()

    def mark(self) -> None:
        """Remember the counts of this moment, for a pace that is that of the last half minute."""
        self._marks.append((time.monotonic(), self.completed - self.already, self.tokens))
        if self._live:
            self._live.tick()

    def describe(self, *, last: bool = False) -> str:
        """Return everything in one line, such as `12 of 50 done, 1 failed (timeout 1), 3.4/s, 0:11 left`."""
        parts = [self.counts(), *self.troubles(), *([] if last else self.flowing()), *self.pace(last=last)]
        return ", ".join([*parts, *self.speed(last=last), *self.price(), *self.score()])

    def lines(self, *, last: bool = False) -> list[str]:
        """Return the same in lines for a screen, the shortest one first."""
        lines = (
            [self.counts(), *self.pace(last=last)],
            [*([] if last else self.flowing()), *self.speed(last=last)],
            [*self.price(), *self.score()],
            self.troubles(),
        )
        return [", ".join(parts) for parts in lines if parts]

    def counts(self) -> str:
        """Return how many responses are done."""
        return f"{self.already + self.done} of {self.total} done"

    def troubles(self) -> list[str]:
        """Return failures, retries and blank responses."""
        parts = [f"{self.failed.total()} failed ({_causes(self.failed)})"] if self.failed else []
        parts += [f"{self.again.total()} retried ({_causes(self.again)})"] if self.again else []
        return parts + ([f"{self.blank} blank"] if self.blank else [])

    def pace(self, *, last: bool = False) -> list[str]:
        """Return responses a second and time left, where they are known."""
        completed, _, took = self._lately(last=last)
        if completed <= 0 or took <= 0:
            return []
        rate = completed / took
        left = 0 if self._waits else self.total - self.completed  # a run that only waits has no pace
        return [f"{rate:.1f}/s" if rate >= 1 else f"{rate * 60:.1f}/min"] + (
            [f"{format_clock(left / rate)} left"] * bool(left)
        )

    def speed(self, *, last: bool = False) -> list[str]:
        """Return tokens a second."""
        _, tokens, took = self._lately(last=last)
        return [f"{tokens / took:,.0f} tokens/s"] if tokens > 0 and took > 0 else []

    def _lately(self, *, last: bool) -> tuple[int, int, float]:
        """Return responses, tokens and seconds: of the last half minute, or of the whole run."""
        since, before, tokens = (self._began, 0, 0) if last else self._marks[0]
        return self.completed - self.already - before, self.tokens - tokens, time.monotonic() - since

    def flowing(self) -> list[str]:
        """Return what is in flight, and why it is not more."""
        flow = self._flow
        if flow is None or not (flow.in_flight or flow.why or self._waits):
            return []
        shown = f"{flow.in_flight} in flight" + (f" ({flow.why})" if flow.why else "")
        shown += ", what is left has to wait" if self._waits else ""
        if flow.in_flight and time.monotonic() - self.completed_at >= EVERY > 0:
            return [f"waiting for {shown}, longest {flow.longest:.0f} s"]
        return [shown]

    @property
    def _waits(self) -> bool:
        """Whether nothing is in flight, and has not been for a while, although something is left."""
        quiet = time.monotonic() - self.completed_at >= EVERY > 0
        return bool(self._flow and not self._flow.in_flight and quiet and self.completed < self.total)

    def price(self) -> list[str]:
        """Return what was spent, against the limits of the run where it has some.

        The limits are those of the whole run, earlier processes included; without one, this process counts.
        """
        limits = self._budget.limits if self._budget else None
        parts = []
        if self._budget and limits and limits.max_cost is not None:
            parts.append(f"{format_dollars(self._budget.cost)} of {format_dollars(limits.max_cost)}")
        elif self.cost:
            parts.append(
                f"${self.cost:.4f}" + (f" and {self.unpriced} responses of unknown cost" * bool(self.unpriced))
            )
        elif self.unpriced and self.tokens:
            parts.append("cost unknown")
        if self._budget and limits and limits.max_tokens is not None:
            parts.append(f"{self._budget.tokens:,} of {limits.max_tokens:,} tokens")
        return parts

    def score(self) -> list[str]:
        """Return the score so far, if there is one."""
        return [score] if self._live and (score := self._live.describe()) else []


def _causes(counts: Counter[str]) -> str:
    return ", ".join(f"{escape_control(cause)} {n}" for cause, n in counts.most_common())


def format_clock(seconds: float) -> str:
    """Return `1:05` or `2:01:05`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
