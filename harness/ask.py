"""Asking: samples become responses; the one event loop of a run."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .adapter import Failure, Request
from .errors import AdapterError, AuthFailed, RateLimited, StoreError, Unavailable
from .limits import Pace, Ticket
from .retry import Tries, ask_with_retries, tries_of
from .signals import on_signals
from .wire import heard, lost, sent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.sample import Sample

    from .adapter import Adapter, Response, Settings
    from .progress import Progress
    from .retry import RetryPolicy
    from .store import Store

_TICK = 0.5
"""Seconds between two looks at the progress while nothing settles."""
_WAITING = 2
"""Questions that may wait for their next attempt, as a multiple of the ceiling: during an outage they pile up."""


@dataclass(frozen=True)
class Asked:
    """What became of the questions; counts are of (sample, epoch)."""

    answered: int
    """Answers that this run added."""
    failed: int
    """Failures that this run added."""
    already: int
    """Settled by earlier runs: answered, or rejected by the provider."""
    stopped: str | None = None
    """`interrupted`, or None if the run came to its end."""


async def ask(
    samples: Sequence[Sample],
    adapter: Adapter,
    store: Store,
    *,
    model: str,
    settings: Settings,
    epochs: int = 1,
    concurrency: int = 8,
    pace: Pace | None = None,
    policy: RetryPolicy,
    progress: Progress,
) -> Asked:
    """Ask for what `store` has no answer to, as fast as `pace` lets; `adapter` has been entered.

    Without a pace, `concurrency` requests at a time. An adapter with an attribute `on_headers` finds a function there
    that takes the headers of each reply. An answer counts when it is on disk. Epochs are numbered from 0. Ctrl-C and
    SIGTERM let the requests in flight end and return; the second one abandons them. Raises `AuthFailed` and
    `StoreError`, at once for new requests, after those in flight have been kept.
    """
    settled = store.answered() | store.rejected()
    wanted = dict.fromkeys((sample.id, epoch) for epoch in range(epochs) for sample in samples)
    already = sum(key in settled for key in wanted)
    by_id = {sample.id: sample for sample in samples}
    requests = (
        Request(id, epoch, model, by_id[id].turns, settings) for id, epoch in wanted if (id, epoch) not in settled
    )
    pace = pace or Pace(concurrency)
    if hasattr(adapter, "on_headers"):
        adapter.on_headers = pace.learn
    asking = _Asking(adapter, store, requests, policy, progress, pace)
    progress.start(len(wanted), already, pace)
    try:
        with on_signals(asking.interrupt):
            await asking.go()
    finally:
        progress.stop()
    return Asked(asking.answered, asking.failed, already, "interrupted" if asking.interrupts else None)


class _Stopped(Exception):
    """Instead of an attempt that is not made any more."""


class _Asking:
    """The questions under way of one run, and what they share."""

    def __init__(
        self,
        adapter: Adapter,
        store: Store,
        requests: Iterator[Request],
        policy: RetryPolicy,
        progress: Progress,
        pace: Pace,
    ) -> None:
        self._adapter = adapter
        self._store = store
        self._requests = requests
        self._policy = policy
        self._progress = progress
        self._pace = pace
        self._room = asyncio.Semaphore((1 + _WAITING) * pace.ceiling + 8)
        self._starter: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._pausing: set[asyncio.Task[None]] = set()
        self._fatal: AuthFailed | StoreError | None = None
        self._surprise: BaseException | None = None
        self.answered = 0
        self.failed = 0
        self.interrupts = 0

    async def go(self) -> None:
        """Ask everything; raises what ended the run early."""
        self._starter = asyncio.create_task(self._start_all())
        ticker = asyncio.create_task(self._tick())
        try:
            await asyncio.wait([self._starter])
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            for task in (self._starter, ticker, *self._tasks):
                task.cancel()
        if not self._starter.cancelled():
            self._starter.result()
        if problem := self._surprise or self._fatal:
            raise problem

    def interrupt(self) -> None:
        """First: ask nothing more, wait for what is in flight. Second: do not wait either."""
        self.interrupts += 1
        if self.interrupts > 1:
            for task in self._tasks:
                task.cancel()
            return
        self._stop_new()
        flying = self._pace.in_flight
        self._progress.note(
            f"Interrupted: waiting for {flying} answer{'s' * (flying != 1)} in flight; "
            f"Ctrl-C again abandons {'them' if flying != 1 else 'it'}. The same command goes on from here."
        )

    async def _start_all(self) -> None:
        for request in self._requests:
            await self._room.acquire()
            ticket = await self._pace.enter(_prompt_tokens(request))
            if self._stopping:
                self._pace.leave(ticket)
                return
            task = asyncio.create_task(self._settle(request, ticket))
            self._tasks.add(task)
            task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._room.release()
        if not task.cancelled() and (surprise := task.exception()):
            self._surprise = self._surprise or surprise
            self._stop_new()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self._progress.tick()

    @property
    def _stopping(self) -> bool:
        return bool(self._fatal or self._surprise or self.interrupts)

    def _stop_new(self) -> None:
        # Whoever waits for the next attempt has nothing in flight, and may have a minute to wait.
        for task in (self._starter, *self._pausing):
            if task:
                task.cancel()

    async def _settle(self, request: Request, ticket: Ticket) -> None:
        """Ask until there is an answer or a failure, and keep it; what is not kept yet counts as in flight."""
        began = time.monotonic()
        question = _Question(ticket)
        try:
            response = await self._answer(request, question)
            await self._store.keep(response)
            self.answered += 1
            self._progress.done(response)
        except _Stopped:
            pass
        except (AuthFailed, StoreError) as error:
            self._end(error)
        except AdapterError as error:
            await self._fail(request, error.cause, str(error), tries_of(error), error.usage)
        except Exception as error:  # noqa: BLE001 - one sample's surprise must not cost the others their answers
            tries = Tries(1, time.monotonic() - began, "")
            await self._fail(request, "bug", f"{type(error).__name__}: {error}", tries, None)
        finally:
            if question.ticket:
                self._pace.leave(question.ticket)

    async def _answer(self, request: Request, question: _Question) -> Response:
        me = asyncio.current_task()
        assert me

        async def attempt(request: Request) -> Response:
            if question.ticket is None:
                question.ticket = await self._pace.enter(_prompt_tokens(request), again=True)
            self._pausing.discard(me)
            if self._stopping:
                raise _Stopped
            try:
                return await self._try(request, question)
            except (RateLimited, Unavailable):
                self._pausing.add(me)
                raise

        try:
            response = await ask_with_retries(attempt, request, self._policy)
        finally:
            self._pausing.discard(me)
        if (response.sample_id, response.epoch) != (request.sample_id, request.epoch):
            raise ValueError(f"the adapter answered {response.sample_id}, epoch {response.epoch} instead")
        return response

    async def _try(self, request: Request, question: _Question) -> Response:
        """Ask once, and let the pace learn from it; without an answer the place in flight is given up."""
        ticket = question.ticket
        assert ticket
        sent(request)
        try:
            response = await self._adapter.complete(request)
        except (RateLimited, Unavailable) as error:
            lost(request, error)
            overload = isinstance(error, RateLimited) or error.wait is not None
            self._pace.troubled(ticket, wait=error.wait, overload=overload)
            self._progress.trouble(error.cause)
            question.ticket = None
            self._pace.leave(ticket)
            if self._stopping:
                raise _Stopped from None
            raise
        except AdapterError as error:
            lost(request, error)
            raise
        heard(response)
        used = sum((response.usage or {}).get(name, 0) for name in ("input", "output")) or None
        self._pace.answered(ticket, prompt=_prompt_tokens(request), used=used)
        return response

    async def _fail(
        self, request: Request, cause: str, message: str, tries: Tries, usage: dict[str, int] | None
    ) -> None:
        failure = Failure(
            request.sample_id,
            request.epoch,
            request.model,
            cause,
            message,
            usage=usage,
            seconds=tries.seconds,
            attempts=tries.attempts,
        )
        try:
            await self._store.fail(failure)
        except StoreError as problem:
            self._end(problem)
            return
        self.failed += 1
        self._progress.failed(cause)

    def _end(self, error: AuthFailed | StoreError) -> None:
        if self._fatal is None:
            self._fatal = error
            self._stop_new()


@dataclass(slots=True)
class _Question:
    """A question under way."""

    ticket: Ticket | None
    """None while it waits for its next attempt."""


def _prompt_tokens(request: Request) -> float:
    """Estimate the tokens of a prompt: four characters each, as in English."""
    return sum(len(part.text) for turn in request.turns for part in turn.parts if part.type == "text") / 4
