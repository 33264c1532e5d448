"""Work in parts, mapped to results in this process or in several of this machine, in the order of the parts."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from scorers.batch.worker import follow_parent

from ...errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

AHEAD = 2
"""Parts a process that are at work or wait to be read."""

Part_contra = TypeVar("Part_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)
P = TypeVar("P")
R = TypeVar("R")


class PartJob(Protocol[Part_contra, Result_co]):
    """Work that can be done in parts; it can be pickled, and so can parts and results."""

    @property
    def resume(self) -> str:
        """What a user does after a process died."""
        ...

    def prepare(self) -> None:
        """Read what every part needs, before a process is forked that inherits it."""
        ...

    def run_part(self, part: Part_contra) -> Result_co:
        """Do a part of the work."""
        ...


_AT_WORK: list[PartJob[Any, Any]] = []
"""In a worker: what it works for."""


@contextmanager
def map_parts(job: PartJob[P, R], parts: Iterable[P], processes: int) -> Iterator[Iterator[R]]:
    """Give an iterator of what a job makes of each part, in order; with one process, this one makes it.

    The processes are forked at once, so that they share no open file with what the caller does next. A few parts are at
    work beyond the one that is waited for. The iterator raises what the job raises, and `StoreError` if a process dies.
    """
    if processes <= 1:
        yield map(job.run_part, parts)
        return
    from multiprocessing import get_context

    waiting = iter(parts)
    first = list(islice(waiting, AHEAD * processes))
    forked = can_fork()
    if forked and first:
        job.prepare()
        gc.freeze()  # garbage collection in a worker would copy the pages of all that it inherits
    context = get_context("fork" if forked else "spawn")
    processes = max(min(processes, len(first)), 1)
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(job,))
    try:
        running = deque(pool.submit(_run, part) for part in first)
        yield _iter_results(pool, job, running, waiting)
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()


def _iter_results(
    pool: ProcessPoolExecutor, job: PartJob[Any, Any], running: deque[Future[Any]], waiting: Iterator[object]
) -> Iterator[Any]:
    try:
        while running:
            found = running.popleft().result()
            running.extend(pool.submit(_run, part) for part in islice(waiting, 1))
            yield found
    except BrokenProcessPool:
        raise StoreError(f"a worker process died (out of memory, or killed). {job.resume}") from None


def can_fork() -> bool:
    """Return whether a process can be forked safely: on Linux, from a process without other threads."""
    return sys.platform == "linux" and threading.active_count() == 1


def count_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(job: PartJob[Any, Any]) -> None:
    """Prepare a worker: it ignores Ctrl-C, which is for the parent, and ends with the parent."""
    follow_parent()
    _AT_WORK[:] = [job]


def _run(part: object) -> object:
    return _AT_WORK[0].run_part(part)
