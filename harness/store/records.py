"""The lines of `responses.jsonl`, `failures.jsonl` and `turns.jsonl`, checked before anything is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..adapters.record_kinds import find_wrong_field
from ..errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def check_record(record: Mapping[str, Any], kind: str, path: Path, number: int) -> tuple[str, int]:
    """Return the sample id and epoch of a line; raises `StoreError` naming file, line and field if it is damaged.

    `kind` is `RESPONSE` or `FAILURE`.
    """
    id, epoch = record.get("sample_id"), record.get("epoch")
    if not isinstance(id, str) or type(epoch) is not int:
        raise StoreError(f"{path}, line {number}: sample_id or epoch is missing or of a wrong type")
    if wrong := find_wrong_field(record, kind):
        raise StoreError(f"{path}, line {number}: is not a {kind}: {wrong}")
    return id, epoch
