"""verify_many: any number of responses, verified over several processes in bounded memory.

Items are read ahead by a window of chunks only, results come in the order of the items, and an item that cannot be
verified has its error in its place.
"""

from __future__ import annotations

from collections import deque
from itertools import chain, islice
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Literal, Self

from .. import rule_books
from ..errors import BadInstruction, ScorersError, did_you_mean
from .item import BatchItem, BatchResult, GivenItem, verify_item
from .worker import Job, Worker, WorkerDiedError, WorkerSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..rule_books import BookName

__all__ = ["CHUNK", "MODES", "WINDOW", "BatchItem", "BatchResult", "LimitedVerifier", "count_cores", "verify_many"]

BatchMode = Literal["strict", "both"]
MODES: tuple[BatchMode, ...] = ("strict", "both")
"""What `mode` may be: the strict verdicts alone, or the loose ones beside them."""
CHUNK = 32
"""Items that a process gets at a time."""
WINDOW = 3
"""Chunks for each process that are at work or wait for an earlier one."""
_POLL = 0.25
"""Seconds between two looks at whether an item exceeds the time limit."""


def verify_many(
    items: Iterable[GivenItem],
    *,
    rules: BookName = "audited",
    mode: BatchMode | str = "strict",
    processes: int | None = None,
    seconds: float | None = None,
    on_slow: Callable[[str], None] | None = None,
) -> Iterator[BatchResult]:
    """Verify each of `items`, lazily and in their order.

    An item is a `BatchItem` or a tuple (response, instructions) or (response, instructions, prompt). `mode` is
    `strict` or `both`. `processes` None takes every core that this process may use; 1 starts none. At most
    `CHUNK * WINDOW` items are held for each process. The error of an item is in its result.

    `seconds` limits the time of one response. Everything then runs in worker processes, and one that exceeds the
    limit is killed and replaced: that item gets an error with the instruction's id, its parameters and the limit.
    `on_slow` gets a line about each check that is still at work after a few seconds.

    Raises `BadInstruction` for an unknown book or mode, `ValueError` for `processes` or `seconds` out of range, and
    `ScorersError` if a process dies.
    """
    settings = _settings(rules, mode, seconds, on_slow)
    count = count_cores() if processes is None else processes
    if count < 1:
        raise ValueError(f"processes is {processes}, but must be at least 1")
    if count == 1 and seconds is None:
        return (verify_item(item, rules, mode) for item in items)
    return _spread(iter(items), settings, count)


class LimitedVerifier:
    """Verifies responses within a time limit for each, in one long-lived worker process.

    Use it as a context manager, or call `close`; each thread needs one of its own. Arguments and errors are those of
    `verify_many`.
    """

    def __init__(
        self,
        seconds: float,
        *,
        rules: BookName = "audited",
        mode: BatchMode | str = "strict",
        on_slow: Callable[[str], None] | None = None,
    ) -> None:
        self._worker = Worker(_settings(rules, mode, seconds, on_slow))

    def verify(self, item: GivenItem) -> BatchResult:
        """Verify one item; an item over the limit has an error, and the worker is replaced."""
        [result] = self.verify_all([item])
        return result

    def verify_all(self, items: Iterable[GivenItem], *, until: float = inf) -> list[BatchResult]:
        """Verify items one after the other, each within the limit, and return their results in order.

        `until` is a time of `time.monotonic` at which the worker is killed: items without a result then get an error.
        """
        job = Job(list(items))
        try:
            if job.items:
                self._worker.start(job)
            while self._worker.job is not None:
                if self._worker.pipe.poll(_POLL):
                    self._worker.receive()
                elif monotonic() > until:
                    self._worker.abandon("no time was left to verify it; the response is unscored")
                else:
                    self._worker.enforce_limit()
        except WorkerDiedError:
            self._worker.stop()
            self._worker.job = None
            why = "the verifying process died (out of memory, or killed); the response is unscored"
            return [result or BatchResult(error=why) for result in job.results]
        return [result for result in job.results if result is not None]

    @property
    def pid(self) -> int | None:
        """Process id of the worker; None before the first item."""
        return self._worker.pid

    def close(self) -> None:
        """End the worker process."""
        self._worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _settings(
    rules: BookName, mode: BatchMode | str, seconds: float | None, on_slow: Callable[[str], None] | None
) -> WorkerSettings:
    rule_books.chain(rules)
    if mode not in MODES:
        raise BadInstruction(
            f"unknown mode {mode!r}{did_you_mean(mode, MODES)} (verify_many takes {' or '.join(MODES)})"
        )
    if seconds is not None and not seconds > 0:
        raise ValueError(f"seconds is {seconds}, but must be above 0")
    return WorkerSettings(rules, mode, seconds, on_slow)


def _spread(items: Iterator[GivenItem], settings: WorkerSettings, processes: int) -> Iterator[BatchResult]:
    """Verify chunks in worker processes; a chunk is read when an earlier one has been handed on."""
    chunks = iter(lambda: list(islice(items, CHUNK)), [])
    ahead = list(islice(chunks, 2))
    if len(ahead) < 2 and settings.seconds is None:  # starting processes costs more than this
        for item in ahead[0] if ahead else []:
            yield verify_item(item, settings.rules, settings.mode)
        return
    chunks = chain(ahead, chunks)
    workers = [Worker(settings) for _ in range(processes)]
    jobs: deque[Job] = deque()
    done = 0
    try:
        while True:
            _refill(workers, jobs, chunks)
            if not jobs:
                return
            if jobs[0].open:
                _wait(workers, settings)
                continue
            results = [result for result in jobs.popleft().results if result is not None]
            done += len(results)
            yield from results
    except WorkerDiedError:
        raise ScorersError(
            f"a verifying process died after item {done} (out of memory, killed, or the main module does not guard "
            "what it runs with `if __name__ == '__main__':`); with processes=1 everything runs in this process"
        ) from None
    finally:
        for worker in workers:
            worker.stop()


def _refill(workers: list[Worker], jobs: deque[Job], chunks: Iterator[list[GivenItem]]) -> None:
    """Start a job on each free worker, as long as the window has room."""
    for worker in workers:
        while worker.job is None and len(jobs) < WINDOW * len(workers) and (chunk := next(chunks, None)):
            jobs.append(Job(chunk))
            worker.start(jobs[-1])


def _wait(workers: list[Worker], settings: WorkerSettings) -> None:
    """Wait until a worker has results or has to be killed."""
    from multiprocessing.connection import wait

    busy = {worker.pipe: worker for worker in workers if worker.job is not None}
    for pipe in wait(list(busy), _POLL if settings.seconds else None):
        busy.pop(pipe).receive()  # type: ignore[call-overload]  # `wait` returns some of what it was given
    for worker in busy.values():
        worker.enforce_limit()


def count_cores() -> int:
    """Return the number of cores this process may use; 1 for a daemonic process, which may not start others."""
    import os
    from multiprocessing import current_process

    if current_process().daemon:
        return 1
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
