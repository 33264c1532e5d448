"""The loop of a run in batches: submit what is open, wait until a batch ends, save its results, start over."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scorers.text.reasons import format_count

from ...adapters.batches.base import BatchGone
from ...errors import AuthFailed, OutOfCredit, RateLimited, Rejected, StoreError, Unavailable
from ...store.batches.log import now
from ...store.batches.record import POLLED
from ..request import record_held
from ..stopping.signals import on_signals
from .collect import BatchCollector
from .context import format_minute
from .submit import BatchSubmitter

if TYPE_CHECKING:
    from ...adapters.batches.base import BatchState
    from ...store.batches.record import BatchRecord
    from .context import BatchContext

_FIRST = 5.0
"""Seconds between the first two looks at a batch; each later wait is half as long again."""
_GROWTH = 1.5
_GRACE = 3600.0
"""Seconds that a batch may take to end after the provider lets it expire."""
_LONGEST = 3 * 24 * 3600.0
"""Seconds after which a batch of unknown expiry is cancelled."""
_LONGEST_WAIT = 3600.0
"""Seconds between two looks at a batch at most, whatever the provider asks for."""
_CANCELLING = 600.0
"""Seconds that a batch may take to end after it was cancelled."""


@dataclass
class _Watch:
    """When a batch is looked at next."""

    pause: float = _FIRST
    due: float = 0.0
    failures: int = 0
    cancelled: float = 0.0
    """When it was cancelled because it took too long; 0 before."""


@dataclass
class BatchEngine:
    """Runs until each request has its response or failure, or the run is stopped."""

    context: BatchContext
    short: bool = False
    """Whether requests wait because the budget has no room for them until batches have ended."""
    _watches: dict[str, _Watch] = field(default_factory=dict)
    _task: asyncio.Task[None] | None = None
    _shown: dict[str, tuple[str, dict[str, int]]] = field(default_factory=dict)

    async def run(self) -> None:
        """Submit, wait and collect; what ended it early is in the stop state of the run."""
        stop = self.context.run.stop
        work = self._task = asyncio.create_task(self._work())
        try:
            with on_signals(self._interrupt):
                await asyncio.wait([work])
        finally:
            if not work.done():
                work.cancel()
                await asyncio.wait([work])
        if not work.cancelled() and (problem := work.exception()):
            if isinstance(problem, OutOfCredit):
                stop.end_early("credit", problem)
            elif isinstance(problem, AuthFailed | StoreError):
                stop.fail(problem)
            elif isinstance(problem, Rejected):
                stop.end_early("rejected", problem)
            else:
                stop.fail_unexpectedly(problem)
        await record_held(self.context.run)
        if problem := stop.problem(responses=self.context.run.responses):
            raise problem

    def _interrupt(self) -> None:
        stop, waiting = self.context.run.stop, len(self.context.log.open)
        stop.interrupt()
        if stop.interrupts > 1 and self._task:
            self._task.cancel()
            return
        left = f": {format_count(waiting, 'batch', 'batches')} at the provider" if waiting else ""
        collect = f", or run: ifh batch collect {self.context.run.folder.folder.name}" if waiting else "."
        self.context.run.progress.note(f"Interrupted{left}. Rerun the same command to resume{collect}")

    async def _work(self) -> None:
        context, stop = self.context, self.context.run.stop
        context.log.remove_leftovers()
        submitter = BatchSubmitter(context)
        for record in context.log.open:
            if not record.batch_id:
                await submitter.create(record, search=True)
        while not stop.requested:
            context.source.refresh()
            held = context.settings.submit and now() < context.hold_until
            if context.settings.submit and not held:
                await submitter.submit_open()
                self.short = submitter.short
            if not context.log.open:
                if not (submitter.has_more or (held and context.settings.wait)):
                    return
                await context.pause(max(0.0, context.hold_until - now()))
            elif not await self._look(submitter) and not context.settings.wait:
                return

    async def _look(self, submitter: BatchSubmitter) -> bool:
        """Wait until a batch is due, look at those that are; return whether one of them has ended."""
        context = self.context
        ended = False
        watches = {record.marker: self._watches.setdefault(record.marker, _Watch()) for record in context.log.open}
        if context.settings.wait:
            await context.pause(max(0.0, min(watch.due for watch in watches.values()) - now()))
        for record in context.log.open:
            watch = watches[record.marker]
            if context.run.stop.requested:
                break
            if not record.batch_id:
                await submitter.create(record, search=True)
            elif now() >= watch.due or not context.settings.wait:
                ended |= await self._look_at(record, watch)
        return ended

    async def _look_at(self, record: BatchRecord, watch: _Watch) -> bool:
        """Poll one batch, and collect it if it has ended; return whether it had."""
        context = self.context
        try:
            state = await context.adapter.poll(record.batch_id)
            watch.failures = 0
            if not state.ended:
                await self._wait(record, watch, state)
                return record.resolved
            context.log.record_state(POLLED, record.marker, state)
            await BatchCollector(context, record).collect(state)
        except BatchGone:
            gone = Unavailable(f"the provider does not have batch {record.batch_id} any more")
            await BatchCollector(context, record).give_up(gone)
        except (RateLimited, Unavailable) as error:
            watch.failures += 1
            context.run.progress.trouble(error.cause)
            context.note_once(f"Batch {record.batch_id} cannot be read now, trying again: {error}")
            slower = min(600.0, 10 * context.settings.poll, watch.pause * 2.0 ** min(watch.failures, 10))
            watch.due = now() + max(min(error.wait or 0.0, _LONGEST_WAIT), slower)
            return False
        return True

    async def _wait(self, record: BatchRecord, watch: _Watch, state: BatchState) -> None:
        """Show a change, end a batch that takes too long, and set the time of the next look."""
        context = self.context
        shown = state.status, dict(state.counts)
        if self._shown.get(record.marker) != shown:
            self._shown[record.marker] = shown
            context.log.record_state(POLLED, record.marker, state)
            context.run.progress.note(describe_batch(record))
            context.run.progress.tick()
            watch.pause = min(_FIRST, context.settings.poll)
        watch.due = now() + max(state.wait or 0.0, watch.pause)
        watch.pause = min(context.settings.poll, watch.pause * _GROWTH)
        if watch.cancelled and now() > watch.cancelled + min(_CANCELLING, context.settings.timeout or _CANCELLING):
            late = Unavailable(f"batch {record.batch_id} did not end after it was cancelled", cause="timeout")
            await BatchCollector(context, record).give_up(late)
        elif not watch.cancelled and now() > self._deadline(record):
            watch.cancelled = now()
            context.run.progress.note(f"Batch {record.batch_id} takes too long: cancelling what it has not answered.")
            try:
                await context.adapter.cancel(record.batch_id)
            except (RateLimited, Rejected, Unavailable) as error:  # it may have ended meanwhile
                context.note_once(f"Batch {record.batch_id} cannot be cancelled: {error}")

    def _deadline(self, record: BatchRecord) -> float:
        """Return the Unix time after which a batch is cancelled."""
        submitted = record.submitted or record.prepared
        if self.context.settings.timeout is not None:
            return submitted + self.context.settings.timeout
        return record.expires + _GRACE if record.expires else submitted + _LONGEST


def describe_batch(record: BatchRecord) -> str:
    """Return the state of a batch in one line."""
    counts = ", ".join(f"{count:,} {name}" for name, count in record.counts.items() if count)
    parts = [f"Batch {record.batch_id or record.marker}: {record.status}", format_count(record.requests, "request")]
    parts += [counts] if counts else []
    parts += [f"submitted {format_minute(record.submitted)}"] if record.submitted else []
    parts += [f"expires {format_minute(record.expires)}"] if record.expires and not record.resolved else []
    return ", ".join(parts)


def describe_open(records: list[BatchRecord], name: str) -> str:
    """Return how many batches are at the provider, and how to come back to them."""
    known = [record for record in records if record.batch_id]
    unknown = len(records) - len(known)
    states = Counter(record.status for record in known)
    shown = ", ".join(f"{count} {status}" for status, count in states.items())
    parts = [f"{_count_requests(known)} at the provider ({shown})"] if known else []
    if unknown:
        found = _count_requests([record for record in records if not record.batch_id])
        parts.append(f"{found} prepared, whose creation is unconfirmed")
    return f"{', '.join(parts)}; to collect, rerun the same command, or run: ifh batch collect {name}"


def _count_requests(records: list[BatchRecord]) -> str:
    requests = format_count(sum(record.requests for record in records), "request")
    return f"{format_count(len(records), 'batch', 'batches')} with {requests}"
