"""Why a run ends early, and which of its tasks learn of it."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import AdapterError, AuthFailed, StoreError
    from ..limits.budget import Budget


class Stopped(Exception):
    """Raised in place of an attempt that the run no longer makes."""


class StopState:
    """What ended the run early, and the tasks that wait without a request in flight: a stop cancels those."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._pending: set[asyncio.Task[object]] = set()
        self._fatal: AuthFailed | StoreError | None = None
        self._unexpected: BaseException | None = None
        self._early: tuple[str, AdapterError] | None = None
        self.interrupts = 0
        """How often the user interrupted the run."""

    @property
    def requested(self) -> bool:
        """Whether no new request may start."""
        return bool(self._fatal or self._unexpected or self._early or self.interrupts or self._budget.rejected)

    def problem(self, *, responses: int) -> BaseException | None:
        """Return the exception that ended a run, None if none did; one with `responses` ends early without any."""
        early = self._early[1] if self._early and not responses else None
        return self._unexpected or self._fatal or early

    def fail(self, error: AuthFailed | StoreError) -> None:
        """End the run because of `error`; the first one counts."""
        if self._fatal is None:
            self._fatal = error
            self.cancel_pending()

    def end_early(self, reason: str, error: AdapterError) -> None:
        """End the run, whose responses are scored, because of `error`; the first one counts."""
        if self._early is None:
            self._early = reason, error
            self.cancel_pending()

    def fail_unexpectedly(self, error: BaseException) -> None:
        """End the run because of an exception that no rule foresees."""
        self._unexpected = self._unexpected or error
        self.cancel_pending()

    def interrupt(self) -> None:
        """Count an interrupt by the user; no new request starts."""
        self.interrupts += 1
        self.cancel_pending()

    @contextmanager
    def cancellable(self) -> Iterator[None]:
        """Let a stop cancel the current task while it is inside: it has nothing in flight, and may wait for minutes."""
        task = asyncio.current_task()
        assert task, "only a task can be cancelled"
        self._pending.add(task)
        try:
            yield
        finally:
            self._pending.discard(task)

    def cancel_pending(self) -> None:
        """Cancel every task that is inside `cancellable`."""
        for task in list(self._pending):
            task.cancel()

    def describe(self, *, complete: bool) -> tuple[str | None, str]:
        """Return the reason of an early end and a message on how to continue, (None, "") without one.

        An interrupt ends nothing early where every request has its outcome: the run is `complete`.
        """
        if self.interrupts and not complete:
            return "interrupted", "interrupted; rerun the same command to resume"
        if self._early:
            reason, error = self._early
            return reason, f"stopped: {error}; rerun the same command to resume"
        return ("budget", f"stopped: {self._budget.describe()}") if self._budget.rejected else (None, "")
