"""Which errors are retried, and how long to wait.

Provider clients have retries of their own; they are switched off, so that every attempt and every wait is one that
is counted here.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from ...errors import AdapterError, RateLimited, Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

    from ...adapters.base import Request, Response


MAX_WAIT = 3600.0
"""Seconds that a provider may ask a run to wait, where the run file sets no `max_wait`."""


@dataclass(frozen=True)
class RetryPolicy:
    """How many attempts, and how far apart."""

    attempts: int = 6
    """Maximum attempts, the first one included."""
    first: float = 1.0
    """Seconds before the second attempt, without jitter; each later wait is twice the one before."""
    longest: float = 60.0
    """Maximum seconds of a wait where the provider names none; one that it names is waited in full."""
    max_wait: float = MAX_WAIT
    """Seconds up to which a wait that the provider names is waited; a longer one ends the run."""


class AttemptStats(NamedTuple):
    """What a failed request took."""

    attempts: int
    seconds: float
    """From the first attempt to the last error, waits included."""
    started: str
    """UTC time of the first attempt, ISO 8601."""


MARGIN = 0.005
"""Seconds beyond a wait that the provider names: the server counts from its own moment, a little after ours perhaps."""


def describe_long_wait(error: RateLimited | Unavailable, policy: RetryPolicy) -> AdapterError:
    """Return the error that ends a run whose provider names a longer wait than the policy allows."""
    wait = error.wait or 0.0
    until = ""
    with suppress(OverflowError, ValueError, OSError):
        until = f" until {(datetime.now(UTC) + timedelta(seconds=wait)).isoformat(' ', 'minutes')}"
    return AdapterError(
        f"{error}; the provider asks to wait {wait / 3600:,.1f} hours{until}, longer than max_wait "
        f"({policy.max_wait:g} s): rerun the same command then, or let the run wait with a higher --max-wait"
    )


def backoff_delay(error: BaseException | None, attempt: int, policy: RetryPolicy, rng: Random) -> float:
    """Return the seconds to wait after failed attempt number `attempt` (from 1).

    Never less than the provider names, and a little more, so that requests with the same wait do not all return at
    once. Where it names nothing: half to all of an exponentially growing wait.
    """
    named = error.wait if isinstance(error, RateLimited | Unavailable) else None
    if named is not None:
        return named + MARGIN + 0.25 * policy.first * rng.random()
    grown = min(policy.longest, policy.first * 2.0 ** min(attempt - 1, 60))
    return grown * (0.5 + 0.5 * rng.random())


async def with_retries(
    complete: Callable[[Request], Awaitable[Response]],
    request: Request,
    policy: RetryPolicy,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Response:
    """Send the request until a response comes, an error is final, or the attempts are used up.

    `RateLimited` and `Unavailable` are retried; every other error, and the last of these, passes as it was raised
    (`attempt_stats` returns what an `AdapterError` took). The response has `attempts`, `seconds` and `started` filled
    in. Jitter depends on sample and epoch alone.
    """
    started, clock = datetime.now(UTC).isoformat(timespec="milliseconds"), time.monotonic()
    attempts = 0

    async def attempt() -> Response:
        nonlocal attempts
        attempts += 1
        return await complete(request)

    try:
        try:
            response = await attempt()
        except (RateLimited, Unavailable) as error:
            # Most requests need one attempt: the machinery of the others costs more than the rest of our work.
            response = await _again(attempt, error, request, policy, pause)
    except AdapterError as error:
        took = AttemptStats(attempts, time.monotonic() - clock, started)
        vars(error).update(took._asdict())
        raise
    return response.replace(attempts=attempts, seconds=time.monotonic() - clock, started=started)


async def _again(
    attempt: Callable[[], Awaitable[Response]],
    failed: AdapterError,
    request: Request,
    policy: RetryPolicy,
    pause: Callable[[float], Awaitable[None]],
) -> Response:
    """Continue after a first attempt that `failed`."""
    from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

    rng = Random(f"{request.sample_id}/{request.epoch}")
    first: AdapterError | None = failed

    async def next_attempt() -> Response:
        nonlocal first
        if first is not None:
            error, first = first, None
            raise error
        return await attempt()

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return backoff_delay(error, state.attempt_number, policy, rng)

    retrying = AsyncRetrying(
        sleep=pause,
        stop=stop_after_attempt(policy.attempts),
        wait=wait,
        retry=retry_if_exception_type((RateLimited, Unavailable)),
        reraise=True,
    )
    response: Response = await retrying(next_attempt)
    return response


def attempt_stats(error: AdapterError) -> AttemptStats:
    """Return what the request took that `with_retries` gave up with `error`; one attempt for any other error."""
    known = vars(error)
    return AttemptStats(known.get("attempts", 1), known.get("seconds", 0.0), known.get("started", ""))
