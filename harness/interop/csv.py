"""CSV that any spreadsheet can open, with texts of strangers in it that stay texts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# What makes a spreadsheet take a cell for a formula: the four signs, their full-width forms, and the characters
# that some programs skip before they look at the first one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_APOSTROPHE = "'"


def csv_cell(value: object) -> object:
    """Return the content of a cell: numbers as they are, a text that could be a formula behind an apostrophe.

    None is an empty cell; true and false are spelled so.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = to_integers(str(value))
    return f"{_APOSTROPHE}{text}" if text.startswith(_FORMULA) else text


def to_integers(text: str) -> str:
    r"""Return `text` in a form that UTF-8 can hold: a lone surrogate becomes its escape, such as \ud800."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def csv_lines(columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the lines of a CSV file in UTF-8, the head first, one record at a time; what a record lacks is empty."""
    yield _line(columns)
    for record in records:
        yield _line([csv_cell(record.get(name)) for name in columns])


def _line(cells: Iterable[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode("utf-8")
