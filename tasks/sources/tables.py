"""Rows of a .jsonl, .csv or .parquet file as articles."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager
from datetime import date, datetime, time
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean

from ..article import Article
from ..errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from datasets import Dataset

_OPTIONAL = ("id", "title", "published", "origin", "licence", "url")
_NO_ROWS = ("corresponds to no data", "BatchSize must be greater than 0")
"""How `datasets` says that a table has columns and no rows."""


def rows(path: Path, fields: Mapping[str, str]) -> Iterator[tuple[Article, str]]:
    """Yield each row as an article, with the place where it stands; raises `SourceError`.

    A row without an id gets its number, a null text is a blank one.
    """
    read = _jsonl if path.suffix.lower() == ".jsonl" else _dataset
    columns, found = read(path, fields)
    names = column_names(path, columns, fields)
    for place, row in found:
        number = place.rpartition(" ")[2]
        blank = {"id": f"{path.stem}:{number}", "title": "", "origin": path.name}
        yield article_of(path, place, row, names, blank), place


def article_of(
    path: Path | str, place: str, row: Mapping[str, Any], names: Mapping[str, str], blank: Mapping[str, str]
) -> Article:
    """Return a row as an article: `names` says which column gives what, `blank` what stands where a value is blank."""
    text = row.get(names["text"])
    if not isinstance(text, str | None):
        raise SourceError(f"{path}, {place}: column {names['text']!r} is no text but {text!r:.40}")
    values = {name: _value(path, place, column, row.get(column)) for name, column in names.items()}
    return Article(**{**blank, **{name: value for name, value in values.items() if value or name == "text"}})


def column_names(path: Path | str, columns: Iterable[str], fields: Mapping[str, str]) -> dict[str, str]:
    """Return which column gives what of an article."""
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
    text = "" if value is None else str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise SourceError(f"{path}, {place}: column {column!r} holds half of a surrogate pair") from None
    return text


Found = tuple[list[str], "Iterable[tuple[str, dict[str, Any]]]"]


def _jsonl(path: Path, fields: Mapping[str, str]) -> Found:
    """Read and check line by line.

    Not through `datasets`: its JSON reader turns ISO dates into time stamps, and fails on blank lines and on ids
    that are numbers here and strings there, without saying in which line.
    """
    del fields
    found: list[tuple[str, dict[str, Any]]] = []
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode())
        except UnicodeDecodeError as error:
            raise SourceError(f"{path}, line {number} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
        except (json.JSONDecodeError, RecursionError) as error:
            raise SourceError(f"{path}, line {number} is no JSON: {error}") from None
        if not isinstance(row, dict):
            raise SourceError(f"{path}, line {number} is no JSON object but {row!s:.40}")
        found.append((f"line {number}", row))
    if not found:
        raise SourceError(f"{path} holds no article (it is empty)")
    return list(dict.fromkeys(name for _, row in found for name in row)), found


def _dataset(path: Path, fields: Mapping[str, str]) -> Found:
    """Read through `datasets`, into a cache that is thrown away."""
    from datasets.exceptions import DatasetGenerationError

    read = _from_csv if path.suffix.lower() == ".csv" else _from_parquet
    with quiet_datasets(), TemporaryDirectory() as cache:
        try:
            table = read(path, cache, fields)
            found = [(f"row {number}", row) for number, row in enumerate(table, 1)]
        except (DatasetGenerationError, OSError, ValueError, Warning) as error:
            why = " ".join(str(error.__cause__ or error).split())
            if any(words in why for words in _NO_ROWS):
                raise SourceError(f"{path} holds no article (it has no rows)") from None
            raise SourceError(f"{path} cannot be read as {path.suffix.lower()}: {why}") from None
        return list(table.column_names), found


def _from_csv(path: Path, cache: str, fields: Mapping[str, str]) -> Dataset:
    from datasets import Dataset
    from pandas.errors import ParserWarning  # type: ignore[import-untyped]  # pandas, which datasets needs, has no types

    # As text, so that an id 007 stays one and a town called NA is not a missing value.
    as_text = dict.fromkeys([*_OPTIONAL, "text", *fields.values()], str)
    with warnings.catch_warnings():
        # Rows with more fields than the header are otherwise moved or cut, with a warning that nobody reads.
        warnings.simplefilter("error", ParserWarning)
        return Dataset.from_csv(
            str(path),
            cache_dir=cache,
            keep_in_memory=True,
            encoding="utf-8-sig",
            converters=as_text,
            keep_default_na=False,
            index_col=False,
        )


def _from_parquet(path: Path, cache: str, fields: Mapping[str, str]) -> Dataset:
    from datasets import Dataset

    del fields
    return Dataset.from_parquet(str(path), cache_dir=cache, keep_in_memory=True)


@contextmanager
def quiet_datasets() -> Iterator[None]:
    """Silence `datasets` for a while: what goes wrong is told in our own words."""
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
