"""Hands requests to the provider in batches; each step is on disk before the next one."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ...adapters.batches.base import BatchGone, BatchTooLarge
from ...errors import AuthFailed, RateLimited, Rejected, Unavailable
from ...store.batches.record import PREPARED, SUBMITTED, BatchEntry
from ..limits.budget import NOTHING
from ..limits.retry import describe_long_wait

if TYPE_CHECKING:
    from ...adapters.batches.base import BatchFile, BatchState
    from ...store.batches.record import BatchRecord
    from ...store.batches.writer import BatchWriter
    from ..limits.budget import WorstCase
    from .context import BatchContext
    from .source import OpenTurn

_LOOKS = 3
"""How often the provider is searched for a batch whose creation had no answer, before it is created again."""


class BatchSubmitter:
    """Writes the open requests of a run into files, and creates a batch of each."""

    def __init__(self, context: BatchContext) -> None:
        self._context = context
        limits = context.adapter.limits
        self._most = min(limits.requests, context.settings.size or limits.requests)
        self._bytes = limits.bytes
        self._worst: WorstCase = NOTHING
        self._items: list[BatchEntry] = []
        self._writer: BatchWriter | None = None
        self.has_more = False
        """Whether another look finds requests to submit: of a batch that was too large, or beyond a full queue."""
        self.short = False
        """Whether the budget has no room for more requests until a batch has ended."""

    async def submit_open(self) -> None:
        """Submit what has no response yet, as far as the budget goes; fewer if the run is stopped meanwhile."""
        context = self._context
        self.has_more = self.short = False
        for turn in context.source.iter_open():
            if context.run.stop.requested:
                break
            if await context.save_cached(turn):
                continue
            worst = context.run.budget.worst_of(turn.turn.request.turns)
            if not context.run.budget.fits(worst, beside=self._worst):
                if self._items or context.log.open:
                    self.short = True
                else:
                    context.run.budget.rejected = worst
                break
            await self._add(turn, worst)
        await self._send()

    async def _add(self, turn: OpenTurn, worst: WorstCase) -> None:
        context = self._context
        if self._writer is None:
            self._writer = context.log.write(secrets.token_hex(8))
        writer = self._writer
        try:
            line = self._write_line(writer.next_id, turn)
        except Rejected as error:
            await context.fail(turn, error, 1)
            return
        if writer.requests and writer.bytes + len(line) + 1 > self._bytes:
            await self._send()
            await self._add(turn, worst)
            return
        item = BatchEntry(*turn.key, context.source.attempt_of(turn) + 1)
        writer.add(line, item)
        self._items.append(item)
        self._worst = self._worst.plus(worst)
        if writer.requests >= self._most:
            await self._send()

    def _write_line(self, custom_id: str, turn: OpenTurn) -> bytes:
        """Return the line of a request; raises `Rejected` for one that no batch can hold."""
        line = self._context.adapter.write_request(custom_id, turn.turn.request)
        if len(line) >= self._bytes:
            raise Rejected(f"the request has {len(line):,} bytes, but a batch takes {self._bytes:,}")
        return line

    async def _send(self) -> None:
        """Bring the file to disk, put it on record, and create the batch."""
        context, writer, items, worst = self._context, self._writer, self._items, self._worst
        self._writer, self._items, self._worst = None, [], NOTHING
        if writer is None:
            return
        if not writer.requests or context.run.stop.requested:
            writer.discard()
            return
        writer.finish()
        context.log.append(
            PREPARED,
            writer.marker,
            requests=writer.requests,
            bytes=writer.bytes,
            reserved={"tokens": worst.tokens, "cost": worst.cost},
        )
        record = context.log.records[writer.marker]
        context.source.add_sent(items)
        context.run.budget.hold(record.marker, worst)
        await self.create(record, search=False)

    async def create(self, record: BatchRecord, *, search: bool) -> None:
        """Create a batch; `search` first looks whether an earlier attempt, of which no answer arrived, did.

        Returns without one if the run is stopped; the requests stay on record. Raises `AuthFailed`, `Rejected`.
        """
        context, failures = self._context, 0
        file = context.log.sendable_file(record)
        while not context.run.stop.requested:
            try:
                state = await self._find(record) if search else None
                if state is None and context.run.stop.requested:
                    return  # the search may have been cut short
                if state is None and search and not self._may_create():
                    context.give_up(record)
                    return
                found = state is not None
                state = state or await self._submit(record, file)
            except (RateLimited, Unavailable) as error:
                failures += 1
                search |= isinstance(error, Unavailable)
                if self._ends_run(error, failures):
                    if not search:  # it was refused each time, so there is none to look for
                        context.give_up(record)
                    return
                await context.back_off(failures, error.wait)
            except BatchTooLarge:
                self._halve(record)
                return
            else:
                context.log.record_state(SUBMITTED, record.marker, state, found=found)
                context.note_submitted(record)
                return

    def _may_create(self) -> bool:
        """Return whether a batch that an earlier process prepared may be created: nothing forbids it since."""
        return self._context.settings.submit and self._context.run.budget.fits(NOTHING)

    async def _submit(self, record: BatchRecord, file: BatchFile) -> BatchState:
        """Create a batch; what the provider refuses for good was not sent, so its requests are free again."""
        context = self._context
        try:
            return await context.adapter.submit(file)
        except AuthFailed:
            context.give_up(record)
            raise
        except Rejected as error:
            context.give_up(record)
            nothing = "" if context.run.startup.over else "; nothing was recorded, so the same command starts over"
            advice = f"; {error.advice}" if error.advice else ""
            raise Rejected(f"the provider did not take the batch: {error}{advice}{nothing}") from None

    def _ends_run(self, error: RateLimited | Unavailable, failures: int) -> bool:
        """Note that a batch could not be created now; return whether the run ends because of it."""
        context, policy = self._context, self._context.run.policy
        context.run.progress.trouble(error.cause)
        missing = None if context.log.batch_ids else context.run.startup.find_no_server(error)
        if (error.wait or 0.0) > policy.max_wait:
            context.run.stop.end_early("wait", describe_long_wait(error, policy))
        elif missing or (isinstance(error, Unavailable) and failures >= policy.attempts):
            context.run.stop.end_early("unreachable", missing or error)
        elif isinstance(error, Unavailable):
            context.note_once(f"no answer to a batch: {error}; looking for the batch before it is sent again")
        else:
            context.note_once(f"the provider takes no batch now, trying again: {error}")
        return context.run.stop.requested

    async def _find(self, record: BatchRecord) -> BatchState | None:
        context = self._context
        for look in range(_LOOKS):
            known = context.log.batch_ids | record.others
            try:
                found = await context.adapter.find(context.log.file(record), known)
            except BatchGone:
                context.note_once("the provider does not list its batches, so a lost one cannot be found again")
                return None
            if found:
                return found
            if look + 1 < _LOOKS:
                await context.pause(min(10.0, context.settings.poll) * (look + 1))
        return None

    def _halve(self, record: BatchRecord) -> None:
        """Take note that the provider takes smaller batches only, and free the requests for such ones."""
        context = self._context
        if record.requests == 1:
            context.give_up(record)
            raise Rejected("the provider does not take a batch of one request: it is too large")
        self._most = min(self._most, max(1, record.requests // 2))
        context.run.progress.note(f"the provider takes smaller batches only; now at most {self._most:,} requests each")
        context.give_up(record)
        self.has_more = True
