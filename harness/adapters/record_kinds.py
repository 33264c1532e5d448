"""What the fields of a response and a failure must be where they are read from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.limits.value_kinds import (
    AMOUNT,
    COUNTS,
    FLAG,
    TEXT,
    TEXTS,
    WHOLE,
    ValueKind,
    find_wrong_kind,
    list_of,
    or_null,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

RESPONSE, FAILURE = "response", "failure"
_TURN = ValueKind(
    lambda turn: isinstance(turn, dict) and TEXT.fits(turn.get("text")) and TEXT.fits(turn.get("stop", "")), "a turn"
)
_COMMON = {"model": TEXT, "usage": or_null(COUNTS), "cost": or_null(AMOUNT), "seconds": AMOUNT, "attempts": WHOLE}
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


def find_wrong_field(record: Mapping[str, object], kind: str) -> str:
    """Return which field of a record is missing or of a wrong type, "" if all fit; `kind` is RESPONSE or FAILURE.

    Fields of later versions are not looked at.
    """
    missing = next((name for name in _REQUIRED[kind] if name not in record), "")
    return f"{missing} is missing" if missing else find_wrong_kind(record, _FIELDS[kind])
