"""Whether an overload concerns one request, or all of them.

Some servers refuse single requests at random, and a wait that they name concerns that one request; others refuse all
requests until a time. The errors look the same. The difference is what becomes of requests that were sent after the
first one: in doubt they continue, and if nearly all of them are refused, all must wait.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SEVERAL = 5
"""Refusals of requests that were sent after the first one was heard of, before they can concern everybody."""
_NEARLY_ALL = 0.75
"""Share of the requests sent since then that these must be."""
_TAKEN = 0.02
"""Seconds that a request is in flight beyond twice the time of a refusal, and counts as taken."""
_FIRST, _LONGEST, _PATIENCE = 1.0, 30.0, 6
"""Seconds of the first wait where the server names none, of the longest one, and how many follow one another.

Each is twice as long as the one before: together a minute, so that a short outage costs no request its attempts, and
a server that stays down does not hold a run for ever.
"""


class OverloadDetector:
    """Refusals in doubt; times on the monotonic clock."""

    def __init__(self) -> None:
        self._since = math.inf
        """When the first one was heard of; infinite if there is none in doubt."""
        self._until = -math.inf
        """The latest time that they named."""
        self._early = self._late = 0
        """Refused requests that began before it, and after it."""
        self._others = self._sent = 0.0
        """Requests that were in flight then, and that had been sent until then."""
        self._waits = _PATIENCE
        """Waits of ours since the last response; none is left before the first: a server that is not there, or broken,
        is more likely then than one that comes back."""
        self._waited = -math.inf
        """When the last wait began."""

    def note_response(self, began: float) -> None:
        """Note a response to a request that began then."""
        if began > self._since:
            self._since = math.inf
        if began > self._waited:
            self._waits = 0

    def note_refusal(
        self, began: float, nth: float, *, now: float, sent: float, wait: float | None, flying: Iterable[float]
    ) -> float:
        """Note that the `nth` of the requests `sent` was refused, which began then.

        `flying` is when each request in flight began. Returns the seconds for which no request
        should be sent, 0 if it concerns one request.
        """
        others = list(flying)
        taken = any(begun > self._since and now - begun > 2 * (now - began) + _TAKEN for begun in others)
        if self._since == math.inf or (began > self._since and taken):
            self._since, self._until = now, -math.inf
            self._early, self._late, self._others, self._sent = 0, 0, len(others), sent
        elif began > self._since:
            self._late += 1
        else:
            self._early += 1
        self._until = max(self._until, now + (wait or 0.0))
        late = self._late >= max(SEVERAL, _NEARLY_ALL * (nth - self._sent))
        if late or self._early >= max(SEVERAL, self._others / 2):
            return self.all_wait(now)
        return 0.0

    def all_wait(self, now: float) -> float:
        """Return the seconds for which no request should be sent, after a refusal that concerns all."""
        self._since = math.inf
        named = self._until - now
        if named > 0:
            self._waited = now
            return named
        if self._waits >= _PATIENCE:
            return 0.0
        self._waits += 1
        self._waited = now
        return min(_LONGEST, _FIRST * 2.0 ** (self._waits - 1))
