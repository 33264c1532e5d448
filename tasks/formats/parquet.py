"""packed: samples as rows of one shape, for Parquet: what differs from sample to sample stands in JSON texts.

Parameters of one name have different types in different instructions, and a column has one type. So `parameters` and
`meta` are texts; `prompt` and what is told of the article stand in columns of their own as well, to be looked at.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from ..errors import BadSample
from .canary import CANARY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TOLD = ("title", "published", "licence", "url", CANARY)
"""Entries of `meta` that are columns too."""
_TEXTS = ("id", "task", "article_id", "rules", "prompt", "meta", *TOLD)
_KEYS = frozenset({"format", "turns", "instructions", "meta"})


def pack(record: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a record of `samples.jsonl`."""
    user = ["".join(part["text"] for part in turn["parts"]) for turn in record["turns"] if turn["role"] == "user"]
    told = {name: str(record["meta"].get(name) or "") for name in TOLD}
    parameters = [
        {"id": item["id"], "parameters": _json({name: value for name, value in item.items() if name != "id"})}
        for item in record["instructions"]
    ]
    return {**record, "prompt": "\n\n".join(user), "instructions": parameters, "meta": _json(record["meta"]), **told}


def unpack(record: Any) -> Any:
    """Return the record of `samples.jsonl` that a row was made of; anything else as it is. Raises `BadSample`."""
    if not (isinstance(record, dict) and record.keys() >= _KEYS and isinstance(record["meta"], str)):
        return record
    try:
        instructions = [{**json.loads(item["parameters"]), "id": item["id"]} for item in record["instructions"]]
        found = {**record, "instructions": instructions, "meta": json.loads(record["meta"])}
    except (ValueError, TypeError, KeyError) as error:
        raise BadSample(f"sample {record.get('id')}: parameters or meta is no JSON object: {error}") from None
    return {name: value for name, value in found.items() if name not in ("prompt", *TOLD)}


def parquet(rows: Iterable[dict[str, Any]]) -> bytes:
    """Return a Parquet file of what `pack` returned; `datasets` reads its types from it."""
    from datasets import Dataset, Features, Value

    from ..sources.tables import quiet_datasets

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


def parquet_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a Parquet file; raises `BadSample`."""
    from pyarrow import parquet as files  # type: ignore[import-untyped]  # it has no types of its own

    try:
        found: list[dict[str, Any]] = files.read_table(path).to_pylist()
    except FileNotFoundError:
        raise BadSample(f"there is no file {path}") from None
    except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
        raise BadSample(f"{path} cannot be read as Parquet: {error}") from None
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
