"""Saves the results of a batch that has ended, and decides about each request that has none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from ...adapters.batches.base import FAIL, RESUBMIT, BatchGone
from ...adapters.contract import check_response
from ...adapters.credentials import without_secrets
from ...config.prices import all_tokens
from ...errors import AdapterContractError, AdapterError, AuthFailed, OutOfCredit, RateLimited, Rejected, Unavailable
from ...store.batches.collected import collected_keys, journal_sizes
from ...store.batches.log import format_time, now
from ...store.batches.record import COLLECTING, NOT_OURS, parse_custom_id
from ..limits.budget import DOUBTFUL
from ..limits.startup_check import ALIKE
from ..progress.request_log import log_error, log_response
from ..request import record_failure
from .reasons import Absence, explain_absence, explain_line, gone_results

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ...adapters.base import Response
    from ...adapters.batches.base import BatchLine, BatchState
    from ...store.batches.record import BatchEntry, BatchRecord
    from .context import BatchContext
    from .source import OpenTurn

_AT_ONCE = 500
"""Results that are saved together: one sync serves them all."""


class _Odd(NamedTuple):
    """Lines of results that belong to no request."""

    foreign: int = 0
    repeated: int = 0
    unreadable: int = 0

    def describe(self) -> str:
        """Return what was passed over, "" for nothing."""
        words = {"of other requests": self.foreign, "repeated": self.repeated, "unreadable": self.unreadable}
        return ", ".join(f"{count:,} {word}" for word, count in words.items() if count)


class BatchCollector:
    """Saves the results of one batch."""

    def __init__(self, context: BatchContext, record: BatchRecord) -> None:
        self._context = context
        self._record = record
        self._items: list[BatchEntry] = list(context.log.items(record))
        self._seen = bytearray(len(self._items) + 1)
        self._outcome = {"answered": 0, "failed": 0, "open": 0}
        self._wasted: dict[tuple[str, int, int], dict[str, int]] = {}
        self._before: set[tuple[str, int, int]] = set()
        self._problem: AdapterError | None = None
        self._taken = True
        self._doubtful = 0
        """Requests without a result that may have been charged."""
        self._pending: list[Coroutine[None, None, None]] = []

    async def collect(self, state: BatchState) -> None:
        """Save all results, and put the batch on record as resolved.

        Raises `Unavailable` where the results cannot be read to their end now; what is saved until then stays.
        """
        context, record = self._context, self._record
        context.source.refresh()
        if record.sizes is None:
            context.log.append(COLLECTING, record.marker, sizes=journal_sizes(context.run.folder.folder))
        else:
            self._before = collected_keys(context.run.folder.folder, record.sizes)
        absence = await self._read(state)
        if absence is None:
            context.log.append(NOT_OURS, record.marker)
            return
        self._taken = absence.taken
        named = {error.line: error for error in state.errors if error.line}
        for number, item in enumerate(self._items, 1):
            if not self._seen[number]:
                complaint = named.get(number)
                error = explain_line(complaint, record) if complaint else absence.error
                await self._add(self._decide(item, error, doubtful=absence.doubtful and not complaint))
        await self._flush()
        await self._record_held()
        if isinstance(absence.error, RateLimited):
            context.wait_for_queue()
        elif absence.taken:
            context.note_room()
        context.resolve(record, self._outcome, self._wasted, doubtful=self._doubtful, taken=absence.taken)
        self._report(state.status)
        if isinstance(self._problem, OutOfCredit):
            context.run.stop.end_early("credit", self._problem)
        elif isinstance(self._problem, AuthFailed):
            context.run.stop.fail(self._problem)
        elif self._problem:
            context.run.stop.end_early("rejected", self._problem)

    async def give_up(self, error: AdapterError) -> None:
        """Decide about each request of a batch that never ended, or is not at the provider any more."""
        self._context.source.refresh()
        for item in self._items:
            await self._add(self._decide(item, error, doubtful=True))
        await self._flush()
        self._context.resolve(self._record, self._outcome, self._wasted, doubtful=self._doubtful)
        self._report("ended without results")

    async def _record_held(self) -> None:
        """Record the rejections that were held back, unless they show that a setting of the run is wrong."""
        startup = self._context.run.startup
        held = startup.held
        if held and startup.is_alike and (held >= ALIKE or held == len(self._items)):
            self._problem = self._problem or startup.describe_rejections()
            self._outcome["failed"] -= held
            self._outcome["open"] += held
            startup.forget()
        elif held:
            await record_failure(self._context.run, *startup.release())

    async def _read(self, state: BatchState) -> Absence | None:
        """Save what the results hold; return why further requests have none, None if it is another run's batch."""
        context, record = self._context, self._record
        foreign = repeated = unreadable = 0
        try:
            async for line in context.adapter.results(state):
                number = parse_custom_id(line.custom_id, record)
                if line.body is None and line.error is None:
                    unreadable += 1
                elif number is None:
                    foreign += 1
                elif self._seen[number]:
                    repeated += 1
                else:
                    self._seen[number] = 1
                    await self._add(self._take(self._items[number - 1], line))
            await self._flush()
        except BatchGone:
            await self._flush()
            return Absence(gone_results(record), doubtful=True)
        if foreign and record.found and not any(self._seen):
            return None
        if odd := _Odd(foreign, repeated, unreadable).describe():
            context.run.progress.note(f"Batch {record.batch_id}: results passed over: {odd}.")
        return explain_absence(state, record, unreadable=unreadable)

    async def _add(self, work: Coroutine[None, None, None]) -> None:
        """Do some work together with other work, at the latest in `_flush`."""
        self._pending.append(work)
        if len(self._pending) >= _AT_ONCE:
            await self._flush()

    async def _flush(self) -> None:
        pending, self._pending = self._pending, []
        await asyncio.gather(*pending)

    def _was_saved(self, item: BatchEntry) -> bool:
        """Return whether a process that was killed afterwards has saved what became of a request."""
        if item[:3] in self._before:
            return True
        if (item.sample_id, item.epoch, 0) not in self._before:
            return False
        self._context.source.finish([item.sample_id], item.epoch)
        return True

    async def _take(self, item: BatchEntry, line: BatchLine) -> None:
        """Save what one line holds."""
        context = self._context
        if self._was_saved(item):
            self._outcome["answered"] += 1
            return
        found = context.source.find(item)
        if found is None:
            self._outcome["answered"] += 1
            return
        try:
            if line.error is not None:
                raise line.error
            response = context.adapter.parse(line, found.turn.request)
            check_response(response, found.turn.request, context.adapter, method="parse")
        except AdapterContractError as breach:
            bug = AdapterError(without_secrets(str(breach)))
            bug.cause = "bug"
            await self._decide(item, bug, found=found)
            return
        except AdapterError as error:
            log_error(found.turn.request, error)
            await self._decide(item, error, found=found)
            return
        log_response(response)
        context.run.budget.add(response.usage, found.turn.request.turns)
        await self._save(item, found, self._complete(item, found, response))

    def _complete(self, item: BatchEntry, found: OpenTurn, response: Response) -> Response:
        """Return the response with what a batch decides: attempts, times, cost."""
        context, prices = self._context, self._context.run.budget.limits.prices
        wasted = context.log.wasted.pop(found.key, None)
        submitted = self._record.submitted or self._record.prepared
        return response.replace(
            attempts=item.attempt,
            started=format_time(submitted),
            seconds=max(0.0, now() - submitted),
            wasted=wasted,
            cost=prices.cost_of(response.usage, wasted) if prices else None,
        )

    async def _save(self, item: BatchEntry, found: OpenTurn, response: Response) -> None:
        context, turn = self._context, found.turn
        await context.save(found, response)
        await context.save_in_cache(turn.request, response)
        self._outcome["answered"] += 1
        if turn.number == turn.total:
            return
        try:
            found.dialogue.take(turn, response)
        except Rejected as error:
            await context.fail(found, error, item.attempt)
            return
        if found.dialogue.next() is None:  # a blank response that is scored ends its dialogue
            context.source.finish(found.ids, turn.request.epoch)

    async def _decide(
        self, item: BatchEntry, error: AdapterError, *, found: OpenTurn | None = None, doubtful: bool = False
    ) -> None:
        """Decide about a request without a response: a failure, or open for another attempt.

        `doubtful` is one that the provider may have charged, and that counts at its worst.
        """
        context = self._context
        if self._was_saved(item):
            self._outcome["failed"] += 1
            return
        found = found or context.source.find(item)
        if found is None:
            self._outcome["answered"] += 1
            return
        fallback, last = context.settings.fallback, item.attempt >= context.run.policy.attempts
        again = isinstance(error, RateLimited | Unavailable) and not (fallback == RESUBMIT and last and self._taken)
        if isinstance(error, AuthFailed):
            self._problem, again = self._problem or error, True
        elif again and fallback == FAIL and self._taken and not self._record.cancelled:
            again = False
        doubtful = not error.usage and (doubtful or error.cause in DOUBTFUL)
        if error.usage or doubtful:
            context.run.budget.add(error.usage, found.turn.request.turns)
        # What a failure on record may have cost is counted with it by the next process.
        self._doubtful += doubtful and (again or error.cause not in DOUBTFUL)
        if not again:
            await context.fail(found, error, item.attempt)
            self._outcome["failed"] += 1
            return
        self._outcome["open"] += 1
        context.run.progress.trouble(error.cause)
        if used := all_tokens((context.log.wasted.get(found.key), error.usage)):
            self._wasted[found.key] = used
        if fallback != RESUBMIT and not (fallback == FAIL and not self._taken):
            context.source.finish(found.ids, item.epoch)

    def _report(self, how: str) -> None:
        words = {"answered": "answered", "failed": "failed", "open": "without a response"}
        parts = [f"{count:,} {words[name]}" for name, count in self._outcome.items() if count]
        self._context.run.progress.note(f"Batch {self._record.batch_id} {how}: {', '.join(parts)}.")
