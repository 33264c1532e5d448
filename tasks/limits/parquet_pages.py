"""Sizes of the pages of a Parquet file, from their own headers: the sizes in the file's footer may be forged.

A reader allocates what the header of a page states and fails if the page decompresses to more, so these sizes bound its
memory. The headers are Thrift structures in the compact protocol, as the Parquet format describes them.
"""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import InputLimitError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_PAGES = 100_000
_DEEPEST = 8
"""Levels of structures in a header; the format has three."""
_NESTED_VALUE = 16
"""Bytes of a value of a list in memory, with its levels: a few bytes may stand for any number of equal ones."""
_UNCOMPRESSED, _COMPRESSED = 2, 3
_VALUE_COUNTS = (5, 7, 8)
"""Fields of a header that hold a structure with the number of values in field 1."""


class _Page(NamedTuple):
    """One page."""

    size: int
    """Bytes once decompressed."""
    values: int


def largest_group(path: Path, file: Any) -> int:
    """Return the bytes of the largest row group in memory; `file` is the file as pyarrow opened it.

    Raises `InputLimitError` for more pages than are read and `ValueError` for damaged headers, and `OSError`.
    """
    described = file.metadata
    with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        left, largest = _MOST_PAGES, 0
        for group in map(described.row_group, range(described.num_row_groups)):
            size = 0
            for number in range(described.num_columns):
                nested = file.schema.column(number).max_repetition_level > 0
                for page in _iter_pages(content, group.column(number)):
                    size += page.size + (_NESTED_VALUE * page.values if nested else 0)
                    left -= 1
                    if left < 0:
                        raise InputLimitError(f"{path} has more than {_MOST_PAGES:,} pages; write larger ones")
            largest = max(largest, size)
    return largest


def _iter_pages(content: mmap.mmap, column: Any) -> Iterator[_Page]:
    """Yield the pages of a column in a row group."""
    starts = (column.dictionary_page_offset if column.has_dictionary_page else None, column.data_page_offset)
    at = min((start for start in starts if start), default=len(content))  # 0: a column without values has no data page
    end = at + column.total_compressed_size
    while at < min(end, len(content)):
        try:
            header, at = _Header(content).read(at)
        except IndexError:
            raise ValueError("the header of a page is damaged") from None
        size, compressed = header.get(_UNCOMPRESSED), header.get(_COMPRESSED)
        if not (isinstance(size, int) and isinstance(compressed, int) and size >= 0 and compressed >= 0):
            raise ValueError("the header of a page states no size")
        counts = (header[field].get(1) for field in _VALUE_COUNTS if isinstance(header.get(field), dict))
        yield _Page(size, sum(count for count in counts if isinstance(count, int) and count > 0))
        at += compressed


class _Header:
    """Reads a structure in Thrift's compact protocol; only whole numbers and inner structures are returned."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content

    def read(self, at: int, depth: int = 0) -> tuple[dict[int, Any], int]:
        """Return the fields by number, and the place behind the structure; raises `ValueError` and `IndexError`."""
        if depth > _DEEPEST:
            raise ValueError("the header of a page is nested too deeply")
        fields: dict[int, Any] = {}
        number = 0
        while kind := self._content[at]:
            at += 1
            if kind >> 4:
                number += kind >> 4
            else:
                number, at = self._read_signed(at)
            fields[number], at = self._value(kind & 15, at, depth)
        return fields, at + 1

    def _value(self, kind: int, at: int, depth: int) -> tuple[Any, int]:
        if kind in (1, 2):  # true and false, which have no further byte
            return None, at
        if kind == 3:
            return None, at + 1
        if kind in (4, 5, 6):
            return self._read_signed(at)
        if kind == 7:
            return None, at + 8
        if kind == 8:
            length, at = self._read_unsigned(at)
            return None, at + length
        if kind == 12:
            return self.read(at, depth + 1)
        raise ValueError("the header of a page has a field of an unknown kind")

    def _read_unsigned(self, at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = self._content[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, at
            shift += 7
            if shift > 63:
                raise ValueError("the header of a page holds a number of too many digits")

    def _read_signed(self, at: int) -> tuple[int, int]:
        value, at = self._read_unsigned(at)
        return (value >> 1) ^ -(value & 1), at
