"""Asking: samples become responses; the one event loop of a run."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .adapter import Failure, Request
from .errors import AdapterError, AuthFailed, RateLimited, StoreError, Unavailable
from .retry import Tries, ask_with_retries, tries_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from tasks.sample import Sample

    from .adapter import Adapter, Response, Settings
    from .progress import Progress
    from .retry import RetryPolicy
    from .store import Store

SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
    samples: Mapping[str, Sample] | Iterable[Sample],
    adapter: Adapter,
    store: Store,
    *,
    retry: Collection[str] = (),
    model: str,
    settings: Settings,
    epochs: int = 1,
    concurrency: int = 8,
    policy: RetryPolicy,
    progress: Progress,
) -> Asked:
    """Ask for what `store` has no answer to, `concurrency` requests at a time; `adapter` has been entered.

    A mapping from id to sample need not hold the samples in memory. `retry` names what is asked again though it is
    settled (of `kept.RETRIES`). An answer counts when it is on disk. Epochs are numbered from 0. Ctrl-C and SIGTERM
    let the requests in flight end and return; the second one abandons them. Raises `AuthFailed` and `StoreError`, at
    once for new requests, after those in flight have been kept.
    """
    settled = store.kept().settled(retry)
    by_id = samples if isinstance(samples, Mapping) else {sample.id: sample for sample in samples}
    wanted = len(by_id) * epochs
    already = sum((id, epoch) in settled for epoch in range(epochs) for id in by_id)
    requests = (
        Request(id, epoch, model, by_id[id].turns, settings)
        for epoch in range(epochs)
        for id in by_id
        if (id, epoch) not in settled
    )
    asking = _Asking(adapter, store, requests, policy, progress)
    progress.start(wanted, already)
    try:
        with _on_signals(asking.interrupt):
            await asking.go(min(concurrency, wanted - already))
    finally:
        progress.stop()
    return Asked(asking.answered, asking.failed, already, "interrupted" if asking.interrupts else None)


class _Stopped(Exception):
    """Instead of an attempt that is not made any more."""


class _Asking:
    """The workers of one run, and what they share."""

    def __init__(
        self, adapter: Adapter, store: Store, requests: Iterator[Request], policy: RetryPolicy, progress: Progress
    ) -> None:
        self._adapter = adapter
        self._store = store
        self._requests = requests
        self._policy = policy
        self._progress = progress
        self._workers: list[asyncio.Task[None]] = []
        self._pausing: set[asyncio.Task[None]] = set()
        self._fatal: AuthFailed | StoreError | None = None
        self.answered = 0
        self.failed = 0
        self.interrupts = 0

    async def go(self, workers: int) -> None:
        """Ask everything; raises what ended the run early."""
        self._workers = [asyncio.create_task(self._work()) for _ in range(workers)]
        try:
            if self._workers:
                await asyncio.wait(self._workers)
        finally:
            for worker in self._workers:
                worker.cancel()
        for worker in self._workers:
            if not worker.cancelled():
                worker.result()
        if self._fatal:
            raise self._fatal

    def interrupt(self) -> None:
        """First: ask nothing more, wait for what is in flight. Second: do not wait either."""
        self.interrupts += 1
        if self.interrupts > 1:
            for worker in self._workers:
                worker.cancel()
            return
        self._stop_new()
        flying = sum(not worker.done() for worker in self._workers if worker not in self._pausing)
        self._progress.note(
            f"Interrupted: waiting for {flying} answer{'s' * (flying != 1)} in flight; "
            f"Ctrl-C again abandons {'them' if flying != 1 else 'it'}. The same command goes on from here."
        )

    async def _work(self) -> None:
        for request in self._requests:
            if self._stopping:
                return
            await self._settle(request)

    @property
    def _stopping(self) -> bool:
        return self._fatal is not None or self.interrupts > 0

    def _stop_new(self) -> None:
        # Whoever waits for the next attempt has nothing in flight, and may have a minute to wait.
        for worker in self._pausing:
            worker.cancel()

    async def _settle(self, request: Request) -> None:
        """Ask until there is an answer or a failure, and keep it."""
        began = time.monotonic()
        try:
            response = await self._answer(request)
            await self._store.keep(response)
            self.answered += 1
            self._progress.done()
        except _Stopped:
            pass
        except (AuthFailed, StoreError) as error:
            self._end(error)
        except AdapterError as error:
            await self._fail(request, error.cause, str(error), tries_of(error), error.usage)
        except Exception as error:  # noqa: BLE001 - one sample's surprise must not cost the others their answers
            tries = Tries(1, time.monotonic() - began, "")
            await self._fail(request, "bug", f"{type(error).__name__}: {error}", tries, None)

    async def _answer(self, request: Request) -> Response:
        me = asyncio.current_task()
        assert me

        async def attempt(request: Request) -> Response:
            self._pausing.discard(me)
            if self._stopping:
                raise _Stopped
            try:
                return await self._adapter.complete(request)
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


@contextmanager
def _on_signals(handle: Callable[[], None]) -> Iterator[None]:
    """Call `handle` at the first two signals; a third one meets whatever handled it before."""
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    caught = 0

    def restore() -> None:
        for number, handler in before.items():
            if loop.remove_signal_handler(number) and handler is not None:
                signal.signal(number, handler)

    def catch() -> None:
        nonlocal caught
        caught += 1
        if caught > 1:
            restore()
        handle()

    try:
        for number in SIGNALS:
            loop.add_signal_handler(number, catch)
    except (RuntimeError, ValueError, NotImplementedError):
        pass  # signals come to the main thread only; elsewhere its owner handles them
    try:
        yield
    finally:
        restore()
