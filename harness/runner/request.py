"""The requests of one dialogue or sample: slot, attempts, share of the budget, and the record of how each ended."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..adapters.base import Failure
from ..adapters.contract import check_response, describe_breach
from ..adapters.credentials import without_secrets
from ..config.prices import all_tokens
from ..errors import (
    AdapterContractError,
    AdapterError,
    AuthFailed,
    OutOfCredit,
    RateLimited,
    Rejected,
    StoreError,
    Unavailable,
)
from .limits.held_slot import HeldSlot
from .limits.retry import AttemptStats, attempt_stats, describe_long_wait, with_retries
from .limits.stagger import Stagger
from .limits.startup_check import ALIKE, StartupCheck
from .limits.token_estimate import estimate_tokens
from .multiturn import Dialogue
from .progress.request_log import log_error, log_request, log_response
from .progress.unknown_markers import UnknownMarkers
from .stopping.state import Stopped, StopState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..adapters.base import Adapter, Request, Response
    from ..store.run_folder import RunFolder
    from .limits.budget import Attempt, Budget
    from .limits.concurrency import ConcurrencyLimiter, Slot
    from .limits.retry import RetryPolicy
    from .multiturn import SavedTurns, TurnRequest
    from .progress.display import Progress

PER_LOOP_TURN = 2
"""Responses that are processed in one turn of the event loop."""


@dataclass
class RequestContext:
    """What the requests of a run share."""

    adapter: Adapter
    folder: RunFolder
    policy: RetryPolicy
    limiter: ConcurrencyLimiter
    budget: Budget
    progress: Progress
    stop: StopState
    saved: SavedTurns = field(init=False)
    """Responses of dialogues from earlier runs."""
    startup: StartupCheck = field(default_factory=StartupCheck)
    stagger: Stagger = field(default_factory=lambda: Stagger(PER_LOOP_TURN))
    markers: UnknownMarkers = field(default_factory=UnknownMarkers)
    responses: int = 0
    """Responses saved so far."""
    failures: int = 0
    """Failures saved so far."""


class InFlightRequest:
    """One dialogue or sample in an epoch, from its first attempt to its last saved response or failure.

    `requests` are those of its samples that are missing: one, or the scored turns of a dialogue in their order.
    """

    def __init__(self, context: RequestContext, requests: Sequence[Request], slot: Slot) -> None:
        self._context = context
        self._requests = requests
        self._request = requests[0]
        """The request that is in flight."""
        self._slot = HeldSlot(context.limiter, slot)
        self._reported: list[dict[str, int] | None] = []
        """Tokens of the attempts that brought no response."""
        self._place = ""
        """Which of several responses is being requested, in words."""

    async def process(self) -> None:
        """Request until there is a response or a failure, and save it; until it is written it counts as in flight."""
        began = time.monotonic()
        with self._slot:
            try:
                await self._process_turns()
            except Stopped:
                pass
            except OutOfCredit as error:
                self._context.stop.end_early("credit", error)
            except (AuthFailed, StoreError) as error:
                self._context.stop.fail(error)
            except AdapterError as error:
                await self._fail(error)
            except Exception as error:  # noqa: BLE001  # one sample's bug must not cost the others their responses
                whose = "" if isinstance(error, AdapterContractError) else f"{type(error).__name__}: "
                message = without_secrets(f"{self._place}{whose}{error}")
                stats = AttemptStats(1, time.monotonic() - began, "")
                await record_failure(self._context, self._failure("bug", message, stats))

    async def _process_turns(self) -> None:
        """Request one turn after the other; a failed one ends the dialogue."""
        dialogue = Dialogue(self._requests, self._context.saved)
        turn = dialogue.next()
        while turn:
            self._request, self._place = turn.request, turn.place
            response = await self._complete(turn.request)
            await self._save(turn, dialogue.with_earlier(response))
            self._reported.clear()  # their tokens are in the line of this response
            if turn.number == turn.total:
                return
            dialogue.take(turn, response)
            self._slot.release()
            if self._context.stop.requested:
                raise Stopped
            turn = dialogue.next()

    async def _save(self, turn: TurnRequest, response: Response) -> None:
        context = self._context
        if not turn.is_scored:
            await context.folder.dialogue_turns.append(response, turn.number)
            context.progress.between(response)
            return
        if context.startup.over:
            await record_failure(context, *context.startup.release())
        await context.stagger.wait_turn()
        synced = context.folder.append_response(response)
        # The line is written, so a killed process cannot lose it: the next request need not wait for the fsync.
        self._slot.release()
        await synced
        context.responses += 1
        context.markers.add(turn.request, response)
        context.progress.add_response(response)

    async def _complete(self, request: Request) -> Response:
        """Return the response to `request`, after retries where they are due, with its cost."""
        response = await with_retries(self._attempt, request, self._context.policy, self._pause)
        if wasted := all_tokens(self._reported):
            response = response.replace(wasted=wasted)
        prices = self._context.budget.limits.prices
        if prices is None or response.cost is not None:
            return response
        return response.replace(cost=prices.cost_of(response.usage, response.wasted))

    async def _pause(self, seconds: float) -> None:
        with self._context.stop.cancellable():
            await asyncio.sleep(seconds)

    async def _attempt(self, request: Request) -> Response:
        """Send `request` once it has a slot and its worst case fits the budget."""
        context = self._context
        with context.stop.cancellable():
            await self._slot.acquire(request)
            charge = None if context.stop.requested else await context.budget.reserve(request.turns)
        if charge is None or context.stop.requested:
            context.stop.cancel_pending()
            raise Stopped
        return await self._send(request, charge)

    async def _send(self, request: Request, charge: Attempt) -> Response:
        """Send `request`, and let limiter and budget learn from the outcome."""
        context, slot = self._context, self._slot.slot
        log_request(request)
        context.limiter.sends(slot)
        try:
            with context.budget.track(charge):
                response = await self._complete_within(request, charge.max_output)
                charge.usage = {"input": 0, "output": 0} if response.from_cache else response.usage
        except AdapterError as error:
            log_error(request, error)
            self._reported.append(error.usage)
            if isinstance(error, RateLimited | Unavailable):
                self._back_off(error)
            raise
        log_response(response)
        context.startup.over |= not response.from_cache
        used = sum((response.usage or {}).get(name, 0) for name in ("input", "output")) or None
        context.limiter.on_success(slot, prompt=estimate_tokens(request.turns), used=used)
        return response

    async def _complete_within(self, request: Request, limit: int | None) -> Response:
        """Call the adapter, with a lower token limit where the budget asks for one; a cut there is no response."""
        if limit is None:
            return await self._complete_once(request)
        cut = Rejected(
            f"the response was longer than the {limit} tokens that the budget had room for; rerun the same command "
            "with a higher budget",
            cause="exhausted",
        )
        try:
            settings = replace(request.settings, max_tokens=limit)
            response = await self._complete_once(replace(request, settings=settings))
        except Rejected as error:
            if error.cause != "exhausted":
                raise
            cut.usage = error.usage
            raise cut from None
        if response.stop == "length":
            cut.usage = response.usage
            raise cut
        return response

    async def _complete_once(self, request: Request) -> Response:
        """Call the adapter; whatever it must not raise or return becomes an `AdapterContractError`."""
        adapter = self._context.adapter
        try:
            response = await adapter.complete(request)
        except (AdapterError, AdapterContractError, StoreError):
            raise
        except Exception as error:
            raise AdapterContractError(describe_breach(error, adapter)) from error
        return check_response(response, request, adapter)

    def _back_off(self, error: RateLimited | Unavailable) -> None:
        """Note a failed attempt, which may end the run, and give up the slot for the pause before the next one."""
        context = self._context
        overload = isinstance(error, RateLimited) or error.overloaded or error.wait is not None
        # Time-outs take their time, and say little about the other requests.
        quick = error.cause == "unavailable"
        slow = error.cause == "timeout"
        context.limiter.on_error(self._slot.slot, wait=error.wait, overload=overload, quick=quick, slow=slow)
        context.progress.trouble(error.cause)
        if note := context.startup.note_of(error):
            context.progress.note(note)
        if missing := context.startup.find_no_server(error):
            context.stop.end_early("unreachable", missing)
        if (error.wait or 0.0) > context.policy.max_wait:
            context.stop.end_early("wait", describe_long_wait(error, context.policy))
        self._slot.release()
        if context.stop.requested:
            raise Stopped from None

    async def _fail(self, error: AdapterError) -> None:
        """Record that this request has no response, unless a wrong setting of the run may be the reason."""
        context, startup = self._context, self._context.startup
        failure = self._failure(error.cause, f"{self._place}{error}", attempt_stats(error))
        if not isinstance(error, Rejected):
            await record_failure(context, failure)
        elif not startup.hold(error, failure):
            await record_failure(context, *startup.release(), failure)
        elif startup.held >= ALIKE:
            if startup.is_alike:
                context.stop.end_early("rejected", startup.describe_rejections())
            else:
                await record_failure(context, *startup.release())

    def _failure(self, cause: str, message: str, stats: AttemptStats) -> Failure:
        request, prices = self._request, self._context.budget.limits.prices
        usage = all_tokens(self._reported)
        return Failure(
            request.sample_id,
            request.epoch,
            request.model,
            cause,
            message,
            usage=usage,
            cost=prices.cost(usage) if prices else None,
            seconds=stats.seconds,
            attempts=stats.attempts,
        )


async def record_failure(context: RequestContext, *failures: Failure) -> None:
    """Save failures; one that cannot be written ends the run."""
    for failure in failures:
        try:
            await context.folder.append_failure(failure)
        except StoreError as problem:
            context.stop.fail(problem)
            return
        context.failures += 1
        context.progress.add_failure(failure.error, failure.cost)


async def record_held(context: RequestContext) -> None:
    """At the end of a run without a response: record what was held back, unless nothing else happened to it."""
    startup = context.startup
    if not startup.held or context.stop.requested:
        return
    if startup.is_alike and not startup.over and not context.failures:
        context.stop.end_early("rejected", startup.describe_rejections())
    else:
        await record_failure(context, *startup.release())
