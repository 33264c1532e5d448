"""The questions of a run under way: started at the pace, tried again, kept, ended."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tasks.dialogue import has_gap

from ..adapters.base import Failure, Request
from ..adapters.credentials import without_secrets
from ..config.prices import all_tokens
from ..errors import AdapterError, AuthFailed, RateLimited, StoreError, Unavailable
from .limits.budget import Attempt, Budget
from .limits.concurrency import Pace, Ticket
from .limits.retry import Tries, ask_with_retries, tries_of
from .limits.stagger import Turnstile
from .multiturn import Dialogue
from .request_log import heard, lost, sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..adapters.base import Adapter, Response
    from ..store.run_folder import Store
    from .limits.retry import RetryPolicy
    from .progress.display import Progress

_TICK = 0.5
"""Seconds between two looks at the progress while nothing settles."""
_TOGETHER = 2
"""Answers that are dealt with in one turn of the event loop."""
_WAITING = 2
"""Questions that may wait for their next attempt, as a multiple of the ceiling: during an outage they pile up."""


class _Stopped(Exception):
    """Instead of an attempt that is not made any more."""


class Asking:
    """The questions under way of one run, and what they share."""

    def __init__(
        self,
        adapter: Adapter,
        store: Store,
        requests: Iterator[Request],
        policy: RetryPolicy,
        progress: Progress,
        pace: Pace,
        budget: Budget,
    ) -> None:
        self._adapter = adapter
        self._store = store
        self._requests = requests
        self._policy = policy
        self._progress = progress
        self._budget = budget
        self._pace = pace
        self._turnstile = Turnstile(_TOGETHER)
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
        waiting = (
            f": waiting for {flying} answer{'s' * (flying != 1)} in flight; "
            f"Ctrl-C again abandons {'them' if flying != 1 else 'it'}"
        )
        self._progress.note(f"Interrupted{waiting if flying else ''}. The same command goes on from here.")

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

    def stopped(self) -> tuple[str | None, str]:
        """Return the word for what ended the asking early, and more about it."""
        if self.interrupts:
            return "interrupted", "interrupted; the same command goes on from here"
        return ("budget", f"stopped: {self._budget.told()}") if self._budget.refused else (None, "")

    @property
    def _stopping(self) -> bool:
        return bool(self._fatal or self._surprise or self.interrupts or self._budget.refused)

    def _stop_new(self) -> None:
        # Whoever waits for the next attempt has nothing in flight, and may have a minute to wait.
        for task in (self._starter, *self._pausing):
            if task:
                task.cancel()

    async def _settle(self, request: Request, ticket: Ticket) -> None:
        """Ask until there is an answer or a failure, and keep it; what is not written yet counts as in flight."""
        began = time.monotonic()
        question = _Question(ticket)
        try:
            asked = self._converse if has_gap(request.turns) else self._answer
            response = await asked(request, question)
            await self._turnstile.passing()
            kept = self._store.keep(response)
            self._leave(question)  # a killed process does not lose it any more: the next one need not wait for the disk
            await kept
            self.answered += 1
            self._progress.done(response)
        except _Stopped:
            pass
        except (AuthFailed, StoreError) as error:
            self._end(error)
        except AdapterError as error:
            told = f"{question.place}{error}"
            await self._fail(request, error.cause, told, tries_of(error), all_tokens(question.reported))
        except Exception as error:  # noqa: BLE001 - one sample's surprise must not cost the others their answers
            tries = Tries(1, time.monotonic() - began, "")
            what = without_secrets(f"{type(error).__name__}: {error}")
            await self._fail(request, "bug", what, tries, all_tokens(question.reported))
        finally:
            self._leave(question)

    def _leave(self, question: _Question) -> None:
        """Give up the place in flight, if there is one."""
        if question.ticket:
            ticket, question.ticket = question.ticket, None
            self._pace.leave(ticket)

    async def _converse(self, request: Request, question: _Question) -> Response:
        """Ask for the answers in the gaps, one after the other, then return the last one; each request has its turn."""
        dialogue = Dialogue(request, self._store.earlier)
        while part := dialogue.next():
            question.place = dialogue.place
            response = await self._answer(part, question)
            await dialogue.keep(response)
            self._progress.between(response)
            question.reported.clear()  # they stand in the line of this answer
            dialogue.take(response)
            self._leave(question)
            if self._stopping:
                raise _Stopped
        question.place = dialogue.place
        return dialogue.closed(await self._answer(dialogue.request, question))

    async def _answer(self, request: Request, question: _Question) -> Response:
        """Return the answer with its cost."""
        me = asyncio.current_task()
        assert me

        async def attempt(request: Request) -> Response:
            self._pausing.add(me)  # nothing is in flight as long as pace and budget let it wait
            if question.ticket is None:
                question.ticket = await self._pace.enter(_prompt_tokens(request), again=True)
            charge = None if self._stopping else await self._budget.admit(request.turns)
            self._pausing.discard(me)
            if charge is None or self._stopping:
                self._stop_new()
                raise _Stopped
            try:
                return await self._try(request, question, charge)
            except (RateLimited, Unavailable):
                self._pausing.add(me)
                raise

        try:
            response = await ask_with_retries(attempt, request, self._policy)
        finally:
            self._pausing.discard(me)
        if (response.sample_id, response.epoch) != (request.sample_id, request.epoch):
            raise ValueError(f"the adapter answered {response.sample_id}, epoch {response.epoch} instead")
        if wasted := all_tokens(question.reported):
            response = response.changed(wasted=wasted)
        return self._priced(response)

    def _priced(self, response: Response) -> Response:
        prices = self._budget.limits.prices
        if prices is None or response.cost is not None:
            return response
        return response.changed(cost=prices.cost_of(response.usage, response.wasted))

    async def _try(self, request: Request, question: _Question, charge: Attempt) -> Response:
        """Ask once, and let pace and budget learn from it; without an answer the place in flight is given up."""
        ticket = question.ticket
        assert ticket
        sent(request)
        self._pace.sends(ticket)
        try:
            with self._budget.counting(charge):
                response = await self._adapter.complete(request)
                charge.usage = {"input": 0, "output": 0} if response.from_cache else response.usage
        except (RateLimited, Unavailable) as error:
            lost(request, error)
            question.reported.append(error.usage)
            overload = isinstance(error, RateLimited) or error.overloaded or error.wait is not None
            quick = error.cause == "unavailable"  # time-outs take their time, and say little about the others
            self._pace.troubled(ticket, wait=error.wait, overload=overload, quick=quick)
            self._progress.trouble(error.cause)
            self._leave(question)
            if self._stopping:
                raise _Stopped from None
            raise
        except AdapterError as error:
            lost(request, error)
            question.reported.append(error.usage)
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
            cost=prices.cost(usage) if (prices := self._budget.limits.prices) else None,
            seconds=tries.seconds,
            attempts=tries.attempts,
        )
        try:
            await self._store.fail(failure)
        except StoreError as problem:
            self._end(problem)
            return
        self.failed += 1
        self._progress.failed(cause, failure.cost)

    def _end(self, error: AuthFailed | StoreError) -> None:
        if self._fatal is None:
            self._fatal = error
            self._stop_new()


@dataclass(slots=True)
class _Question:
    """A question under way."""

    ticket: Ticket | None
    """None while it waits for its next attempt."""
    reported: list[dict[str, int] | None] = field(default_factory=list)
    """Tokens of the attempts that gave no answer."""
    place: str = ""
    """Which of several answers is asked for, in words."""


def _prompt_tokens(request: Request) -> float:
    """Estimate the tokens of a prompt: four characters each, as in English."""
    return sum(len(part.text) for turn in request.turns for part in turn.parts if part.type == "text") / 4
