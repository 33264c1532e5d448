"""The event loop of a run: starts its requests within the limits, and stops them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.formats.sample_file import SamplesById

from ..adapters.base import Request
from .limits.token_estimate import estimate_tokens
from .multiturn import SavedTurns, group_turns
from .request import InFlightRequest, RequestContext, record_held
from .stopping.signals import on_signals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tasks.sample import Sample, Turn

    from ..adapters.base import Settings

_TICK = 0.5
"""Seconds between two updates of the progress while no request completes."""
_WAITING = 2
"""Requests that may wait for their next attempt, as a multiple of the ceiling: during an outage they pile up."""


@dataclass(frozen=True)
class RequestStats:
    """What became of the requests of a run; counts are of (sample, epoch)."""

    responses: int
    """Responses that this run added."""
    failures: int
    """Failures that this run added."""
    resumed: int
    """Completed by earlier runs: answered, or rejected by the provider."""
    stop_reason: str | None = None
    """`interrupted`, `budget`, `credit`, `rejected`, `unreachable`, `wait`, or None if the run came to its end."""
    message: str = ""
    """Why the run stopped early, and how to resume it."""
    notes: tuple[str, ...] = ()
    """What the responses have in common that needs the user's attention."""


async def request_responses(
    context: RequestContext,
    samples: Mapping[str, Sample],
    *,
    model: str,
    settings: Settings,
    epochs: int = 1,
    retry: Collection[str] = (),
) -> RequestStats:
    """Request what the folder has no response to; the adapter has been entered.

    A saved response is on disk before it counts. Epochs are numbered from 0. Ctrl-C, SIGTERM, SIGHUP and a request that
    does not fit the budget let the requests in flight end and return; a second signal abandons them. `retry` names
    which completed samples are requested again (`RETRIES`). Raises `AuthFailed` and `StoreError` after those in flight
    have been saved, and starts no new request meanwhile. Raises the `AdapterError` that ended a run without a response.
    """
    index, links = context.folder.index(), context.folder.samples_file.dialogues
    context.saved = SavedTurns(context.folder, index, links)
    completed = index.completed_keys(retry)
    wanted = len(samples) * epochs
    resumed = sum((id, epoch) in completed for epoch in range(epochs) for id in samples)
    requests = (
        [Request(id, epoch, model, _turns(samples, id), settings) for id in ids]
        for epoch in range(epochs)
        for ids in group_turns(samples, links, epoch, completed)
    )
    context.startup.over = resumed > 0
    scheduler = RequestScheduler(context, requests)
    context.progress.start(wanted, resumed, context.limiter, context.budget)
    try:
        with index, on_signals(scheduler.interrupt):
            await scheduler.run()
    finally:
        context.progress.stop()
    complete = resumed + context.responses + context.failures >= wanted
    reason, message = context.stop.describe(complete=complete)
    notes = context.markers.describe()
    return RequestStats(context.responses, context.failures, resumed, reason, message, notes)


def _turns(samples: Mapping[str, Sample], id: str) -> tuple[Turn, ...]:
    # A samples file knows the turns of a sample without building its checkers.
    return samples.turns(id) if isinstance(samples, SamplesById) else samples[id].turns


class RequestScheduler:
    """Starts each sample or dialogue when the limiter grants it a slot, and waits for those under way."""

    def __init__(self, context: RequestContext, requests: Iterator[list[Request]]) -> None:
        self._context = context
        self._requests = requests
        self._queue = asyncio.Semaphore((1 + _WAITING) * context.limiter.ceiling + 8)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Process every request; raises what ended the run early."""
        launcher = asyncio.create_task(self._launch_all())
        ticker = asyncio.create_task(self._tick())
        try:
            await asyncio.wait([launcher])
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            for task in (launcher, ticker, *self._tasks):
                task.cancel()
            await asyncio.gather(ticker, return_exceptions=True)
        if not ticker.cancelled() and (error := ticker.exception()):
            self._context.progress.note(f"The progress display failed: {type(error).__name__}: {error}")
        if not launcher.cancelled():
            launcher.result()
        await record_held(self._context)
        if problem := self._context.stop.problem(responses=self._context.responses):
            raise problem

    def interrupt(self) -> None:
        """First call: start no new request and wait for those in flight. Second call: abandon them."""
        stop, progress = self._context.stop, self._context.progress
        stop.interrupt()
        if stop.interrupts > 1:
            for task in self._tasks:
                task.cancel()
            return
        flying = self._context.limiter.in_flight
        waiting = (
            f": waiting for {flying} response{'s' * (flying != 1)} in flight; "
            f"Ctrl-C again abandons {'them' if flying != 1 else 'it'}"
        )
        progress.note(f"Interrupted{waiting if flying else ''}. Rerun the same command to resume.")

    async def _launch_all(self) -> None:
        context = self._context
        for requests in self._requests:
            with context.stop.cancellable():
                await self._queue.acquire()
                slot = await context.limiter.acquire(estimate_tokens(requests[0].turns))
            if context.stop.requested:
                context.limiter.release(slot)
                return
            task = asyncio.create_task(InFlightRequest(context, requests, slot).process())
            self._tasks.add(task)
            task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._queue.release()
        if not task.cancelled() and (unexpected := task.exception()):
            self._context.stop.fail_unexpectedly(unexpected)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self._context.progress.tick()
