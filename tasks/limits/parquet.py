"""Rows of a Parquet file, decoded a few at a time within the memory cap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import InputLimitError
from .files import check_regular
from .memory import MEGABYTE, VARIABLE, MemoryBudget
from .parquet_pages import largest_group

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BATCH_BYTES = 32 * MEGABYTE
_MOST_ROWS = 1024
_MOST_COLUMNS = 1000
_COPIES = 3
"""A batch is in memory as pages, as a table and as Python values."""


class ParquetError(ValueError):
    """A file cannot be read as Parquet."""


def parquet_columns(path: Path) -> list[str]:
    """Return the names of the columns; raises as `iter_parquet` does."""
    with _Opened(path) as file:
        return [str(name) for name in file.schema_arrow.names]


def iter_parquet(path: Path, *, streaming: bool = False) -> Iterator[dict[str, Any]]:
    """Yield each row; with `streaming`, the memory cap is for one batch of them.

    A dictionary repeats one long text in a million rows for a few bytes each, so the sizes that the footer and the
    pages state are checked first, and then the memory of each batch. Raises `ParquetError`, `InputLimitError` and
    `OSError`.
    """
    from pyarrow import ArrowException  # type: ignore[import-untyped]  # it has no types of its own

    with _Opened(path) as file:
        budget = MemoryBudget(path, streaming=streaming, packed=path.stat().st_size)
        try:
            for batch in file.iter_batches(batch_size=_batch_size(file, budget.left, path), use_threads=False):
                budget.add(0 if batch.nbytes <= budget.left else batch.nbytes)
                for row in batch.to_pylist():
                    # The batch itself may hold a text once and refer to it from every row.
                    budget.add_value(row)
                    yield row
                budget.end_record()
        except (ArrowException, ValueError, MemoryError, OverflowError) as error:
            raise ParquetError(_one_line(error)) from None


class _Opened:
    """A Parquet file as pyarrow opens it, its errors turned into ours."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Any:
        from pyarrow import ArrowException, parquet

        check_regular(self._path)
        try:
            self._file = parquet.ParquetFile(self._path)
        except FileNotFoundError:
            raise
        except (ArrowException, ValueError, MemoryError) as error:
            raise ParquetError(_one_line(error)) from None
        except OSError as error:  # what pyarrow raises for a damaged footer too
            if error.errno is not None:
                raise
            raise ParquetError(_one_line(error)) from None
        return self._file

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()


def _batch_size(file: Any, most: int, path: Path) -> int:
    """Return how many rows fit into a batch, were each value as large as its whole column."""
    described = file.metadata
    if described.num_columns > _MOST_COLUMNS:
        raise InputLimitError(f"{path} has {described.num_columns} columns; at most {_MOST_COLUMNS} are read")
    groups = [described.row_group(number) for number in range(described.num_row_groups)]
    stated = max((group.total_byte_size for group in groups), default=0)
    if stated * _COPIES <= most:
        stated = max(stated, largest_group(path, file))
    if stated * _COPIES > most:
        raise InputLimitError(
            f"{path}: its content takes more than {most // MEGABYTE} MB of memory once it is decompressed; use a "
            f"part of it, write smaller row groups, or allow more with {VARIABLE}=MEGABYTES"
        )
    return max(1, min(_MOST_ROWS, min(_BATCH_BYTES, most // _COPIES) // max(1, stated)))


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
