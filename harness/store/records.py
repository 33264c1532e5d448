"""The lines of `responses.jsonl`, `failures.jsonl` and `turns.jsonl`, checked before anything is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import StoreError
from .kinds import COUNTS, FLAG, NUMBER, TEXT, TEXTS, WHOLE, ValueKind, find_wrong_kind, list_of, or_null

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RESPONSE, FAILURE = "response", "failure"
_TURN = ValueKind(
    lambda turn: isinstance(turn, dict) and TEXT.fits(turn.get("text")) and TEXT.fits(turn.get("stop", "")), "a turn"
)
_COMMON = {"model": TEXT, "usage": or_null(COUNTS), "cost": or_null(NUMBER), "seconds": NUMBER, "attempts": WHOLE}
_FIELDS: dict[str, dict[str, ValueKind]] = {
    RESPONSE: {
        **_COMMON,
        "text": TEXT,
        "reasoning": TEXT,
        "stop": TEXT,
        "raw_stop": TEXT,
        "request_id": TEXT,
        "from_cache": FLAG,
        "started": TEXT,
        "unset": TEXTS,
        "wasted": or_null(COUNTS),
        "earlier": list_of(_TURN, "a list of tables with a text"),
        "turn": WHOLE,
    },
    FAILURE: {**_COMMON, "error": TEXT, "message": TEXT},
}
_REQUIRED = {RESPONSE: ("text", "model"), FAILURE: ("error", "model", "message")}


def check_record(record: Mapping[str, Any], kind: str, path: Path, number: int) -> tuple[str, int]:
    """Return the sample id and epoch of a line; raises `StoreError` naming file, line and field if it is damaged.

    `kind` is `RESPONSE` or `FAILURE`. Fields of later versions are not looked at.
    """
    id, epoch = record.get("sample_id"), record.get("epoch")
    if not isinstance(id, str) or type(epoch) is not int:
        raise StoreError(f"{path}, line {number}: sample_id or epoch is missing or of a wrong type")
    missing = next((name for name in _REQUIRED[kind] if name not in record), "")
    wrong = f"{missing} is missing" if missing else find_wrong_kind(record, _FIELDS[kind])
    if wrong:
        raise StoreError(f"{path}, line {number}: is not a {kind}: {wrong}")
    return id, epoch
