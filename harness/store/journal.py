"""Journal: append-only JSON lines, where an append is over only when its line is on disk."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tasks.fast_json import dump_compact, dump_text

from ..errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_fast_loads: Callable[[bytes], Any]
try:
    from orjson import loads as _fast_loads
except ImportError:
    _fast_loads = json.loads

_BLOCK = 1 << 16
_sync = getattr(os, "fdatasync", os.fsync)
_GATHER = 0.01
"""Seconds in which lines gather for one sync: a sync a line would take more of the processor than the asking."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def encode(record: dict[str, Any]) -> bytes:
    """Return the line of a record, newline included: compact UTF-8, lone surrogates as JSON escapes.

    The bytes are those of the standard library whatever is installed, so that a record is the same everywhere.
    """
    if (quick := dump_compact(record)) is not None:
        return quick + b"\n"
    text = f"{dump_text(record)}\n"
    return text.encode("utf-8", "backslashreplace")  # of all characters, only lone surrogates cannot be UTF-8


def decode(line: bytes) -> dict[str, Any] | None:
    """Return the record of a line, None if the line is not a JSON object."""
    for loads in (_fast_loads, json.loads):  # the fast one refuses lone surrogates, which `encode` can write
        with suppress(ValueError, RecursionError):
            record = loads(line)
            return record if isinstance(record, dict) else None
    return None


def numbered_lines(path: Path, *, torn_end: bool = True) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield line number (from 1) and record of `placed_lines`."""
    for number, _, record in lines_with_offsets(path, torn_end=torn_end):
        yield number, record


def lines_with_offsets(path: Path, *, torn_end: bool = True) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield line number (from 1), first byte and record, one line in memory at a time; blank lines are passed over.

    A bad last line is what a killed writer leaves behind: it is left out if `torn_end`. Any other line that is not a
    JSON object raises `StoreError`.
    """
    bad = end = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                start, end = end, end + len(line)
                if not line.strip():
                    continue
                if bad:
                    break
                record = decode(line)
                if record is None:
                    bad = number
                    continue
                yield number, start, record
            else:
                bad = 0 if torn_end else bad
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from None
    if bad:
        raise StoreError(
            f"{path}, line {bad}: is not a JSON object. The file was changed or damaged after it was written: "
            f"restore it from a copy, or delete this line (what it held then counts as not there)"
        )


def read_lines(path: Path, *, torn_end: bool = True) -> Iterator[dict[str, Any]]:
    """Yield the records of `numbered_lines`."""
    for _, record in numbered_lines(path, torn_end=torn_end):
        yield record


def write_problem(path: Path, error: OSError) -> StoreError:
    """Say what kept `path` from being written, and what to do."""
    remedy = "free space" if error.errno in FULL else "make it writable"
    return StoreError(
        f"{path}: cannot be written: {error.strerror or error}. Everything written before is kept: "
        f"{remedy} and give the same command again"
    )


def sync_folder(folder: Path) -> None:
    """Bring the folder's list of names to disk: a new file survives a power cut only with it."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems sync no folders; then there is nothing to be had
            os.fsync(fd)
    finally:
        os.close(fd)


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all, and on disk when this returns; raises `StoreError`."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise write_problem(path, error) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what `write_whole` left half written in `folder` where its process was killed."""
    for path in folder.glob(".*.tmp"):
        pid = path.suffixes[-2][1:] if len(path.suffixes) > 1 else ""
        if pid.isdecimal() and not _alive(int(pid)):
            with suppress(OSError):
                path.unlink()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is another user's, or the number is none
        pass
    return True


class Journal:
    """An append-only file of JSON lines with one writer.

    A line is in the file when `write` returns, so that a killed process does not lose it, and on disk when what it
    returned was awaited. Lines that come shortly after each other share a sync, which a thread of its own
    waits for. Opening cuts a torn or malformed last line. Raises `StoreError` if the file cannot be written; what was
    appended before stays whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[asyncio.Future[None]] = []
        self._syncer: asyncio.Task[None] | None = None
        self._broken: StoreError | None = None
        fresh = not path.exists()
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                self._size = self._synced = _mend(self._fd)
                if fresh:
                    sync_folder(path.parent)
            except OSError:
                os.close(self._fd)
                raise
        except OSError as error:
            raise write_problem(path, error) from None
        self._thread: ThreadPoolExecutor | None = ThreadPoolExecutor(1, thread_name_prefix="journal")

    async def append(self, record: dict[str, Any]) -> None:
        """Write a record; returns when it is on disk.

        If the caller is cancelled while waiting, the record is brought to disk all the same.
        """
        await self.write(record)

    def write(self, record: dict[str, Any]) -> asyncio.Future[None]:
        """Write a record; returns what is done when it is on disk, or holds the `StoreError` of why it is not."""
        self._append(encode(record))
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(written)
        if self._syncer is None or self._syncer.done():
            self._syncer = asyncio.create_task(self._sync_all())
        return written

    def write_all(self, records: Iterable[dict[str, Any]]) -> None:
        """Write records and bring them to disk before it returns; raises `StoreError`."""
        for record in records:
            self._append(encode(record))
        self._sync(self._size)

    def close(self) -> None:
        """Bring to disk what is not there yet (its callers were cancelled) and close the file; raises `StoreError`."""
        if self._thread is None:
            return
        self._thread.shutdown(wait=True)
        self._thread = None
        try:
            if self._synced < self._size and not self._broken:
                self._sync(self._size)
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
        view = memoryview(line)
        done = 0
        try:
            while done < len(line):
                done += os.write(self._fd, view[done:])
        except OSError as error:
            problem = write_problem(self.path, error)
            try:
                os.ftruncate(self._fd, self._size)
            except OSError:
                self._broken = problem  # a line may be torn: nothing more may follow it
            raise problem from None
        self._size += len(line)

    def _sync(self, size: int) -> None:
        """Bring the first `size` bytes to disk; raises `StoreError`, after which nothing more is written."""
        try:
            _sync(self._fd)
        except OSError as error:
            # What was not on disk before may be lost now or later: what is certain stays.
            self._broken = write_problem(self.path, error)
            with suppress(OSError):
                os.ftruncate(self._fd, self._synced)
            raise StoreError(str(self._broken)) from None
        self._synced = size


def _mend(fd: int) -> int:
    """Cut a last line that is no record, end one that lacks its newline; return the size of the file."""
    size = os.fstat(fd).st_size
    start, line = _last_line(fd, size)
    if not line.strip():
        return size
    if decode(line) is None:
        os.ftruncate(fd, start)
        size = start
    elif not line.endswith(b"\n"):
        size += os.write(fd, b"\n")
    else:
        return size
    os.fsync(fd)
    return size


def _last_line(fd: int, size: int) -> tuple[int, bytes]:
    """Return where the last line that is not blank starts, and all bytes from there."""
    tail, start = b"", size
    while start > 0:
        step = min(_BLOCK, start)
        start -= step
        tail = os.pread(fd, step, start) + tail
        cut = tail.rstrip(b" \t\r\n").rfind(b"\n") + 1
        if cut:
            return start + cut, tail[cut:]
    return 0, tail
