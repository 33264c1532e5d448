"""Rows of a CSV file, its first row being the names of the columns."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from ..errors import BadSample
from ..limits.files import iter_lines
from ..limits.memory import MemoryBudget
from .record_file import open_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


def iter_csv_rows(path: Path, *, streaming: bool = False) -> Iterator[dict[str, str]]:
    """Yield the rows of a file, gzip and zstd recognised; raises `BadSample` naming file and line.

    With `streaming`, the memory cap is for one row and not for all of them.
    """
    budget = MemoryBudget(path, streaming=streaming)
    number = 0
    try:
        with open_records(path) as content:
            rows = csv.DictReader(_iter_text(content, path, budget), strict=True)
            for row in rows:
                number = rows.line_num
                if None in row or None in row.values():
                    names = f"another number of cells than the {len(rows.fieldnames or ())} names"
                    raise BadSample(f"{path}, line {number}: the row has {names}")
                yield row
                budget.end_record()
    except csv.Error as error:
        raise BadSample(f"{path}, after line {number}: not valid CSV ({error})") from None
    except UnicodeDecodeError as error:
        raise BadSample(f"{path}, after line {number}: not UTF-8 (byte {error.start} of the line)") from None


def _iter_text(content: BinaryIO, path: Path, budget: MemoryBudget) -> Iterator[str]:
    """Yield the lines with their ends; a byte order mark before the first one is left out."""
    for number, line in enumerate(iter_lines(content, path), 1):
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        budget.add_text(text)
        yield text
