"""verify_many: any number of responses, judged over several processes in bounded memory.

Items are read ahead by a window of chunks only, results come in the order of the items, and an item that cannot
be judged yields its error in its place.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from .errors import BadInstruction, ScorersError, near
from .rules import chain
from .verify import verify, verify_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .checker import Checker
    from .verdict import Verdict

WAYS = ("strict", "both")
"""What `reading` may be: the strict verdicts alone, or the loose ones beside them."""
CHUNK = 32
"""Items that go to a process at a time."""
WINDOW = 3
"""Chunks in flight for each process: one at work, one waiting for it, one on its way back."""


@dataclass(frozen=True, slots=True)
class Item:
    """One response to judge, with the instructions it should follow and the prompt it answers."""

    response: str
    instructions: Sequence[dict[str, Any] | Checker]
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of one item, in the order of its instructions."""

    strict: list[Verdict] = field(default_factory=list)
    loose: list[Verdict] = field(default_factory=list)
    """Empty unless both readings were asked for."""
    error: str = ""
    """Why the item could not be judged, or ""; an item with an error has no verdicts."""


def verify_many(
    items: Iterable[Item | tuple[Any, ...]],
    *,
    rules: str = "audited",
    reading: str = "strict",
    processes: int | None = None,
) -> Iterator[Judged]:
    """Judge each of `items`, lazily and in their order.

    An item is an `Item` or a tuple (response, instructions) or (response, instructions, prompt). `reading` is
    `strict` or `both`. `processes` None takes every core that this process may use; 1 starts no process. At most
    `CHUNK * WINDOW` items a process are held at a time. What goes wrong with one item stands in its `error`.
    Raises `BadInstruction` for an unknown book or reading, `ValueError` for a count of processes below 1, and
    `ScorersError` if a process dies.
    """
    chain(rules)
    if reading not in WAYS:
        raise BadInstruction(
            f"unknown reading {reading!r}{near(reading, WAYS)} (verify_many takes {' or '.join(WAYS)})"
        )
    count = _cores() if processes is None else processes
    if count < 1:
        raise ValueError(f"processes is {processes}, but must be at least 1")
    if count == 1:
        return (_judge(item, rules, reading) for item in items)
    return _spread(iter(items), rules, reading, count)


def _judge(item: Item | tuple[Any, ...], rules: str, reading: str) -> Judged:
    """Judge one item; the library's broad `except` around a check stands here, and loses no other item."""
    try:
        given = item if isinstance(item, Item) else Item(*item)
        if not isinstance(given.response, str):
            raise TypeError(f"a response is a string, got {given.response!r:.80}")  # noqa: TRY301  # told as any other
        if reading == "both":
            return Judged(*verify_both(given.response, given.instructions, prompt=given.prompt, rules=rules))
        return Judged(verify(given.response, given.instructions, prompt=given.prompt, rules=rules))
    except ScorersError as error:
        return Judged(error=str(error))
    except Exception as error:  # noqa: BLE001  # a malformed item or a bug in a check: the other items go on
        return Judged(error=f"{type(error).__name__}{_where(error)}: {error}")


def _where(error: Exception) -> str:
    """Name the file and line at which a check failed, or "" if none was at work."""
    from pathlib import Path
    from traceback import extract_tb

    frames = extract_tb(error.__traceback__)
    if len(frames) < 2:
        return ""
    frame = next((f for f in reversed(frames) if "checkers" in Path(f.filename).parts), frames[-1])
    return f" in {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno}"


def _judge_chunk(chunk: list[Item | tuple[Any, ...]], rules: str, reading: str) -> list[Judged]:
    return [_judge(item, rules, reading) for item in chunk]


def _spread(items: Iterator[Item | tuple[Any, ...]], rules: str, reading: str, processes: int) -> Iterator[Judged]:
    """Judge chunks in worker processes; a chunk is read when one before it has been handed on."""
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(processes, initializer=_begin)
    flying: deque[Future[list[Judged]]] = deque()
    done = 0
    try:
        while True:
            while len(flying) < WINDOW * processes and (chunk := list(islice(items, CHUNK))):
                flying.append(pool.submit(_judge_chunk, chunk, rules, reading))
            if not flying:
                return
            judged = flying.popleft().result()
            done += len(judged)
            yield from judged
    except BrokenProcessPool:
        raise ScorersError(
            f"a verifying process died after item {done} (out of memory, killed, or the main module does not guard "
            "what it runs with `if __name__ == '__main__':`); with processes=1 everything runs in this process"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


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
