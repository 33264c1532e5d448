"""Samples as rows of one schema, for Parquet; what differs between samples is JSON text.

Parameters of one name have different types in different instructions, and a column has one type. So `parameters` and
`meta` are texts. The prompt and the article's metadata are columns of their own as well, for viewers of data sets.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from ..errors import BadSample, InputLimitError
from ..limits.parquet import ParquetError, iter_parquet
from ..limits.parquet_file import group_rows, parquet_pieces
from ..limits.syntax import parse_json
from .canary import CANARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ..pictures.picture import Picture

IMAGES = "images"
"""The column of the pictures of a sample; of an unpacked record, their content by sha256."""
COPIED = ("title", "published", "licence", "url", CANARY)
"""Entries of `meta` that are columns as well."""
_TEXTS = ("id", "task", "article_id", "rules", "prompt", "meta", *COPIED)
_KEYS = frozenset({"format", "turns", "instructions", "meta"})


def pack(record: dict[str, Any], pictures: Iterable[Picture] = ()) -> dict[str, Any]:
    """Return the Parquet row of a record of `samples.jsonl` and its pictures; raises `BadPicture`."""
    user = ["".join(part["text"] for part in turn["parts"]) for turn in record["turns"] if turn["role"] == "user"]
    copied = {name: str(record["meta"].get(name) or "") for name in COPIED}
    parameters = [
        {"id": item["id"], "parameters": _json({name: value for name, value in item.items() if name != "id"})}
        for item in record["instructions"]
    ]
    held = [{"bytes": picture.read(), "path": picture.name} for picture in pictures]
    more = {"instructions": parameters, "meta": _json(record["meta"]), **({IMAGES: held} if held else {})}
    return {**record, "prompt": "\n\n".join(user), **more, **copied}


def unpack(record: Any) -> Any:
    """Return the record of `samples.jsonl` that `pack` made a row of; other values unchanged. Raises `BadSample`."""
    if not (isinstance(record, dict) and record.keys() >= _KEYS and isinstance(record["meta"], str)):
        return record
    try:
        instructions = [{**parse_json(item["parameters"]), "id": item["id"]} for item in record["instructions"]]
        found = {**record, "instructions": instructions, "meta": parse_json(record["meta"])}
    except (ValueError, TypeError, KeyError) as error:
        raise BadSample(f"sample {record.get('id')}: parameters or meta is not a JSON object: {error}") from None
    if isinstance(images := found.get(IMAGES), list):
        held = (one.get("bytes") for one in images if isinstance(one, dict))
        found[IMAGES] = {hashlib.sha256(one).hexdigest(): one for one in held if isinstance(one, bytes)}
    return {name: value for name, value in found.items() if name not in ("prompt", *COPIED)}


def parquet(rows: Iterable[dict[str, Any]], *, shown: bool = False) -> Iterator[bytes]:
    """Yield the pieces of a Parquet file of packed rows, which `datasets` reads.

    With `shown`, pictures are a column of lists of images.
    """
    from datasets import Features, Image, Value
    from pyarrow import Table  # type: ignore[import-untyped]  # it has no types of its own

    text = Value("string")
    size = {"sha256": text, "width": Value("int64"), "height": Value("int64")} if shown else {}
    schema = Features(
        {
            "format": Value("int64"),
            **dict.fromkeys(_TEXTS, text),
            "turns": [{"role": text, "parts": [{"type": text, "text": text, **size}]}],
            "instructions": [{"id": text, "parameters": text}],
            **({IMAGES: [Image()]} if shown else {}),
        }
    ).arrow_schema
    groups = group_rows(map(_complete, rows) if shown else rows)
    yield from parquet_pieces(schema, (Table.from_pylist(group, schema=schema) for group in groups))


def _complete(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the fields of pictures in every part, and a list of images."""
    empty = dict.fromkeys(("sha256", "width", "height"))
    turns = [{**turn, "parts": [empty | part for part in turn["parts"]]} for turn in row["turns"]]
    return {IMAGES: [], **row, "turns": turns}


def iter_parquet_rows(path: Path, *, streaming: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file, as `iter_parquet` does; raises `BadSample`."""
    try:
        yield from iter_parquet(path, streaming=streaming)
    except FileNotFoundError:
        raise BadSample(f"there is no file {path}") from None
    except InputLimitError as error:
        raise BadSample(str(error)) from None
    except (OSError, ParquetError) as error:
        raise BadSample(f"{path} cannot be read as Parquet: {error}") from None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
