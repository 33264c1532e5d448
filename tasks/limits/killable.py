"""A process that calls one function again and again, and is killed and replaced where a call exceeds its limits."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from scorers.batch.worker import follow_parent, limit_processor_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

LEAST_SECONDS = 2.0
"""After each call that exceeds its time the next ones get half as long, down to this."""
MEMORY = 250_000_000
"""Bytes of address space by which the process may grow."""
_CANNOT_TRAVEL = (pickle.PicklingError, AttributeError, TypeError)

GivenT = TypeVar("GivenT")
FoundT = TypeVar("FoundT")


class CallAbandonedError(Exception):
    """A call exceeded its time or memory; the text is the reason."""


class KillableWorker(Generic[GivenT, FoundT]):
    """Calls `function` within `seconds` and a limit of memory for each call, in a long-lived process of its own.

    Started with the first call; `stop` ends it. One thread at a time may use it. What cannot travel to another process
    (an object of a class that only this process can import) is handed to `function` here, without a limit.
    """

    def __init__(self, function: Callable[[GivenT], FoundT], seconds: float) -> None:
        self._function = function
        self._seconds = seconds
        self._process: BaseProcess | None = None
        self._pipe: Connection

    def call(self, given: GivenT) -> FoundT:
        """Return what the function returns, or raise what it raises; `CallAbandonedError` if it exceeds a limit."""
        try:
            request = pickle.dumps(given)
        except _CANNOT_TRAVEL:
            return self._function(given)
        if self._process is None:
            self._start()
        try:
            self._pipe.send_bytes(request)
            if self._pipe.poll(self._seconds):
                found = pickle.loads(self._pipe.recv_bytes())  # noqa: S301 - written by the process started here
                return self._function(given) if found is None else self._unpack(found)
            why = f"no result after {self._seconds:g} seconds"
            self._seconds = max(min(LEAST_SECONDS, self._seconds), self._seconds / 2)
        except (EOFError, OSError):
            why = "its process ended, for example because it took too much memory"
        self.stop()
        raise CallAbandonedError(why)

    @staticmethod
    def _unpack(found: tuple[FoundT] | Exception) -> FoundT:
        if isinstance(found, Exception):
            raise found
        return found[0]

    def stop(self) -> None:
        """Kill the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = None

    def _start(self) -> None:
        import multiprocessing

        context = multiprocessing.get_context()
        self._pipe, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._function, self._seconds), daemon=True)
        process.start()
        self._process = process
        theirs.close()


def _serve(pipe: Connection, function: Callable[[GivenT], FoundT], seconds: float) -> None:
    """Call the function for each request that comes through the pipe, until it is closed."""
    follow_parent()
    _limit_memory()
    with suppress(EOFError, OSError):
        while True:
            request = pipe.recv_bytes()
            limit_processor_time(seconds)
            found: tuple[FoundT] | Exception | None
            try:
                given = pickle.loads(request)  # noqa: S301 - written by the parent
            except (ImportError, AttributeError):
                found = None  # of a class that only the parent can import
            else:
                try:
                    found = (function(given),)
                except MemoryError:
                    return
                except Exception as error:  # noqa: BLE001 - raised again in the parent
                    found = _make_portable(error)
            pipe.send_bytes(pickle.dumps(found))


def _make_portable(error: Exception) -> Exception:
    """Return `error` if it can travel to the parent, else one that says the same."""
    try:
        return pickle.loads(pickle.dumps(error))  # type: ignore[no-any-return]  # noqa: S301 - written here
    except (*_CANNOT_TRAVEL, ImportError):
        return RuntimeError(f"{type(error).__name__}: {error}")


def _limit_memory() -> None:
    """Limit the address space of this process, so that a call fails before the machine swaps."""
    import resource

    with suppress(ValueError, OSError):
        used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, most))
