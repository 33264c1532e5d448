"""Samples as rows of one schema, for Parquet; what differs between samples is JSON text.

Parameters of one name have different types in different instructions, and a column has one type. So `parameters` and
`meta` are texts. The prompt and the article's metadata are columns of their own as well, for viewers of data sets.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from ..errors import BadSample, InputLimitError
from ..limits.parquet import ParquetError, iter_parquet
from ..limits.syntax import parse_json
from .canary import CANARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

COPIED = ("title", "published", "licence", "url", CANARY)
"""Entries of `meta` that are columns as well."""
_TEXTS = ("id", "task", "article_id", "rules", "prompt", "meta", *COPIED)
_KEYS = frozenset({"format", "turns", "instructions", "meta"})


def pack(record: dict[str, Any]) -> dict[str, Any]:
    """Return the Parquet row of a record of `samples.jsonl`."""
    user = ["".join(part["text"] for part in turn["parts"]) for turn in record["turns"] if turn["role"] == "user"]
    copied = {name: str(record["meta"].get(name) or "") for name in COPIED}
    parameters = [
        {"id": item["id"], "parameters": _json({name: value for name, value in item.items() if name != "id"})}
        for item in record["instructions"]
    ]
    return {**record, "prompt": "\n\n".join(user), "instructions": parameters, "meta": _json(record["meta"]), **copied}


def unpack(record: Any) -> Any:
    """Return the record of `samples.jsonl` that `pack` made a row of; other values unchanged. Raises `BadSample`."""
    if not (isinstance(record, dict) and record.keys() >= _KEYS and isinstance(record["meta"], str)):
        return record
    try:
        instructions = [{**parse_json(item["parameters"]), "id": item["id"]} for item in record["instructions"]]
        found = {**record, "instructions": instructions, "meta": parse_json(record["meta"])}
    except (ValueError, TypeError, KeyError) as error:
        raise BadSample(f"sample {record.get('id')}: parameters or meta is not a JSON object: {error}") from None
    return {name: value for name, value in found.items() if name not in ("prompt", *COPIED)}


def parquet(rows: Iterable[dict[str, Any]]) -> bytes:
    """Return a Parquet file of packed rows; its schema is readable by `datasets`."""
    from datasets import Dataset, Features, Value

    from ..sources.support.tables import quiet_datasets

    text = Value("string")
    features = Features(
        {
            "format": Value("int64"),
            **dict.fromkeys(_TEXTS, text),
            "turns": [{"role": text, "parts": [{"type": text, "text": text}]}],
            "instructions": [{"id": text, "parameters": text}],
        }
    )
    held = io.BytesIO()
    with quiet_datasets():
        Dataset.from_list(list(rows), features=features).to_parquet(held)
    return held.getvalue()


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
