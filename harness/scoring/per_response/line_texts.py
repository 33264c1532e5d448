"""Lines of a file, of which only the places are in memory."""

from __future__ import annotations

import os
from array import array
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, BinaryIO
from weakref import finalize

from ...errors import StoreError
from ...store.files import open_plain, read_problem
from ...store.journal import encode, iter_file_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_IN_MEMORY = 1 << 20
"""Bytes of lines that stay in memory; more are read again, those made here from a temporary file."""


class LineTexts:
    """The lines of a file, or of records made here."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._at = array("q")
        self._end = 0
        self._file: IO[bytes] | None = None
        self._state: tuple[int, int, int] | None = None

    @property
    def name(self) -> str:
        """What the lines are of, for messages."""
        return str(self._path or "the verdicts")

    def iter_file(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield number and record of each line of the file, and remember where it is; raises `StoreError`."""
        assert self._path is not None
        try:
            with open_plain(self._path) as file:
                self._state = _state_of(file)
                source: BinaryIO = file
                if self._state[1] <= _IN_MEMORY:
                    self._file = source = BytesIO(file.read(_IN_MEMORY))
                for number, start, record in iter_file_lines(source, self._path, torn_end=False):
                    self._at.append(start)
                    yield number, record
                self._end = self._state[1]
        except OSError as error:
            raise read_problem(self._path, error) from None

    def iter_made(self, records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield records, each written to a temporary file before."""
        file = SpooledTemporaryFile(_IN_MEMORY, prefix="ifharness-")  # noqa: SIM115 - open as long as this
        finalize(self, file.close)
        self._file = file
        for record in records:
            line = encode(record)
            self._at.append(self._end)
            file.write(line)
            self._end += len(line)
            yield record

    def __getitem__(self, number: int) -> bytes:
        """Read a line; raises `StoreError` if the file is not the one that was read."""
        file = self._file = self._file or self._open()
        end = self._at[number + 1] if number + 1 < len(self._at) else self._end
        file.seek(self._at[number])
        return file.read(end - self._at[number])

    def _open(self) -> IO[bytes]:
        assert self._path is not None
        try:
            file = open_plain(self._path)
        except OSError as error:
            raise read_problem(self._path, error) from None
        if _state_of(file) != self._state:
            file.close()
            raise StoreError(f"{self._path}: was changed while it was read; give the command again")
        finalize(self, file.close)
        return file


def _state_of(file: IO[bytes]) -> tuple[int, int, int]:
    found = os.fstat(file.fileno())
    return found.st_ino, found.st_size, found.st_mtime_ns
