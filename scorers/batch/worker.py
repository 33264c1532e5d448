"""A worker process that verifies chunks of items, and is killed and replaced where one exceeds the time limit.

The worker notes in shared memory which item and which instruction it is at, and since when. The parent reads that
only while it waits, so a limit costs the fast path two stores in memory for each check.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from ..checker import Checker
from ..errors import ScorersError
from .item import BatchItem, BatchResult, read_item, verify_item

if TYPE_CHECKING:
    from collections.abc import Callable, MutableSequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from ..text.text import Text
    from ..verdict import Verdict
    from ..verifier import Prepared
    from .item import GivenItem

SLOW = 3.0
"""Seconds after which a check that is still at work is reported."""
_ITEM, _INSTRUCTION, _SINCE = range(3)
"""Places in the shared memory; `_SINCE` is 0 while no item is at work."""
_LONGEST = 10**9
"""Seconds that stand for no limit: the system takes no more than 63 bits, and infinity is no number of seconds."""
_SHOWN = 200
"""Characters of an instruction's parameters that an error shows."""
_CANNOT_TRAVEL = (pickle.PicklingError, AttributeError, ImportError, RecursionError, TypeError)
"""What pickling an item or reading it back raises; verifying an item raises nothing."""


class WorkerDiedError(Exception):
    """A worker ended by itself, for example because the system ran out of memory."""


@dataclass(frozen=True)
class WorkerSettings:
    """How the items are verified."""

    rules: str
    mode: str
    seconds: float | None = None
    on_slow: Callable[[str], None] | None = None


@dataclass
class Job:
    """A chunk of items with the results that are there so far."""

    items: list[GivenItem]
    results: list[BatchResult | None] = field(init=False)

    def __post_init__(self) -> None:
        self.results = [None] * len(self.items)

    @property
    def open(self) -> list[int]:
        """Places of the items without a result."""
        return [place for place, result in enumerate(self.results) if result is None]


class Worker:
    """One process, started with the first job and again after it was killed."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._process: BaseProcess | None = None
        self._progress: MutableSequence[float] = []
        self._places: list[int] = []
        self._reported = 0.0
        self.job: Job | None = None
        """The job at work, or None."""
        self.pipe: Connection

    def start(self, job: Job) -> None:
        """Send what is open of `job` to the process.

        What cannot travel (a checker class made inside a function, or one that only this process can import) is
        verified here, without a limit.
        """
        self.job, self._places = job, job.open
        try:
            chunk = pickle.dumps([job.items[place] for place in self._places])
        except _CANNOT_TRAVEL:
            self._verify_here()
            return
        if self._process is None:
            self._launch()
        try:
            self.pipe.send_bytes(chunk)
        except OSError as error:
            raise WorkerDiedError from error

    def receive(self) -> None:
        """Take the results of the job from the pipe; raises `WorkerDiedError` if there are none."""
        assert self.job is not None
        try:
            results = pickle.loads(self.pipe.recv_bytes())  # noqa: S301  # written by the process started here
        except (EOFError, OSError) as error:
            if not self._settings.seconds or not self._progress[_SINCE]:
                raise WorkerDiedError from error
            self._give_up("its check ended the verifying process")
            return
        if results is None:
            self._verify_here()
            return
        for place, result in zip(self._places, results, strict=True):
            self.job.results[place] = result
        self.job = None

    def enforce_limit(self) -> None:
        """Kill the process if the item at work exceeds the limit: that item gets an error, the others continue."""
        limit, since = self._settings.seconds, self._progress[_SINCE]
        if not limit or not since:
            return
        spent = monotonic() - since
        if spent > limit:
            self._give_up(f"no verdict after {limit:g} s, so its check was stopped")
        elif spent > SLOW and self._reported != since and self._settings.on_slow:
            self._reported = since
            self._settings.on_slow(f"{self._at_work()}: still being verified after {spent:.0f} s (limit {limit:g} s)")

    def abandon(self, why: str) -> None:
        """Kill the process, and give what is open of the job the error `why`."""
        assert self.job is not None
        self.stop()
        for place in self.job.open:
            self.job.results[place] = BatchResult(error=why)
        self.job = None

    @property
    def pid(self) -> int | None:
        """Return the id of the process, None if there is none."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """Kill the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self.pipe.close()
            self._process = None

    def _give_up(self, why: str) -> None:
        job, since = self.job, self._progress[_SINCE]
        assert job is not None
        self.stop()
        # The process may have come to another item before it was killed, which is not to blame.
        if since == self._progress[_SINCE]:
            place = self._places[int(self._progress[_ITEM])]
            job.results[place] = BatchResult(error=f"{self._at_work()}: {why}, and the response is unscored")
        if job.open:
            self.start(job)
        else:
            self.job = None

    def _at_work(self) -> str:
        """Describe the instruction at work: id, parameters (a pattern among them), length of the response."""
        assert self.job is not None
        item = read_item(self.job.items[self._places[int(self._progress[_ITEM])]])
        given = item.instructions[int(self._progress[_INSTRUCTION])]
        record = given.to_json() if isinstance(given, Checker) else given
        params = ", ".join(f"{name}={value!r}" for name, value in record.items() if name != "id")
        params = params if len(params) <= _SHOWN else f"{params[:_SHOWN]}…"
        return f"{record['id']}({params}) on a response of {len(item.response)} characters"

    def _verify_here(self) -> None:
        assert self.job is not None
        for place in self._places:
            self.job.results[place] = verify_item(self.job.items[place], self._settings.rules, self._settings.mode)
        self.job = None

    def _launch(self) -> None:
        import multiprocessing

        if multiprocessing.current_process().daemon:
            raise ScorersError(
                "verifying in other processes, and so with a time limit, is not possible in a daemonic process, which "
                "may not start any; use processes=1 without seconds"
            )
        context = multiprocessing.get_context()
        self.pipe, theirs = context.Pipe()
        self._progress = context.RawArray("d", 3)
        given = (theirs, self._progress, self._settings.rules, self._settings.mode, self._settings.seconds)
        process = context.Process(target=_serve, args=given, daemon=True)
        process.start()
        self._process = process
        theirs.close()


class _MarkedCheck:
    """A check that notes its number in shared memory when it begins."""

    __slots__ = ("_number", "_progress", "func")

    def __init__(self, func: Callable[[Text], Verdict], number: int, progress: MutableSequence[float]) -> None:
        self.func = func
        self._number = number
        self._progress = progress

    def __call__(self, text: Text) -> Verdict:
        self._progress[_INSTRUCTION] = self._number
        return self.func(text)


def _serve(pipe: Connection, progress: MutableSequence[float], rules: str, mode: str, seconds: float | None) -> None:
    """Verify chunks until the parent ends."""
    follow_parent()

    def mark(checks: Prepared) -> Prepared:
        return [(_MarkedCheck(check, number, progress), checker) for number, (check, checker) in enumerate(checks)]

    def verify_marked(number: int, item: GivenItem) -> BatchResult:
        progress[_ITEM], progress[_INSTRUCTION] = number, 0
        progress[_SINCE] = monotonic()
        return verify_item(item, rules, mode, mark)

    while True:
        chunk = pipe.recv_bytes()
        results: list[BatchResult] | None
        try:
            items: list[BatchItem] = pickle.loads(chunk)  # noqa: S301  # written by the parent
            if seconds:
                limit_processor_time(len(items) * seconds)
                results = [verify_marked(number, item) for number, item in enumerate(items)]
                progress[_SINCE] = 0
            else:
                results = [verify_item(item, rules, mode) for item in items]
        except _CANNOT_TRAVEL:
            results = None
        pipe.send_bytes(pickle.dumps(results))


def limit_processor_time(seconds: float) -> None:
    """Let the system end this process if a call runs for longer than `seconds`, after the parent has died.

    An expression that backtracks holds the interpreter, so the thread of `follow_parent` would never notice.
    """
    import resource
    from time import process_time

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(min(process_time() + seconds, _LONGEST)) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def follow_parent() -> None:
    """Prepare a worker: Ctrl-C is for the parent to handle, and without the parent the worker ends."""
    import os
    import signal
    from multiprocessing import connection, parent_process
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def leave() -> None:
        if parent is not None:
            connection.wait([parent.sentinel])
            os._exit(1)

    Thread(target=leave, daemon=True).start()
