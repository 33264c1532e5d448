"""Records of a file: JSON Lines (plain, gzip, zstd), a JSON list, CSV, Parquet, a folder, or the hub."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean

from ..errors import BadSample, InputLimitError
from ..limits.files import iter_lines, read_capped
from ..limits.folders import check_folder
from ..limits.memory import MemoryBudget
from ..limits.remote import hide_credentials, is_url, name_path
from ..limits.syntax import describe_json_error, parse_json
from .csv_rows import iter_csv_rows
from .parquet import IMAGES, iter_parquet_rows, unpack
from .record_file import open_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .hub import HubName

HUB = "hf:"
"""Prefix of a name on the hub, even if a local file has the same name."""
SPLIT = "test"
_BLANK = 500
"""Bytes that a blank line counts for."""
PARQUET, CSV, JSON = ".parquet", ".csv", ".json"
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_FILE_NAME = re.compile(r"\.(jsonl?|gz|csv|parquet|txt|toml|tsv|zip|zst|xz)$", re.IGNORECASE)


def iter_records(source: str, *, streaming: bool = False) -> Iterator[tuple[str, Any]]:
    """Yield each record with its place ("line 3", "row 3").

    `source` is a path, or `hf:owner/set`, also with a revision and a split: `hf:owner/set@revision:split`. A name
    `owner/set` without such a file is on the hub. Rows of Parquet files that ifharness wrote are unpacked.

    The file at a URL is downloaded first. With `streaming` the caller holds one record at a time, so the memory cap is
    for each of them. Raises `BadSample`.
    """
    if is_url(source):
        yield from _remote(source, streaming=streaming)
        return
    if _is_dataset(source):
        yield from _dataset(source.removeprefix(HUB))
        return
    path = Path(source)
    if is_parquet(source):
        for number, row in enumerate(iter_parquet_rows(path, streaming=streaming), 1):
            yield f"row {number}", unpack(row)
    elif _is_csv(source):
        for number, row in enumerate(iter_csv_rows(path, streaming=streaming), 1):
            yield f"row {number}", row
    elif (listed := _whole_list(path)) is not None:
        for number, record in enumerate(listed, 1):
            yield f"record {number}", record
    else:
        for number, record in iter_numbered(path, streaming=streaming):
            yield f"line {number}", record


def _is_dataset(source: str) -> bool:
    """Return whether a source is read through `datasets`: a folder, or a name on the hub."""
    return source.startswith(HUB) or Path(source).is_dir() or (not Path(source).exists() and is_hub_name(source))


def _remote(source: str, *, streaming: bool) -> Iterator[tuple[str, Any]]:
    """Yield the records of the file at a URL; raises `BadSample`."""
    from ..sources.support.download import local_copy

    with local_copy(source) as path:
        try:
            yield from iter_records(str(path), streaming=streaming)
        except BadSample as error:
            raise BadSample(str(error).replace(str(path), hide_credentials(source))) from None


def _whole_list(path: Path) -> list[Any] | None:
    """Return the content of a `.json` file that is one list, None for any other file; raises `BadSample`."""
    if path.suffix.lower() != JSON or not path.is_file():
        return None
    try:
        text = read_capped(path).decode("utf-8-sig")
        if not text.lstrip().startswith("["):
            return None
        MemoryBudget(path).add_json(text)
        found = parse_json(text)
    except InputLimitError as error:
        raise BadSample(str(error)) from None
    except (OSError, ValueError):  # read again line by line, which names the line
        return None
    return found if isinstance(found, list) else None


def is_hub_name(source: str) -> bool:
    """Return whether `source` looks like a name on the hub rather than a path."""
    if is_url(source):
        return False
    return source.startswith(HUB) or (bool(_HUB_NAME.fullmatch(source)) and not _FILE_NAME.search(source))


def _is_csv(source: str) -> bool:
    return str(name_path(source)).lower().removesuffix(".gz").removesuffix(".zst").endswith(CSV)


def is_parquet(source: str | Path) -> bool:
    """Return whether the name of a file is that of a Parquet file."""
    return name_path(source).suffix.lower() == PARQUET


def stem(source: str) -> str:
    """Return the short name of a source: a file without its suffixes, a set without its owner."""
    if source.startswith(HUB) and not is_url(source) and not Path(source.removeprefix(HUB)).exists():
        source = re.split("[@:]", source.removeprefix(HUB))[0]
    return re.sub(r"(\.(jsonl?|gz|zst|parquet|csv))+$", "", name_path(source).name, flags=re.IGNORECASE) or "questions"


def iter_numbered(path: Path, *, streaming: bool = False) -> Iterator[tuple[int, Any]]:
    """Yield line number and value of a JSON Lines file, gzip and zstd recognised.

    `streaming` is that of `iter_records`. Raises `BadSample` naming file and line.
    """
    number = 0
    try:
        with open_records(path) as content:
            budget = MemoryBudget(path, streaming=streaming)
            for number, line in enumerate(iter_lines(content, path), 1):
                if not line.strip():
                    budget.add(_BLANK)  # a bomb of blank lines takes time
                    continue
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                budget.add_json(text)
                if text.strip():
                    yield number, parse_json(text)
                budget.end_record()
    except ValueError as error:
        raise BadSample(f"{path}, line {number}: {describe_json_error(error)}") from None


def _dataset(name: str) -> Iterator[tuple[str, Any]]:
    """Read a folder, or a set on the hub, through `datasets`."""
    name, _, split = name.partition(":") if not Path(name).exists() else (name, "", "")
    if Path(name).is_dir():
        return _rows(_load_folder(Path(name), f"the folder {name}"), split, name, f"{HUB}{name}")
    from .hub import HubError, HubName

    wanted = HubName(*name.split("@", 1))
    try:
        return load_from_hub(wanted, split)[0]
    except HubError as error:
        raise BadSample(
            f"the set {wanted} cannot be loaded from the Hugging Face hub: {error}. No file or folder has this name "
            "either. Check the name and the network (HF_HUB_OFFLINE=1 forbids it), or download the set and give the "
            "file's path"
        ) from None


def load_from_hub(wanted: HubName, split: str = "") -> tuple[Iterator[tuple[str, Any]], str]:
    """Return the rows of a set on the hub with their places, and the commit they are from.

    Raises `HubError` with the reason alone if the set cannot be downloaded, `BadSample` if it cannot be read or has no
    such split.
    """
    from .hub import fetch_dataset

    folder, commit = fetch_dataset(wanted)
    splits = _load_folder(folder, f"the set {wanted} of the Hugging Face hub", wanted.config)
    return _rows(splits, split, str(wanted), f"{HUB}{wanted}"), commit


def _load_folder(folder: Path, shown: str, config: str = "") -> Mapping[str, Any]:
    """Return the splits of a folder by name, read through `datasets` with a temporary cache; raises `BadSample`."""
    from tempfile import TemporaryDirectory

    try:
        check_folder(folder)
    except (InputLimitError, OSError, EOFError, zlib.error, ValueError) as error:
        raise BadSample(f"{shown} cannot be read as a data set: {error}") from None
    from datasets import load_dataset
    from datasets.exceptions import DatasetGenerationError

    from ..sources.support.tables import quiet_datasets

    with TemporaryDirectory() as cache, quiet_datasets():
        try:
            splits = load_dataset(str(folder), config or None, cache_dir=cache, keep_in_memory=True)
        except (OSError, ValueError, DatasetGenerationError) as error:
            why = " ".join(str(error.__cause__ or error).split())
            raise BadSample(f"{shown} cannot be read as a data set: {why}") from None
    return {str(split): rows for split, rows in splits.items()}


def _keep_bytes(rows: Any) -> Any:
    """Return rows with their pictures as the bytes of the files."""
    from datasets import Image, List

    if isinstance(kind := rows.features.get(IMAGES), List) and isinstance(kind.feature, Image):
        return rows.cast_column(IMAGES, List(Image(decode=False)))
    return rows


def _rows(splits: Mapping[str, Any], split: str, name: str, source: str) -> Iterator[tuple[str, Any]]:
    known = list(splits)
    wanted = split or (known[0] if len(known) == 1 else SPLIT)
    if wanted not in known:
        raise BadSample(
            f"the set {name} has no split {wanted!r}{did_you_mean(wanted, known)} "
            f"(splits: {', '.join(known)}); name one with {source}:SPLIT"
        )
    for number, row in enumerate(_keep_bytes(splits[wanted]), 1):
        yield f"row {number}", unpack(row)
