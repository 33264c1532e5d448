"""limits: how many requests are in flight, and how soon the next one may start."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_ALONE = 1.0
"""Seconds that the first request is out alone at most: a wrong key is refused sooner, an answer may take minutes."""
_BACK_OFF = 0.7
_ROUNDS_TO_GROW = 16
"""Rounds of answers that lead from one request in flight back to the ceiling, or one more a round if that is more."""
_BURST = 0.1
"""Seconds' worth of a rate that may be caught up at once: timers are not exact."""


@dataclass(eq=False, slots=True)
class Ticket:
    """The right to have one request in flight."""

    began: float
    """On the monotonic clock."""
    tokens: float
    """Tokens that were reckoned with."""


class Bucket:
    """So much a minute, evenly: no minute takes more than the rate and a tenth of a second's worth."""

    def __init__(self, per_minute: float) -> None:
        self._rate = per_minute / 60
        self._room = max(1.0, self._rate * _BURST)
        self._level = self._room
        self._at = time.monotonic()

    def delay(self, amount: float) -> float:
        """Return the seconds until `amount` may be taken; what is larger than the bucket waits for a full one."""
        now = time.monotonic()
        self._level = min(self._room, self._level + (now - self._at) * self._rate)
        self._at = now
        missing = min(amount, self._room) - self._level
        return missing / self._rate if missing > 1e-9 else 0.0

    def take(self, amount: float) -> None:
        """Take `amount`, on credit if need be; a negative one is given back."""
        self._level = min(self._room, self._level - amount)


@dataclass(eq=False, slots=True)
class _Waiter:
    tokens: float
    granted: asyncio.Future[Ticket] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Pace:
    """Lets requests go: at most so many at once, not before a provider's wait is over, within rates a minute.

    Starts at `ceiling`, after one request alone. With `adaptive` an overload makes it fewer, once for all requests
    that were in flight then, and answers make it more again. Belongs to one event loop. Who tries again goes first.
    """

    def __init__(
        self,
        ceiling: int,
        *,
        adaptive: bool = True,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        first_alone: float = FIRST_ALONE,
    ) -> None:
        self.ceiling = ceiling
        self.most = 0
        """Most requests that were in flight together."""
        self._adaptive = adaptive
        self._requests = Bucket(requests_per_minute) if requests_per_minute else None
        self._tokens = Bucket(tokens_per_minute) if tokens_per_minute else None
        self._first_alone = first_alone
        self._open = False
        self._limit = float(ceiling)
        self._flying: dict[Ticket, None] = {}
        self._waiting: tuple[deque[_Waiter], deque[_Waiter]] = deque(), deque()
        self._timer: asyncio.TimerHandle | None = None
        self._incident = -math.inf
        self._troubles = 0
        self._held_until = -math.inf
        self._usual = 0.0

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return int(self._limit) if self._open else 1

    @property
    def in_flight(self) -> int:
        """Requests in flight."""
        return len(self._flying)

    @property
    def longest(self) -> float:
        """Seconds that the oldest request is in flight."""
        return time.monotonic() - next(iter(self._flying)).began if self._flying else 0.0

    @property
    def held(self) -> float:
        """Seconds until the provider wants to be asked again; 0 if it does now."""
        return max(0.0, self._held_until - time.monotonic())

    @property
    def why(self) -> str:
        """Say why it is not more, or "" where it is as many as asked for."""
        if self.held > 0:
            return f"held back by the provider for {math.ceil(self.held)} s"
        if not self._open:
            return "the first request alone"
        for bucket, name in ((self._requests, "requests_per_minute"), (self._tokens, "tokens_per_minute")):
            if bucket and self.in_flight < self.limit and any(self._waiting) and bucket.delay(1.0) > 0:
                return name
        if self.limit < self.ceiling:
            return f"of {self.ceiling}, fewer since an overload"
        return ""

    async def enter(self, tokens: float = 0.0, *, again: bool = False) -> Ticket:
        """Wait until one more request may start; `tokens` is what its prompt will take, as far as that is known."""
        waiter = _Waiter(tokens + self._usual)
        self._waiting[0 if again else 1].append(waiter)
        self._admit()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            # Granted and cancelled in the same turn of the loop: the place goes to the next one.
            if waiter.granted.done() and not waiter.granted.cancelled():
                self.leave(waiter.granted.result())
            raise

    def leave(self, ticket: Ticket) -> None:
        """Count a request as over; a second time does nothing."""
        if self._flying.pop(ticket, ticket) is None:
            self._open_up()

    def answered(self, ticket: Ticket, *, prompt: float = 0.0, used: int | None = None) -> None:
        """Learn from an answer: `used` tokens in all, `prompt` of them reckoned for the prompt."""
        self._troubles = 0
        if used is not None:
            if self._tokens:
                self._tokens.take(used - ticket.tokens)
            made = max(0.0, used - prompt)
            self._usual += (0.1 if self._usual else 1.0) * (made - self._usual)
        if self._limit < self.ceiling:
            step = max(1.0, self.ceiling / _ROUNDS_TO_GROW)
            self._limit = min(float(self.ceiling), self._limit + step / self._limit)

    def troubled(self, ticket: Ticket, *, wait: float | None, overload: bool) -> None:
        """Learn from an attempt without an answer; `wait` seconds were asked for, and hold everyone back.

        As many failures in a row as may be in flight count as an overload whatever they say.
        """
        self._troubles += 1
        if overload or self._troubles >= max(8, self.limit):
            if self._adaptive and ticket.began > self._incident:
                self._limit = max(1.0, self._limit * _BACK_OFF)
                self._incident = time.monotonic()
            self._troubles = 0
        if wait:
            self.hold(wait)

    def hold(self, seconds: float) -> None:
        """Let no request start for so many seconds."""
        self._held_until = max(self._held_until, time.monotonic() + seconds)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of a reply: hold back before the provider has to say no."""
        for told in told_in(headers):
            if told.remaining < max(1.0, self._usual if told.of == "tokens" else 1.0):
                self.hold(told.next_in)

    def _open_up(self) -> None:
        self._open = True
        self._admit()

    def _delay(self, tokens: float) -> float:
        if self.in_flight >= self.limit:
            return math.inf
        delay = self.held
        if self._requests:
            delay = max(delay, self._requests.delay(1.0))
        if self._tokens:
            delay = max(delay, self._tokens.delay(tokens))
        return delay

    def _admit(self) -> None:
        """Let go whoever may, and come back when the next one may."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for queue in self._waiting:
            while queue:
                waiter = queue[0]
                if waiter.granted.done():
                    queue.popleft()
                    continue
                delay = self._delay(waiter.tokens)
                if delay > 0:
                    if delay < math.inf:
                        # A day at most at a time: event loops take no timer without end.
                        self._timer = asyncio.get_running_loop().call_later(min(delay, 86400.0), self._admit)
                    return
                queue.popleft()
                self._grant(waiter)

    def _grant(self, waiter: _Waiter) -> None:
        ticket = Ticket(time.monotonic(), waiter.tokens)
        if not self._open and not self._flying:
            asyncio.get_running_loop().call_later(self._first_alone, self._open_up)
        self._flying[ticket] = None
        self.most = max(self.most, len(self._flying))
        if self._requests:
            self._requests.take(1.0)
        if self._tokens:
            self._tokens.take(waiter.tokens)
        waiter.granted.set_result(ticket)


class Told(NamedTuple):
    """What a provider says is left of one of its limits."""

    of: str
    """`requests` or `tokens`."""
    remaining: float
    next_in: float
    """Seconds until there is more."""


def told_in(headers: Mapping[str, str]) -> list[Told]:
    """Read `x-ratelimit-*` and `anthropic-ratelimit-*`; what is missing or strange is passed over."""
    found = []
    for of in ("requests", "tokens"):
        for left, reset, most in (
            (f"x-ratelimit-remaining-{of}", f"x-ratelimit-reset-{of}", f"x-ratelimit-limit-{of}"),
            (f"anthropic-ratelimit-{of}-remaining", f"anthropic-ratelimit-{of}-reset", ""),
        ):
            with suppress(ValueError):
                remaining, whole = float(headers.get(left, "")), _seconds(headers.get(reset, ""))
                if not (math.isfinite(remaining) and 0 <= whole < math.inf):
                    continue
                limit = float(headers.get(most, "nan")) if most else math.nan
                # The time told is that until all is there again; it comes back evenly.
                gone = limit - remaining
                found.append(Told(of, remaining, whole / gone if gone > 1 and of == "requests" else whole))
    return found


def _seconds(text: str) -> float:
    """Read `1m2.5s`, `120ms`, plain seconds or an ISO time as seconds from now; raises `ValueError`."""
    if "T" in text:
        moment = datetime.fromisoformat(text)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else math.inf
    units = {"ms": 0.001, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
    total, rest = 0.0, text.strip()
    while rest:
        number = rest[: len(rest) - len(rest.lstrip("0123456789."))]
        rest = rest[len(number) :]
        unit = next((u for u in units if rest.startswith(u)), "")
        total += float(number) * units.get(unit, 1.0)
        rest = rest[len(unit) :]
        if not unit and rest:
            raise ValueError(text)
    if not text.strip():
        raise ValueError(text)
    return total
