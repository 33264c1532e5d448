"""Journal: append-only JSON lines, where an append is complete only when its line is on disk."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tasks.fast_json import dump_line, parse_json

from ..errors import StoreError
from .files import NO_LINK, explain_link, open_plain, read_problem, sync_folder, write_problem
from .live.file_watch import FileWatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_BLOCK = 1 << 16
_sync = getattr(os, "fdatasync", os.fsync)
_GATHER = 0.01
"""Seconds in which lines gather for one sync: a sync a line would take more of the processor than the requests."""
LONGEST_LINE = 1 << 28
"""Bytes of a line at most: a longer one is no record of ifharness, and would fill the memory."""


def encode(record: dict[str, Any]) -> bytes:
    """Return the line of a record, newline included: compact UTF-8, lone surrogates as JSON escapes."""
    return dump_line(record) + b"\n"


def decode(line: bytes) -> dict[str, Any] | None:
    """Return the record of a line, None if the line is not a JSON object."""
    try:
        record = parse_json(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def numbered_lines(path: Path, *, torn_end: bool = True) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield line number (from 1) and record of `lines_with_offsets`."""
    for number, _, record in lines_with_offsets(path, torn_end=torn_end):
        yield number, record


def lines_with_offsets(path: Path, *, torn_end: bool = True) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield line number (from 1), first byte and record, one line in memory at a time; blank lines are skipped.

    A killed writer leaves a last line without its newline: `torn_end` skips such a line where it is no record. Any
    other line that is not a JSON object raises `StoreError`.
    """
    try:
        with open_plain(path) as file:
            yield from iter_file_lines(file, path, torn_end=torn_end)
    except OSError as error:
        raise read_problem(path, error) from None


def iter_file_lines(file: BinaryIO, path: Path, *, torn_end: bool) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield what `lines_with_offsets` yields, of an open file; raises `OSError` too."""
    number = end = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        start, end = end, end + len(line)
        if not line.strip():
            continue
        record = decode(line)
        if record is not None:
            yield number, start, record
        elif line.endswith(b"\n") or len(line) == LONGEST_LINE or not torn_end:
            raise damaged_line(path, number)


def damaged_line(path: Path, number: int) -> StoreError:
    """Return the error for a complete line that is not a JSON object."""
    return StoreError(
        f"{path}, line {number}: is not a JSON object. The file was changed or damaged after it was written: "
        f"restore it from a copy, or delete this line (the run then counts what it held as missing)"
    )


def read_lines(path: Path, *, torn_end: bool = True) -> Iterator[dict[str, Any]]:
    """Yield the records of `numbered_lines`."""
    for _, record in numbered_lines(path, torn_end=torn_end):
        yield record


class Journal:
    """An append-only file of JSON lines with one writer.

    A line is in the file when `write` returns, so that a killed process does not lose it, and on disk when the
    returned future is done. Lines that come shortly after each other share a sync, in a thread of its own. Opening
    cuts a last line that a killed writer left without its newline. Raises `StoreError` if the file cannot be written;
    what was appended before stays whole.

    Each sync checks that the file is still the one at its path. If another program removed, replaced or shortened it,
    the sync raises `StoreError`, so that the run ends; lines that come afterwards are still written, and `close` saves
    a removed file under another name.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[asyncio.Future[None]] = []
        self._syncer: asyncio.Task[None] | None = None
        self._broken: StoreError | None = None
        fresh = not path.exists()
        try:
            self._fd = _open(path)
            try:
                self._size = self._synced = _mend(self._fd, path)
                if fresh:
                    sync_folder(path.parent)
            except (OSError, StoreError):
                os.close(self._fd)
                raise
        except OSError as error:
            raise write_problem(path, error) from None
        self._watch = FileWatch(self._fd, path)
        self._thread: ThreadPoolExecutor | None = ThreadPoolExecutor(1, thread_name_prefix="journal")

    async def append(self, record: dict[str, Any]) -> None:
        """Write a record; returns when it is on disk.

        If the caller is cancelled while waiting, the record is brought to disk all the same.
        """
        await self.write(record)

    def write(self, record: dict[str, Any]) -> asyncio.Future[None]:
        """Write a record; the future is done when it is on disk, or holds the `StoreError` of why it is not."""
        self._append(encode(record))
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(written)
        if self._syncer is None or self._syncer.done():
            self._syncer = asyncio.create_task(self._sync_all())
        return written

    def write_all(self, records: Iterable[dict[str, Any]]) -> None:
        """Write records and bring them to disk before it returns; raises `StoreError`."""
        for record in records:
            self.add(record)
        self.flush()

    def add(self, record: dict[str, Any]) -> None:
        """Write a record, which is on disk after the next `flush`; raises `StoreError`."""
        self._append(encode(record))

    def flush(self) -> None:
        """Bring to disk what was added; raises `StoreError`."""
        self._sync(self._size)

    def close(self) -> None:
        """Bring to disk what is not there yet (its callers were cancelled) and close the file; raises `StoreError`."""
        if self._thread is None:
            return
        self._thread.shutdown(wait=True)
        self._thread = None
        try:
            if not self._broken:
                if self._synced < self._size:
                    self._sync(self._size)
                self._watch.check(self._size)
        except StoreError:
            if self._watch.change:
                raise self._watch.save() from None
            raise
        finally:
            self._waiting = []
            os.close(self._fd)

    async def _sync_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(_GATHER)
            batch, self._waiting = self._waiting, []
            problem = None
            try:
                await loop.run_in_executor(self._thread, self._sync, self._size)
            except StoreError as error:
                problem = str(error)
            for written in batch:
                if written.done():  # its caller was cancelled
                    continue
                if problem is None:
                    written.set_result(None)
                else:
                    written.set_exception(StoreError(problem))

    def _append(self, line: bytes) -> None:
        """Append a line, whole or not at all."""
        if self._broken:
            raise StoreError(str(self._broken))
        try:
            if self._watch.is_shortened(self._size):
                self._resume_shortened()
            self._write_line(line)
        except OSError as error:
            problem = write_problem(self.path, error)
            try:
                os.ftruncate(self._fd, self._size)
            except OSError:
                self._broken = problem  # a line may be torn: nothing more may follow it
            raise problem from None
        self._size += len(line)

    def _write_line(self, line: bytes) -> None:
        """Write a line to the end of the file; where the file was shortened meanwhile, behind its last whole line."""
        view, done = memoryview(line), 0
        while done < len(line):
            done += os.write(self._fd, view[done:])
        if self._watch.is_shortened(self._size + len(line)):
            before = max(0, os.fstat(self._fd).st_size - len(line))
            if os.pread(self._fd, len(line), before) == line:
                os.ftruncate(self._fd, before)
                self._resume_shortened()
                self._write_line(line)

    def _sync(self, size: int) -> None:
        """Bring the first `size` bytes to disk; raises `StoreError`, after a failed sync for every later line too."""
        try:
            _sync(self._fd)
        except OSError as error:
            # What was not on disk before may be lost now or later: what is certain stays.
            self._broken = write_problem(self.path, error)
            with suppress(OSError):
                os.ftruncate(self._fd, self._synced)
            raise StoreError(str(self._broken)) from None
        self._synced = size
        self._watch.check(size)

    def _resume_shortened(self) -> None:
        """Go to the end of a file that another program shortened; a line that it tore is cut."""
        try:
            self._size = self._synced = _mend(self._fd, self.path)
        except StoreError as error:
            self._broken = error
            raise


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | NO_LINK, 0o666)
    except OSError as error:
        raise explain_link(path, error) from None


def _mend(fd: int, path: Path) -> int:
    """Cut a last line without its newline that is no record, complete one that is; return the size of the file.

    Raises `StoreError` for a last line with its newline that is no record: a killed writer leaves no such line.
    """
    size = os.fstat(fd).st_size
    start, line = _last_line(fd, size)
    if len(line) > LONGEST_LINE:
        raise damaged_line(path, 1 + _count_newlines(fd, start))
    if not line.strip():
        return size
    whole = decode(line) is not None
    if line.endswith(b"\n"):
        if whole:
            return size
        raise damaged_line(path, 1 + _count_newlines(fd, start))
    if whole:
        size += os.write(fd, b"\n")
    else:
        os.ftruncate(fd, start)
        size = start
    os.fsync(fd)
    return size


def _count_newlines(fd: int, end: int) -> int:
    return sum(os.pread(fd, min(_BLOCK, end - at), at).count(b"\n") for at in range(0, end, _BLOCK))


def _last_line(fd: int, size: int) -> tuple[int, bytes]:
    """Return where the last line that is not blank starts, and all bytes from there."""
    start, found = size, False
    while start > 0:
        step = min(_BLOCK, start)
        start -= step
        block = os.pread(fd, step, start)
        if not found:
            block = block.rstrip(b" \t\r\n")
            found = bool(block)
        if cut := block.rfind(b"\n") + 1:
            start += cut
            break
    return start, os.pread(fd, min(size - start, LONGEST_LINE + 1), start)
