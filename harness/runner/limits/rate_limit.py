"""How much may start a minute, by our own limits and by what a provider reports as left of its own."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("requests", "tokens")
"""What providers limit."""
_BURST = 0.1
"""Seconds' worth of a rate that may be caught up at once: timers are not exact."""
_BELIEVED = 60.0
"""Maximum seconds that a header alone throttles a run; a provider that means more names a wait in an error."""


class TokenBucket:
    """An amount a minute, evenly: no minute takes more than the rate and a tenth of a second's worth."""

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


class QuotaHeader(NamedTuple):
    """What the headers of a reply report of one limit."""

    of: str
    """One of `KINDS`."""
    remaining: float
    whole: float
    """Seconds until all of it is there again."""
    limit: float
    """All of it; infinite where that is not reported."""

    @property
    def rate(self) -> float:
        """How much comes back a second; 0 where all of it comes back at once."""
        used = self.limit - self.remaining
        return used / self.whole if 0 < used < math.inf and self.whole > 0 else 0.0


class RemainingQuota:
    """What is left of a provider's limit, estimated from the last reply that reported it."""

    def __init__(self) -> None:
        self._level = self._limit = math.inf
        self._rate = 0.0
        self._at = self._until = -math.inf

    def learn(self, quota: QuotaHeader, *, since: float, taken: float) -> None:
        """Take over what a reply reports to a request that began at `since`, after which `taken` more was requested.

        Providers count when a request arrives, and responses take a while: a report is as old as its request.
        """
        now = time.monotonic()
        self._rate, self._limit = quota.rate, quota.limit
        self._level = min(quota.limit, quota.remaining + self._rate * (now - since)) - taken
        self._at, self._until = now, now + min(quota.whole, _BELIEVED)

    def delay(self, amount: float) -> float:
        """Return the estimated seconds until `amount` is there; 0 if that is unknown."""
        now = time.monotonic()
        if now >= self._until:
            return 0.0
        missing = min(amount, self._limit) - self._level - (now - self._at) * self._rate
        if missing <= 1e-9:
            return 0.0
        return min(missing / self._rate if self._rate else math.inf, self._until - now)

    def take(self, amount: float) -> None:
        """Count `amount` as requested."""
        self._level -= amount


def parse_quota_headers(headers: Mapping[str, str]) -> list[QuotaHeader]:
    """Read `x-ratelimit-*` and `anthropic-ratelimit-*`; what is missing or strange is passed over.

    The forms are those of OpenAI's and Anthropic's documentation: seconds as `6m0s` or `20ms`, or a time of RFC 3339.
    """
    found = []
    for of, names in _NAMES.items():
        for left, reset, most in names:
            remaining = headers.get(left)
            if remaining is not None:
                quota = _parse_quota(of, remaining, headers.get(reset, ""), headers.get(most, ""))
                found += [quota] if quota else []
    return found


_NAMES = {
    of: (
        (f"x-ratelimit-remaining-{of}", f"x-ratelimit-reset-{of}", f"x-ratelimit-limit-{of}"),
        (f"anthropic-ratelimit-{of}-remaining", f"anthropic-ratelimit-{of}-reset", f"anthropic-ratelimit-{of}-limit"),
    )
    for of in KINDS
}


def _parse_quota(of: str, remaining: str, reset: str, limit: str) -> QuotaHeader | None:
    try:
        left, whole = float(remaining), _seconds(reset)
    except (ValueError, OverflowError):
        return None
    if not (0 <= left < math.inf and 0 <= whole < math.inf):
        return None
    try:
        most = float(limit)
    except ValueError:
        most = math.inf
    return QuotaHeader(of, left, whole, most if most >= left else math.inf)


_UNITS = {"ms": 0.001, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}


def _seconds(text: str) -> float:
    """Read `1m2.5s`, `120ms`, plain seconds or an ISO time as seconds from now; raises `ValueError`."""
    if "T" in text:
        moment = datetime.fromisoformat(text)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else math.inf
    total, rest = 0.0, text.strip()
    if not rest:
        raise ValueError(text)
    while rest:
        number = rest[: len(rest) - len(rest.lstrip("0123456789."))]
        rest = rest[len(number) :]
        unit = next((u for u in _UNITS if rest.startswith(u)), "")
        total += float(number) * _UNITS.get(unit, 1.0)
        rest = rest[len(unit) :]
        if not unit and rest:
            raise ValueError(text)
    return total
