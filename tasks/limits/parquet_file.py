"""Parquet files written a few rows at a time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from .memory import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_ROWS = 10_000
_MOST_BYTES = 8 * MEGABYTE
"""Characters of text and bytes of images of a row group."""


def group_rows(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in lists, each for one row group: few enough to be held."""
    group: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        group.append(row)
        size += sum(map(_size_of, row.values()))
        if len(group) >= _MOST_ROWS or size >= _MOST_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _size_of(value: object) -> int:
    if isinstance(value, dict):
        return sum(map(_size_of, value.values()))
    if isinstance(value, list):
        return sum(map(_size_of, value))
    return len(value) if isinstance(value, str | bytes) else 0


def parquet_pieces(schema: Any, tables: Iterable[Any]) -> Iterator[bytes]:
    """Yield a Parquet file of tables of pyarrow with one schema, piece by piece, with a row group for each table."""
    from pyarrow import PythonFile, parquet  # type: ignore[import-untyped]  # it has no types of its own

    sink = _Sink()
    with parquet.ParquetWriter(PythonFile(sink, mode="w"), schema) as writer:
        for table in tables:
            writer.write_table(table)
            yield sink.take()
    yield sink.take()


class _Sink(io.RawIOBase):
    """Takes what is written, for it to be passed on."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._before = 0

    def writable(self) -> bool:
        """Return that this can be written."""
        return True

    def write(self, data: Any) -> int:
        """Take some bytes."""
        self._held += data
        return len(data)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Return how many bytes were written; a writer only wants to know where it is."""
        return self._before + len(self._held)

    def close(self) -> None:
        """Do nothing: what is held is still to be taken."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        found = bytes(self._held)
        self._before += len(found)
        self._held.clear()
        return found
