"""What the parts of a run in batches share: the journals, the budget, pauses and notes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scorers.text.reasons import format_count

from ...adapters.base import Failure
from ...adapters.batches.base import RESUBMIT
from ...config.prices import all_tokens
from ...errors import Rejected
from ...store.batches.log import now
from ...store.batches.record import RESOLVED
from ..cache import CachingAdapter
from ..request import record_failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...adapters.base import Request, Response
    from ...adapters.batches.base import BatchAdapter
    from ...errors import AdapterError
    from ...store.batches.log import BatchLog
    from ...store.batches.record import BatchRecord
    from ..request import RequestContext
    from .source import OpenTurn, RequestSource

_FIRST, _LONGEST = 2.0, 600.0
"""Seconds of the first wait after a failed call, and of the longest one that the provider does not name."""


@dataclass(frozen=True)
class BatchSettings:
    """How a run uses batches."""

    fallback: str = RESUBMIT
    size: int | None = None
    """Requests of a batch at most; None is what the provider takes."""
    poll: float = 60.0
    """Seconds between two looks at a batch at most."""
    timeout: float | None = None
    """Seconds after which a batch is cancelled; None is an hour after the provider lets it expire."""
    wait: bool = True
    """Whether the run stays until each request has its response."""
    submit: bool = True
    """Whether it may create batches."""


@dataclass
class BatchContext:
    """One run in batches."""

    run: RequestContext
    adapter: BatchAdapter
    log: BatchLog
    source: RequestSource
    settings: BatchSettings
    hold_until: float = 0.0
    """Unix time before which no batch is created, because the provider's queue is full."""
    _noted: set[str] = field(default_factory=set)
    _full: int = 0
    """How often in a row the queue was full."""

    async def pause(self, seconds: float) -> None:
        """Wait; a stop of the run ends the wait."""
        if not self.run.stop.requested:
            with self.run.stop.cancellable():
                await asyncio.sleep(seconds)

    async def back_off(self, failures: int, wait: float | None) -> None:
        """Wait after a failed call: as long as the provider asks for, or else longer each time."""
        usual = min(_LONGEST, self.settings.poll * 10, _FIRST * 2.0 ** min(failures - 1, 20))
        # A provider that asks for no wait at all still gets a moment.
        await self.pause(max(wait, min(usual, 1.0)) if wait is not None else usual)

    def wait_for_queue(self) -> None:
        """Create no batch for a while, longer each time in a row: the provider's queue is full."""
        self._full += 1
        self.hold_until = now() + min(3600.0, self.settings.poll * 2.0 ** min(self._full, 12))

    def note_room(self) -> None:
        """Take note that the provider's queue has room again."""
        self._full = 0

    def note_once(self, text: str) -> None:
        """Show a note, the first time that it comes."""
        if text not in self._noted:
            self._noted.add(text)
            self.run.progress.note(text)

    def note_submitted(self, record: BatchRecord) -> None:
        """Show that a batch is at the provider, and how to come back to it."""
        until = f", expires {format_minute(record.expires)}" if record.expires else ""
        self.run.progress.note(f"Batch {record.batch_id}: {format_count(record.requests, 'request')} submitted{until}.")
        name = self.run.folder.folder.name
        if not self.settings.wait:
            return
        self.note_once(
            f"Ctrl-C does not lose a batch. To collect, rerun the same command, or run: ifh batch collect {name}"
        )

    def give_up(self, record: BatchRecord) -> None:
        """Free the requests of a batch that the provider did not take; it is no attempt at them."""
        self.resolve(record, {"open": record.requests}, taken=False)

    def resolve(
        self,
        record: BatchRecord,
        outcome: Mapping[str, int],
        wasted: Mapping[tuple[str, int, int], object] | None = None,
        *,
        doubtful: int = 0,
        taken: bool = True,
    ) -> None:
        """Put on record what became of the requests of a batch; its results are on disk.

        `doubtful` requests may have been charged. A batch that was not `taken` is no attempt at its requests.
        """
        more: dict[str, object] = {"wasted": [[*key, usage] for key, usage in wasted.items()]} if wasted else {}
        more |= {"doubtful": doubtful} if doubtful else {}
        more |= {} if taken else {"taken": False}
        self.log.append(RESOLVED, record.marker, outcome=dict(outcome), **more)
        for item in self.log.items(record):
            self.source.mark_flying(item, flying=False)
            if not taken:
                self.source.uncount(item)
        self.log.remove_requests(record)
        self.run.budget.release(record.marker)

    async def save_cached(self, found: OpenTurn) -> bool:
        """Save the response that the cache holds to a request; return whether there is one."""
        cache = self.run.adapter
        if not isinstance(cache, CachingAdapter):
            return False
        response = cache.find(found.turn.request)
        if response is None:
            return False
        await self.save(found, response)
        return True

    async def save_in_cache(self, request: Request, response: Response) -> None:
        """Add a response to the cache, where the run has one."""
        if isinstance(self.run.adapter, CachingAdapter):
            await self.run.adapter.save(request, response)

    async def save(self, found: OpenTurn, response: Response) -> None:
        """Save a response: it is on disk when this returns, and the next turn of its dialogue is open."""
        run, turn = self.run, found.turn
        whole = found.dialogue.with_earlier(response)
        if turn.is_scored:
            await run.folder.append_response(whole)
            run.responses += 1
            run.markers.add(turn.request, whole)
            run.progress.add_response(whole)
            self.source.finish([turn.request.sample_id], turn.request.epoch)
        else:
            await run.folder.dialogue_turns.append(whole, turn.number)
            run.progress.between(whole)
        await record_failure(run, *run.startup.release())

    async def fail(self, found: OpenTurn, error: AdapterError, attempts: int) -> None:
        """Record that a request has no response; the later turns of its dialogue are not requested.

        A rejection before the first response is held back: a wrong setting of the run may be the reason.
        """
        request, prices = found.turn.request, self.run.budget.limits.prices
        usage = all_tokens((self.log.wasted.pop(found.key, None), error.usage))
        failure = Failure(
            request.sample_id,
            request.epoch,
            request.model,
            error.cause,
            f"{found.turn.place}{error}",
            usage=usage,
            cost=prices.cost(usage) if prices else None,
            attempts=attempts,
        )
        self.source.finish(found.ids, request.epoch)
        if not isinstance(error, Rejected):
            await record_failure(self.run, failure)
        elif not self.run.startup.hold(error, failure):
            await record_failure(self.run, *self.run.startup.release(), failure)


def format_minute(time: float) -> str:
    """Return a Unix time for the screen: UTC, to the minute."""
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M} UTC"
