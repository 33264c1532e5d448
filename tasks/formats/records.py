"""Records of a question set: from a JSON Lines file (plain or gzip), CSV, Parquet, a data set folder, or the hub."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean

from ..errors import BadSample
from .parquet import parquet_rows, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase, BufferedReader

HUB = "hf:"
"""Prefix that says that a name is one of the hub, whatever lies in the working folder."""
SPLIT = "test"
PARQUET, CSV = ".parquet", ".csv"
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_FILE_NAME = re.compile(r"\.(jsonl?|gz|csv|parquet|txt|toml|tsv|zip|zst|xz)$", re.IGNORECASE)
_GZIP = b"\x1f\x8b"


def iter_records(source: str) -> Iterator[tuple[str, Any]]:
    """Yield each record with its place ("line 3", "row 3").

    `source` is a path, or `hf:owner/set`, `hf:owner/set:split`; a name `owner/set` that no file has is the hub's.
    Samples that were packed for Parquet come unpacked. Raises `BadSample`.
    """
    if source.startswith(HUB):
        yield from _dataset(source.removeprefix(HUB))
    elif Path(source).is_dir() or (not Path(source).exists() and is_hub_name(source)):
        yield from _dataset(source)
    elif is_parquet(source):
        for number, row in enumerate(parquet_rows(Path(source)), 1):
            yield f"row {number}", unpack(row)
    elif Path(source).suffix.lower() == CSV:
        for number, row in enumerate(_csv_rows(Path(source)), 1):
            yield f"row {number}", row
    else:
        for number, record in iter_numbered(Path(source)):
            yield f"line {number}", record


def is_hub_name(source: str) -> bool:
    """Say whether `source` looks like a name on the hub rather than a path."""
    return source.startswith(HUB) or (bool(_HUB_NAME.fullmatch(source)) and not _FILE_NAME.search(source))


def is_parquet(source: str | Path) -> bool:
    """Say whether the name of a file is that of a Parquet file."""
    return Path(source).suffix.lower() == PARQUET


def stem(source: str) -> str:
    """Return the short name of a source: the file's without its endings, the set's without its owner."""
    if source.startswith(HUB) and not Path(source.removeprefix(HUB)).exists():
        source = source.removeprefix(HUB).partition(":")[0]
    return re.sub(r"(\.(jsonl?|gz|parquet|csv))+$", "", Path(source).name, flags=re.IGNORECASE) or "questions"


def iter_numbered(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield line number and value of a JSON Lines file, gzip recognised; raises `BadSample` naming file and line."""
    number = 0
    try:
        # Opened once: what a pipe has given is gone.
        with path.open("rb") as file, _unpacked(file) as unpacked:
            for number, line in enumerate(unpacked, 1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if text.strip():
                    yield number, json.loads(text)
    except FileNotFoundError:
        raise BadSample(f"there is no file {path}") from None
    except json.JSONDecodeError as error:
        raise BadSample(f"{path}, line {number}: not valid JSON ({error.msg} at column {error.colno})") from None
    except RecursionError:
        raise BadSample(f"{path}, line {number}: not usable JSON (it is nested too deeply)") from None
    except UnicodeDecodeError as error:
        raise BadSample(f"{path}, line {number}: not UTF-8 (byte {error.start} of the line)") from None
    except (OSError, EOFError, zlib.error) as error:
        raise BadSample(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _csv_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file, its first row being the names; raises `BadSample` naming the file and the line."""
    import csv

    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            for row in rows:
                number = rows.line_num
                if None in row or None in row.values():
                    names = len(rows.fieldnames or ())
                    raise BadSample(
                        f"{path}, line {number}: the row has another number of cells than the {names} names"
                    )
                yield row
    except FileNotFoundError:
        raise BadSample(f"there is no file {path}") from None
    except csv.Error as error:
        raise BadSample(f"{path}, after line {number}: not valid CSV ({error})") from None
    except UnicodeDecodeError as error:
        raise BadSample(f"{path}, after line {number}: not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise BadSample(f"{path} cannot be read: {error.strerror or error}") from None


def is_packed(path: Path) -> bool:
    """Say whether a file is compressed by gzip; raises `OSError`."""
    with path.open("rb") as file:
        return file.read(len(_GZIP)) == _GZIP


def _unpacked(file: BufferedReader) -> BufferedIOBase:
    if file.peek(len(_GZIP))[: len(_GZIP)] != _GZIP:
        return file
    import gzip

    return gzip.open(file, "rb")


def _dataset(name: str) -> Iterator[tuple[str, Any]]:
    """Read through `datasets`: a folder into a cache that is thrown away, the hub into the user's own."""
    name, _, split = name.partition(":") if not Path(name).exists() else (name, "", "")
    if Path(name).is_dir():
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as cache:
            yield from _loaded(name, split, cache)
    else:
        yield from _loaded(name, split, None)


def _loaded(name: str, split: str, cache: str | None) -> Iterator[tuple[str, Any]]:
    from datasets import load_dataset
    from datasets.exceptions import DatasetGenerationError

    from ..sources.tables import quiet_datasets

    with quiet_datasets():
        try:
            splits = load_dataset(name, cache_dir=cache, keep_in_memory=cache is not None)
        except (OSError, ValueError, DatasetGenerationError) as error:
            raise BadSample(_unreachable(name, error, local=cache is not None)) from None
        known = [str(known) for known in splits]
        wanted = split or (known[0] if len(known) == 1 else SPLIT)
        if wanted not in known:
            raise BadSample(
                f"the question set {name} has no split {wanted!r}{did_you_mean(wanted, known)} "
                f"(splits: {', '.join(known)}); "
                f"name one with {HUB}{name}:SPLIT"
            )
        for number, row in enumerate(splits[wanted], 1):
            yield f"row {number}", unpack(row)


def _unreachable(name: str, error: Exception, *, local: bool) -> str:
    why = " ".join(str(error.__cause__ or error).split())
    if local:
        return f"the folder {name} cannot be read as a data set: {why}"
    return (
        f"the question set {name} cannot be had from the Hugging Face hub: {why}. No file or folder has this name "
        f"either. Check the name and the network (HF_HUB_OFFLINE=1 forbids it), or download the questions and give "
        f"the file's path"
    )
