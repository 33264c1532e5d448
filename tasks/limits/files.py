"""Files that the user names: opened without waiting for ever, read up to a cap, gzip and pipes included."""

from __future__ import annotations

import io
import os
import select
import stat
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import InputLimitError
from .memory import MEGABYTE, memory_cap
from .unpacked import GZIP, ZSTD, open_gzip, open_zstd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

LONGEST_LINE = 16 * MEGABYTE
"""Bytes of one line of a JSON Lines file."""
SMALL_FILE = 1 * MEGABYTE
"""Bytes of a file that people write by hand, such as a wording file."""
WRITER_SECONDS = 5.0
"""Seconds in which a process must have opened a named pipe for writing."""
SILENT_SECONDS = 60.0
"""Seconds that a pipe may be silent."""
TOTAL_SECONDS = 600.0
"""Seconds in which a pipe must have delivered everything."""
_POLL = 0.02


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """Open a file or pipe for reading bytes.

    Raises `InputLimitError` for a device, a folder, or a pipe that stays silent, and `OSError`.
    """
    file = _open(path)
    try:
        yield file
    finally:
        file.close()


def _open(path: Path) -> BinaryIO:
    # Without O_NONBLOCK, opening a named pipe waits for its writer, for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(handle, "rb")
    if stat.S_ISFIFO(mode):
        return io.BufferedReader(_Pipe(handle, path))  # type: ignore[type-var]  # for the mode that files have
    os.close(handle)
    kind = "a directory" if stat.S_ISDIR(mode) else "a device or socket"
    raise InputLimitError(f"{path} is {kind}, but must be a file")


def check_regular(path: Path) -> None:
    """Raise `InputLimitError` for what is no regular file; a missing one passes."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if not stat.S_ISREG(mode):
        raise InputLimitError(f"{path} is a directory, pipe or device, but must be a regular file")


class _Pipe(io.RawIOBase):
    """Reads a pipe with a deadline for its writer, for each silence and for all of it."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path
        self._started = time.monotonic()
        self._begun = False

    def readable(self) -> bool:
        """Return that this can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # BufferedReader passes a memoryview
        """Read what is there, waiting within the deadlines."""
        since = time.monotonic()
        while True:
            if time.monotonic() - self._started > TOTAL_SECONDS:
                raise InputLimitError(f"{self._path} is a pipe that was not at its end after {TOTAL_SECONDS:.0f} s")
            try:
                found = os.read(self._handle, len(buffer))
            except BlockingIOError:
                self._begun = True
                if time.monotonic() - since > SILENT_SECONDS:
                    raise InputLimitError(
                        f"{self._path} is a pipe that delivered nothing for {SILENT_SECONDS:.0f} s"
                    ) from None
                select.select([self._handle], [], [], 1.0)
                continue
            if found or self._begun:
                self._begun = True
                buffer[: len(found)] = found
                return len(found)
            if time.monotonic() - since > WRITER_SECONDS:
                raise InputLimitError(f"{self._path} is a pipe that no process writes to")
            time.sleep(_POLL)

    def close(self) -> None:
        """Close the pipe."""
        if not self.closed:
            os.close(self._handle)
        super().close()


@contextmanager
def open_unpacked(file: BinaryIO, name: object = "the file") -> Iterator[BinaryIO]:
    """Give the content of a file, decompressed if it begins as gzip or zstd does.

    Reading raises `InputLimitError` for content that is far larger than the file.
    """
    assert isinstance(file, io.BufferedReader)
    begin = file.peek(len(ZSTD))
    if begin.startswith(GZIP):
        with open_gzip(file, name) as content:
            yield content
    elif begin.startswith(ZSTD):
        with open_zstd(file, name) as content:
            yield content
    else:
        yield file


def is_compressed(path: Path) -> bool:
    """Return whether a regular file is compressed by gzip or zstd; raises `OSError`."""
    with path.open("rb") as file:
        return file.read(len(ZSTD)).startswith((GZIP, ZSTD))


def iter_lines(file: BinaryIO, name: object) -> Iterator[bytes]:
    """Yield the lines of a file; raises `InputLimitError` for one that is too long."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise InputLimitError(
                f"{name}, line {number}: longer than {LONGEST_LINE // MEGABYTE} MB; one record a line is expected"
            )
        yield line


def read_capped(path: Path, cap: int | None = None) -> bytes:
    """Return the content of a file; raises `InputLimitError` if it has more than `cap` bytes, and `OSError`."""
    most = memory_cap() if cap is None else cap
    with open_input(path) as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise InputLimitError(f"{path} is larger than {most / MEGABYTE:g} MB, the most that is read")
    return found
