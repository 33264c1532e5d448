"""verify_many: any number of responses, judged over several processes in bounded memory.

Items are read ahead by a window of chunks only, results come in the order of the items, and an item that cannot
be judged yields its error in its place.
"""

from __future__ import annotations

import pickle
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from .errors import BadInstruction, ScorersError, did_you_mean
from .rule_books import chain
from .verifier import verify, verify_both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import ProcessPoolExecutor

    from .checker import Checker
    from .verdict import Verdict

MODES = ("strict", "both")
"""What `reading` may be: the strict verdicts alone, or the loose ones beside them."""
CHUNK = 32
"""Items that go to a process at a time."""
WINDOW = 3
"""Chunks in flight for each process: one at work, one waiting for it, one on its way back."""

_CANNOT_TRAVEL = (pickle.PicklingError, AttributeError, ImportError, RecursionError, TypeError)
"""What pickling an item or reading it back raises; judging itself raises nothing."""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One response to judge, with the instructions it should follow and the prompt it answers."""

    response: str
    instructions: Sequence[dict[str, Any] | Checker]
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The verdicts of one item, in the order of its instructions."""

    strict: list[Verdict] = field(default_factory=list)
    loose: list[Verdict] = field(default_factory=list)
    """Empty unless both readings were asked for."""
    error: str = ""
    """Why the item could not be judged, or ""; an item with an error has no verdicts."""


Given = BatchItem | tuple[Any, ...]


def verify_many(
    items: Iterable[Given],
    *,
    rules: str = "audited",
    mode: str = "strict",
    processes: int | None = None,
) -> Iterator[BatchResult]:
    """Judge each of `items`, lazily and in their order.

    An item is an `Item` or a tuple (response, instructions) or (response, instructions, prompt). `reading` is
    `strict` or `both`. `processes` None takes every core that this process may use; 1 starts no process. At most
    `CHUNK * WINDOW` items a process are held at a time. What goes wrong with one item stands in its `error`.
    Raises `BadInstruction` for an unknown book or reading, `ValueError` for a count of processes below 1, and
    `ScorersError` if a process dies.
    """
    chain(rules)
    if mode not in MODES:
        raise BadInstruction(
            f"unknown reading {mode!r}{did_you_mean(mode, MODES)} (verify_many takes {' or '.join(MODES)})"
        )
    count = _cores() if processes is None else processes
    if count < 1:
        raise ValueError(f"processes is {processes}, but must be at least 1")
    if count == 1:
        return (_verify_item(item, rules, mode) for item in items)
    return _spread(iter(items), rules, mode, count)


def _verify_item(item: Given, rules: str, mode: str) -> BatchResult:
    """Judge one item; the library's broad `except` around a check stands here, and loses no other item."""
    try:
        given = item if isinstance(item, BatchItem) else _item(item)
        if mode == "both":
            return BatchResult(*verify_both(given.response, given.instructions, prompt=given.prompt, rules=rules))
        return BatchResult(verify(given.response, given.instructions, prompt=given.prompt, rules=rules))
    except ScorersError as error:
        return BatchResult(error=str(error))
    except Exception as error:  # noqa: BLE001  # a malformed item or a bug in a check: the other items go on
        return BatchResult(error=f"{type(error).__name__}{_where(error)}: {error}")


def _item(given: Any) -> BatchItem:
    if not isinstance(given, tuple | list) or len(given) not in (2, 3) or not isinstance(given[0], str):
        raise BadInstruction(
            f"an item is (response, instructions) or (response, instructions, prompt), got {given!r:.120}"
        )
    return BatchItem(*given)


def _where(error: Exception) -> str:
    """Name the file and line at which a check failed, or "" if none was at work."""
    from pathlib import Path
    from traceback import extract_tb

    frames = extract_tb(error.__traceback__)
    if len(frames) < 2:
        return ""
    frame = next((f for f in reversed(frames) if "checkers" in Path(f.filename).parts), frames[-1])
    return f" in {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno}"


def _verify_pickled(chunk: bytes, rules: str, mode: str) -> list[BatchResult]:
    """Judge a chunk in a worker; unpickled here, because a process that fails at it outside of this would die."""
    return [_verify_item(item, rules, mode) for item in pickle.loads(chunk)]  # noqa: S301  # our own parent wrote it


def _spread(items: Iterator[Given], rules: str, mode: str, processes: int) -> Iterator[BatchResult]:
    """Judge chunks in worker processes; a chunk is read when one before it has been handed on."""
    first, second = _chunk(items), _chunk(items)
    if not second:  # starting processes costs more than this
        yield from (_verify_item(item, rules, mode) for item in first)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(processes, initializer=_begin)
    flying: deque[Callable[[], list[BatchResult]]] = deque()
    ahead = deque([first, second])
    done = 0
    try:
        while True:
            while len(flying) < WINDOW * processes and (chunk := ahead.popleft() if ahead else _chunk(items)):
                flying.append(_sent(pool, chunk, rules, mode))
            if not flying:
                return
            judged = flying.popleft()()
            done += len(judged)
            yield from judged
    except BrokenProcessPool:
        raise ScorersError(
            f"a verifying process died after item {done} (out of memory, killed, or the main module does not guard "
            "what it runs with `if __name__ == '__main__':`); with processes=1 everything runs in this process"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _chunk(items: Iterator[Given]) -> list[Given]:
    return list(islice(items, CHUNK))


def _sent(pool: ProcessPoolExecutor, chunk: list[Given], rules: str, mode: str) -> Callable[[], list[BatchResult]]:
    """Send a chunk to the pool and return how to fetch its verdicts.

    What cannot travel (a checker class made inside a function, one that only this process can import) is judged
    in this process.
    """

    def here() -> list[BatchResult]:
        return [_verify_item(item, rules, mode) for item in chunk]

    try:
        future = pool.submit(_verify_pickled, pickle.dumps(chunk), rules, mode)
    except _CANNOT_TRAVEL:
        return here

    def fetched() -> list[BatchResult]:
        try:
            return future.result()
        except _CANNOT_TRAVEL:
            return here()

    return fetched


def _begin() -> None:
    """Prepare a worker: Ctrl-C is the parent's to handle, and without the parent there is nothing to do."""
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


def _cores() -> int:
    """Count the cores this process may use; a daemonic process may not start others, so it has one."""
    import os
    from multiprocessing import current_process

    if current_process().daemon:
        return 1
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
