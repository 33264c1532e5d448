"""Records of a sample set: from a JSON Lines file (plain or gzip), CSV, Parquet, a data set folder, or the hub."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean

from ..errors import BadSample, InputLimitError
from ..limits.files import iter_lines
from ..limits.folders import check_folder
from ..limits.memory import MemoryBudget
from ..limits.syntax import describe_json_error, parse_json
from .csv_rows import iter_csv_rows
from .parquet import iter_parquet_rows, unpack
from .record_file import open_records

if TYPE_CHECKING:
    from collections.abc import Iterator

HUB = "hf:"
"""Prefix of a name on the hub, even if a local file has the same name."""
SPLIT = "test"
_BLANK = 500
"""Bytes that a blank line counts for."""
PARQUET, CSV = ".parquet", ".csv"
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_URL = re.compile(r"(?:https?|ftp|s3|gs)://", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.(jsonl?|gz|csv|parquet|txt|toml|tsv|zip|zst|xz)$", re.IGNORECASE)


def iter_records(source: str) -> Iterator[tuple[str, Any]]:
    """Yield each record with its place ("line 3", "row 3").

    `source` is a path, `hf:owner/set` or `hf:owner/set:split`. A name `owner/set` without such a file is on the hub.
    Rows of Parquet files that ifharness wrote are unpacked. Raises `BadSample`.
    """
    if _URL.match(source):
        raise BadSample(
            f"{source} is a web address, which ifharness does not read samples from; download it (curl -LO {source}) "
            f"and give the file, or name a data set on the Hugging Face hub: {HUB}owner/set"
        )
    if source.startswith(HUB):
        yield from _dataset(source.removeprefix(HUB))
    elif Path(source).is_dir() or (not Path(source).exists() and is_hub_name(source)):
        yield from _dataset(source)
    elif is_parquet(source):
        for number, row in enumerate(iter_parquet_rows(Path(source)), 1):
            yield f"row {number}", unpack(row)
    elif Path(source).suffix.lower() == CSV:
        for number, row in enumerate(iter_csv_rows(Path(source)), 1):
            yield f"row {number}", row
    else:
        for number, record in iter_numbered(Path(source)):
            yield f"line {number}", record


def is_hub_name(source: str) -> bool:
    """Return whether `source` looks like a name on the hub rather than a path."""
    return source.startswith(HUB) or (bool(_HUB_NAME.fullmatch(source)) and not _FILE_NAME.search(source))


def is_parquet(source: str | Path) -> bool:
    """Return whether the name of a file is that of a Parquet file."""
    return Path(source).suffix.lower() == PARQUET


def stem(source: str) -> str:
    """Return the short name of a source: a file without its suffixes, a set without its owner."""
    if source.startswith(HUB) and not Path(source.removeprefix(HUB)).exists():
        source = source.removeprefix(HUB).partition(":")[0]
    return re.sub(r"(\.(jsonl?|gz|parquet|csv))+$", "", Path(source).name, flags=re.IGNORECASE) or "questions"


def iter_numbered(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield line number and value of a JSON Lines file, gzip recognised; raises `BadSample` naming file and line."""
    number = 0
    try:
        with open_records(path) as content:
            budget = MemoryBudget(path)
            for number, line in enumerate(iter_lines(content, path), 1):
                if not line.strip():
                    budget.add(_BLANK)  # a bomb of blank lines takes time
                    continue
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                budget.add_json(text)
                if text.strip():
                    yield number, parse_json(text)
    except ValueError as error:
        raise BadSample(f"{path}, line {number}: {describe_json_error(error)}") from None


def _dataset(name: str) -> Iterator[tuple[str, Any]]:
    """Read a folder through `datasets` with a temporary cache; a set on the hub is downloaded to a folder first."""
    from tempfile import TemporaryDirectory

    name, _, split = name.partition(":") if not Path(name).exists() else (name, "", "")
    folder, shown = Path(name), f"the folder {name}"
    if not folder.is_dir():
        from .hub import fetch_dataset

        folder, shown = fetch_dataset(name), f"the set {name} of the Hugging Face hub"
    try:
        check_folder(folder)
    except (InputLimitError, OSError, EOFError, zlib.error, ValueError) as error:
        raise BadSample(f"{shown} cannot be read as a data set: {error}") from None
    with TemporaryDirectory() as cache:
        yield from _load_split(name, folder, split, cache, shown)


def _load_split(name: str, folder: Path, split: str, cache: str, shown: str) -> Iterator[tuple[str, Any]]:
    from datasets import load_dataset
    from datasets.exceptions import DatasetGenerationError

    from ..sources.support.tables import quiet_datasets

    with quiet_datasets():
        try:
            splits = load_dataset(str(folder), cache_dir=cache, keep_in_memory=True)
        except (OSError, ValueError, DatasetGenerationError) as error:
            why = " ".join(str(error.__cause__ or error).split())
            raise BadSample(f"{shown} cannot be read as a data set: {why}") from None
        known = [str(known) for known in splits]
        wanted = split or (known[0] if len(known) == 1 else SPLIT)
        if wanted not in known:
            raise BadSample(
                f"the set {name} has no split {wanted!r}{did_you_mean(wanted, known)} "
                f"(splits: {', '.join(known)}); "
                f"name one with {HUB}{name}:SPLIT"
            )
        for number, row in enumerate(splits[wanted], 1):
            yield f"row {number}", unpack(row)
