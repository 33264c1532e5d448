"""Rows of a .jsonl, .csv or .parquet file as articles."""

from __future__ import annotations

import csv
import reprlib
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean

from ...article import Article
from ...errors import InputLimitError, SourceError
from ...limits.files import LONGEST_LINE, iter_lines, open_input
from ...limits.memory import MemoryBudget
from ...limits.parquet import ParquetError, iter_parquet, parquet_columns
from ...limits.syntax import parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

_OPTIONAL = ("id", "title", "published", "origin", "licence", "url")


def iter_rows(path: Path, fields: Mapping[str, str]) -> Iterator[tuple[Article, str]]:
    """Yield each row as an article, with its place in the file; raises `SourceError`.

    A row without an id gets its number, a null text is a blank one.
    """
    try:
        columns, found = _LOADERS[path.suffix.lower()](path)
    except InputLimitError as error:
        raise SourceError(str(error)) from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from None
    names = column_names(path, columns, fields)
    for place, row in found:
        number = place.rpartition(" ")[2]
        blank = {"id": f"{path.stem}:{number}", "title": "", "origin": path.name}
        yield row_article(path, place, row, names, blank), place


def row_article(
    path: Path | str, place: str, row: Mapping[str, Any], names: Mapping[str, str], blank: Mapping[str, str]
) -> Article:
    """Return a row as an article; `names` maps its fields to columns, `blank` holds values for blank ones."""
    text = row.get(names["text"])
    if not isinstance(text, str | None):
        raise SourceError(f"{path}, {place}: column {names['text']!r} is no text but {_short(text)}")
    values = {name: _value(path, place, column, row.get(column)) for name, column in names.items()}
    return Article(**{**blank, **{name: value for name, value in values.items() if value or name == "text"}})


def column_names(path: Path | str, columns: Iterable[str], fields: Mapping[str, str]) -> dict[str, str]:
    """Return the column of each field of an article."""
    known = list(columns)
    names = {"text": "text", **{name: name for name in _OPTIONAL if name in known}, **fields}
    for name, column in names.items():
        if column not in known:
            raise SourceError(
                f"{path} has no column {column!r}{did_you_mean(column, known)} (columns: {', '.join(known)}); "
                f"name the column of the {name} with fields = {{{name} = ...}}"
            )
    return names


def _value(path: Path | str, place: str, column: str, value: Any) -> str:
    if isinstance(value, datetime) and value.time() == time() and value.tzinfo is None:
        value = value.date()
    if isinstance(value, date | datetime):
        return value.isoformat()
    try:
        text = "" if value is None else str(value)
    except ValueError:  # the interpreter's limit on the digits of an integer
        raise SourceError(f"{path}, {place}: column {column!r} holds an integer of too many digits") from None
    try:
        text.encode()
    except UnicodeEncodeError:
        raise SourceError(f"{path}, {place}: column {column!r} holds half of a surrogate pair") from None
    return text


def _short(value: object) -> str:
    """Return the beginning of a value's representation, whose whole may be as long as the file."""
    return f"{reprlib.repr(value)}"[:40]


Found = tuple[list[str], "Iterable[tuple[str, dict[str, Any]]]"]


def _load_jsonl(path: Path) -> Found:
    """Read and check line by line.

    Not through `datasets`: its JSON reader turns ISO dates into time stamps, and fails on blank lines and on ids
    that are numbers here and strings there, without naming the line.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    budget, number = MemoryBudget(path), 0
    try:
        with open_input(path) as file:
            for number, line in enumerate(iter_lines(file, path), 1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                budget.add_json(text)
                if not text.strip():
                    continue
                row = parse_json(text)
                if not isinstance(row, dict):
                    raise SourceError(f"{path}, line {number} is no JSON object but {_short(row)}")
                found.append((f"line {number}", row))
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}, line {number} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except ValueError as error:
        raise SourceError(f"{path}, line {number} is no JSON: {error}") from None
    if not found:
        raise SourceError(f"{path} holds no article (it is empty)")
    return list(dict.fromkeys(name for _, row in found for name in row)), found


def _load_csv(path: Path) -> Found:
    """Read every value as text, so that an id 007 keeps its zeros and a town called NA is not a missing value."""
    found: list[tuple[str, dict[str, Any]]] = []
    budget = MemoryBudget(path)
    with open_input(path) as file:
        # A field has no limit of its own: the lines do, and a quoted field with line ends counts in the budget.
        before = csv.field_size_limit(LONGEST_LINE)
        try:
            reader = csv.reader(_csv_lines(file, path, budget), strict=True)
            columns = next(reader, [])
            for row in reader:
                if not row:
                    continue
                if len(row) > len(columns):
                    raise SourceError(
                        f"{path}, line {reader.line_num}: {len(row)} fields, but the header has {len(columns)}"
                    )
                found.append((f"row {len(found) + 1}", dict(zip(columns, row, strict=False))))
        except csv.Error as error:
            raise SourceError(f"{path}, line {reader.line_num} cannot be read as .csv: {error}") from None
        except UnicodeDecodeError as error:
            raise SourceError(f"{path} is not UTF-8 (byte {error.start} of a line); save it as UTF-8") from None
        finally:
            csv.field_size_limit(before)
    if not columns:
        raise SourceError(f"{path} holds no article (it is empty)")
    if not found:
        raise SourceError(f"{path} holds no article (it has no rows)")
    return list(dict.fromkeys(columns)), found


def _csv_lines(file: BinaryIO, path: Path, budget: MemoryBudget) -> Iterator[str]:
    for number, line in enumerate(iter_lines(file, path), 1):
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        budget.add_json(text)
        yield text


def _load_parquet(path: Path) -> Found:
    try:
        columns = parquet_columns(path)
        found = [(f"row {number}", row) for number, row in enumerate(iter_parquet(path), 1)]
    except ParquetError as error:
        raise SourceError(f"{path} cannot be read as .parquet: {error}") from None
    if not found:
        raise SourceError(f"{path} holds no article (it has no rows)")
    return columns, found


_LOADERS = {".jsonl": _load_jsonl, ".csv": _load_csv, ".parquet": _load_parquet}


@contextmanager
def quiet_datasets() -> Iterator[None]:
    """Silence `datasets`; its errors become messages of our own."""
    import datasets

    bars, level = datasets.are_progress_bars_disabled(), datasets.logging.get_verbosity()
    datasets.disable_progress_bars()
    datasets.logging.set_verbosity(datasets.logging.CRITICAL)
    try:
        yield
    finally:
        datasets.logging.set_verbosity(level)
        if not bars:
            datasets.enable_progress_bars()
