"""How many requests are in flight, and how soon the next one may start."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .overload import OverloadDetector
from .rate_limit import KINDS, RemainingQuota, TokenBucket, parse_quota_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_ALONE = 1.0
"""Maximum seconds that the first request is alone: a wrong key shows sooner, a response may take minutes."""
_BACK_OFF = 0.7
"""Share of the limit that an overload leaves."""
_TIMED_OUT = 0.5
"""Share of the limit that time-outs leave: each round of them costs the whole time-out."""
_SINGLE = 0.75
"""Share of the ceiling that single overloads leave, as long as the provider takes most requests."""
_MANY = 1 / 3
"""Share of recent attempts that are overloads, from which on it takes too few."""
_LATELY = 1 / 64
"""Weight of one attempt in that share."""
_ROUNDS_TO_GROW = 16
"""Rounds of responses from one request in flight back to the ceiling, or one more a round if that is more."""


@dataclass(eq=False, slots=True)
class Slot:
    """The right to have one request in flight."""

    began: float
    """On the monotonic clock."""
    tokens: float
    """Estimated tokens."""
    before: tuple[float, float]
    """Requests and estimated tokens of the run until then, these included."""


_SENDING: ContextVar[Slot | None] = ContextVar("sending", default=None)
"""The request that this task has in flight: headers come without its name."""


@dataclass(eq=False, slots=True)
class _Waiter:
    tokens: float
    granted: asyncio.Future[Slot] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class ConcurrencyLimiter:
    """Grants slots to requests: up to a limit at once, none while the provider is overloaded, within rates a minute.

    Starts at `ceiling`, after one request alone. With `adaptive`, overloads lower the limit, once for all requests that
    were in flight then: a little for single ones, down to one where most attempts are overloads. Responses raise it
    again. If no request gets a response any more, all wait, and one request precedes the others afterwards. Retries
    precede new requests. Belongs to one event loop.
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
        self.peak = 0
        """Most requests that were in flight together."""
        self._adaptive = adaptive
        self._requests = TokenBucket(requests_per_minute) if requests_per_minute else None
        self._tokens = TokenBucket(tokens_per_minute) if tokens_per_minute else None
        self._first_alone = first_alone
        self._open = self._again = False
        """Whether more than one may be in flight, and whether that was so before."""
        self._scout: Slot | None = None
        """The request that precedes the others."""
        self._limit = float(ceiling)
        self._flying: dict[Slot, None] = {}
        self._waiting: tuple[deque[_Waiter], deque[_Waiter]] = deque(), deque()
        self._timer: asyncio.TimerHandle | None = None
        self._incident = -math.inf
        self._refusals = OverloadDetector()
        self._refused = 0.0
        """Share of recent attempts that were overloads."""
        self._troubles = 0
        self._why_fewer = "rate limits"
        self._held_until = -math.inf
        self._held_why = ""
        self._usual = 0.0
        self._asked_for = (0.0, 0.0)
        self._left: dict[str, RemainingQuota] = {}
        """By `KINDS`, as far as the provider reports it."""

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
        """Seconds until the provider takes requests again; 0 if it does now."""
        return max(0.0, self._held_until - time.monotonic())

    @property
    def why(self) -> str:
        """Why not more requests are in flight, "" where it is the ceiling."""
        if self.held > 0:
            return f"{self._held_why} for {math.ceil(self.held)} s"
        if not self._open:
            return "one request ahead of the others" if self._again else "the first request alone"
        if self.in_flight < self.limit and any(self._waiting):
            for bucket, name in ((self._requests, "requests_per_minute"), (self._tokens, "tokens_per_minute")):
                if bucket and bucket.delay(1.0) > 0:
                    return name
            for of, left in self._left.items():
                if (delay := left.delay(1.0 if of == "requests" else self._usual)) > 0:
                    return f"no {of} left by the provider's count for {math.ceil(delay)} s"
        if self.limit < self.ceiling:
            return f"of {self.ceiling}, reduced after {self._why_fewer}"
        return ""

    async def acquire(self, tokens: float = 0.0, *, again: bool = False) -> Slot:
        """Wait until one more request may start; `tokens` is what its prompt will take, as far as that is known."""
        waiter = _Waiter(tokens + self._usual)
        self._waiting[0 if again else 1].append(waiter)
        self._admit()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            # Granted and cancelled in the same turn of the loop: the slot is for the next request.
            if waiter.granted.done() and not waiter.granted.cancelled():
                self.release(waiter.granted.result())
            raise

    def release(self, slot: Slot) -> None:
        """Count a request as over; a second time does nothing."""
        if self._flying.pop(slot, slot) is None:
            self._open_up(slot)
            self._admit()

    def on_success(self, slot: Slot, *, prompt: float = 0.0, used: int | None = None) -> None:
        """Learn from a response: `used` tokens in all, `prompt` of them reckoned for the prompt."""
        self._troubles = 0
        self._refused -= _LATELY * self._refused
        self._refusals.note_response(slot.began)
        if used is not None:
            if self._tokens:
                self._tokens.take(used - slot.tokens)
            made = max(0.0, used - prompt)
            self._usual += (0.1 if self._usual else 1.0) * (made - self._usual)
        if self._limit < self.ceiling:
            step = max(1.0, self.ceiling / _ROUNDS_TO_GROW)
            self._limit = min(float(self.ceiling), self._limit + step / self._limit)

    def on_error(
        self, slot: Slot, *, wait: float | None, overload: bool, quick: bool = False, slow: bool = False
    ) -> None:
        """Learn from an attempt without a response, for which the provider may have named a `wait` in seconds.

        `overload`: the provider has too much to do; `quick`: it failed without being worked on, for whatever
        reason; `slow`: it timed out. Two time-outs in a row halve the limit: the server works on more than it can
        finish. As many failures in a row as may be in flight are an overload whatever they say.
        """
        self._troubles += 1
        self._refused += _LATELY * (overload - self._refused)
        if overload or quick:
            self._why_fewer = "rate limits"
            now, flying = time.monotonic(), (one.began for one in self._flying)
            note = self._refusals.note_refusal
            pause = note(slot.began, slot.before[0], now=now, sent=self._asked_for[0], wait=wait, flying=flying)
            if self._again and slot is self._scout and pause <= 0:
                pause = self._refusals.all_wait(now)
            if pause > 0:
                self._fewer(slot, 1.0)
                self.hold(pause, "throttled by the provider" if overload else "no responses, all requests wait")
                self._open, self._again, self._scout = False, True, None
                return
        if overload:
            self._fewer(slot, _SINGLE * self.ceiling if self._refused <= _MANY else 1.0)
        elif slow and self._troubles > 1:
            self._fewer(slot, 1.0, share=_TIMED_OUT)
            self._why_fewer = "time-outs"
        elif self._troubles >= max(8, self.limit):
            self._fewer(slot, 1.0)

    def _fewer(self, slot: Slot, least: float, share: float = _BACK_OFF) -> None:
        self._troubles = 0
        if self._adaptive and slot.began > self._incident:
            self._limit = max(1.0, min(self._limit, least), self._limit * share)
            self._incident = time.monotonic()

    def hold(self, seconds: float, why: str = "throttled by the provider") -> None:
        """Start no request for `seconds`."""
        self._held_until = max(self._held_until, time.monotonic() + seconds)
        self._held_why = why

    def sends(self, slot: Slot) -> None:
        """Note that this task sends this request now: `update_from_headers` gets headers without its name."""
        _SENDING.set(slot)

    def update_from_headers(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of a reply how much of its quota is left, so that no request exceeds it."""
        for quota in parse_quota_headers(headers):
            slot, of = _SENDING.get(), KINDS.index(quota.of)
            since = slot.began if slot else time.monotonic()
            taken = self._asked_for[of] - slot.before[of] if slot else 0.0
            self._left.setdefault(quota.of, RemainingQuota()).learn(quota, since=since, taken=taken)

    def _open_up(self, scout: Slot) -> None:
        """Let the other requests follow, if this is still the one that they wait for."""
        if scout is self._scout:
            self._open, self._scout = True, None
            self._admit()

    def _delay(self, tokens: float) -> float:
        if self._scout or (self._open and self.in_flight >= self.limit):
            return math.inf
        delay = self.held
        if self._requests:
            delay = max(delay, self._requests.delay(1.0))
        if self._tokens:
            delay = max(delay, self._tokens.delay(tokens))
        for of, left in self._left.items():
            delay = max(delay, left.delay(1.0 if of == "requests" else tokens))
        return delay

    def _admit(self) -> None:
        """Grant the slots that are free, and call again when the next one is."""
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
        self._asked_for = (self._asked_for[0] + 1.0, self._asked_for[1] + waiter.tokens)
        slot = Slot(time.monotonic(), waiter.tokens, self._asked_for)
        if not self._open:
            self._scout = slot
            asyncio.get_running_loop().call_later(self._first_alone, self._open_up, slot)
        self._flying[slot] = None
        self.peak = max(self.peak, len(self._flying))
        if self._requests:
            self._requests.take(1.0)
        if self._tokens:
            self._tokens.take(waiter.tokens)
        for of, left in self._left.items():
            left.take(1.0 if of == "requests" else waiter.tokens)
        waiter.granted.set_result(slot)
