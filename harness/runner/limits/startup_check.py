"""Watches a run until its first response: a wrong setting or address ends it before any sample is completed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ...errors import AdapterError, Unavailable

if TYPE_CHECKING:
    from ...adapters.base import Failure
    from ...errors import RateLimited, Rejected

ALIKE = 5
"""Rejections with the same complaint, and nothing else, that show a setting to be wrong."""
_MALFORMED = 5
"""Bodies that are no response, and nothing else, that show the address to be wrong."""
_ATTEMPTS, _SECONDS = 3, 2.0
"""Attempts that find no server, over that many seconds, before a run gives up; a restart takes less."""
_MOST_ATTEMPTS = 20
"""Attempts that find no server, however soon they follow each other."""
_NOTED = ("malformed", "timeout")
"""Causes that are worth a note during a run as well: they have remedies of their own."""


class StartupCheck:
    """What the requests of a run met before the first response; afterwards it lets everything through."""

    def __init__(self) -> None:
        self.over = False
        """Whether the provider has dealt with a request, in this run or an earlier one."""
        self._held: list[tuple[Rejected, Failure]] = []
        self._attempts = self._malformed = 0
        self._first_error = 0.0
        self._noted: set[str] = set()

    def release(self) -> list[Failure]:
        """End the check; returns the failures that were held back, which are to be recorded."""
        self.over = True
        held, self._held = self._held, []
        return [failure for _, failure in held]

    def hold(self, error: Rejected, failure: Failure) -> bool:
        """Hold `failure` back if a wrong setting may have caused it; return whether it is."""
        if self.over or not error.complaint:
            return False
        self._held.append((error, failure))
        return True

    def forget(self) -> None:
        """Drop the failures that were held back, which are not to be recorded."""
        self._held = []

    @property
    def held(self) -> int:
        """Failures held back."""
        return len(self._held)

    @property
    def is_alike(self) -> bool:
        """Whether all failures held back have the same complaint."""
        return len({error.complaint for error, _ in self._held}) == 1

    def describe_rejections(self) -> AdapterError:
        """Return the error that ends the run, with what to change."""
        error = self._held[0][0]
        first = f"the first {self.held} requests were rejected alike" if self.held > 1 else "the request was rejected"
        return AdapterError(f"{first}: {error}; {error.advice}. Nothing was recorded, so the same command starts over")

    def find_no_server(self, error: Unavailable | RateLimited) -> AdapterError | None:
        """Count a failed attempt; return the error that ends the run once it shows that no server answers."""
        if self.over or not isinstance(error, Unavailable) or not error.no_api:
            return None
        now = time.monotonic()
        self._first_error = self._first_error or now
        self._attempts += 1
        self._malformed += error.cause == "malformed"
        took = now - self._first_error
        if self._malformed >= _MALFORMED or self._attempts >= (_ATTEMPTS if took >= _SECONDS else _MOST_ATTEMPTS):
            return AdapterError(
                f"none of the first {self._attempts} attempts brought a response: {error}. Nothing was completed, so "
                "the same command starts over"
            )
        return None

    def note_of(self, error: Unavailable | RateLimited) -> str:
        """Return what to show about a failed attempt at once: the first one of its cause; "" for others."""
        worth = error.cause in _NOTED or (not self.over and error.cause == "unavailable")
        if not worth or error.cause in self._noted:
            return ""
        self._noted.add(error.cause)
        return f"{'' if self.over else 'No response yet: '}{error}"
