"""Worker processes that score shards into their files."""

from __future__ import annotations

import gc
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Protocol, Self

from scorers.batch.worker import follow_parent

from ...errors import StoreError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ...store.shard_files import Shard


class ShardScorer(Protocol):
    """What scores shards into their files; it can be pickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return a function and its arguments, with which another process gets the same."""
        ...

    def prepare(self) -> None:
        """Read what every shard needs, before a process is forked that inherits it."""
        ...

    def score_shard(self, shard: Shard) -> None:
        """Score a shard into its file."""
        ...


_AT_WORK: list[ShardScorer] = []
"""In a worker: what it works for."""


class WorkerPool:
    """Processes that score shards of one job; without any, it does nothing. A context manager."""

    def __init__(self, job: ShardScorer, processes: int) -> None:
        from multiprocessing import get_context

        self.processes = processes
        self._running: dict[Shard, Future[None]] = {}
        self._pool: ProcessPoolExecutor | None = None
        if not processes:
            return
        forked = can_fork()
        if forked:
            job.prepare()
            gc.freeze()  # garbage collection in a worker would copy the pages of all that it inherits
        context = get_context("fork" if forked else "spawn")
        self._pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(job,))

    def submit(self, shard: Shard) -> None:
        """Have a shard scored."""
        assert self._pool is not None
        try:
            self._running[shard] = self._pool.submit(_score, shard)
        except BrokenProcessPool:
            raise _death_error() from None

    def wait(self, shard: Shard) -> None:
        """Return when a shard is scored; raises what scoring it raised, and `StoreError` if a process died."""
        try:
            self._running.pop(shard).result()
        except BrokenProcessPool:
            raise _death_error() from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            gc.unfreeze()


def can_fork() -> bool:
    """Return whether a process can be forked safely: on Linux, from a process without other threads."""
    return sys.platform == "linux" and threading.active_count() == 1


def count_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _death_error() -> StoreError:
    return StoreError(
        "a scoring process died (out of memory, or killed). Finished shards are saved: give the same command again to "
        "resume, with --engine single to use less memory"
    )


def _begin(job: ShardScorer) -> None:
    """Prepare a worker: it ignores Ctrl-C, which is for the parent, and ends with the parent."""
    follow_parent()
    _AT_WORK[:] = [job]


def _score(shard: Shard) -> None:
    _AT_WORK[0].score_shard(shard)
