"""Responses to Multi-IF's dialogues, up to three for each: from JSON, JSON Lines, or CSV with the set's own columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.errors import InputLimitError
from tasks.formats.multiif import (
    ABSENT,
    FAILURE_COLUMN,
    NAME,
    PROMPT_COLUMN,
    RESPONSE_COLUMN,
    TURNS,
    turn_key,
)
from tasks.formats.records import CSV, iter_records
from tasks.limits.files import read_capped
from tasks.limits.syntax import parse_json

from ...errors import ConfigError
from ..base import Response
from .answer_file import read_answers
from .external import AnswerFile, ExternalResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

_RESPONSES = "responses"


def read_dialogue_answers(source: str) -> AnswerFile:
    """Read the responses to dialogues; a file of another form is read as any file of responses.

    Forms: one JSON record of lists, by the key of the dialogue; JSON Lines with `key` and `responses`; CSV with `key`
    and `turn_1_response` and so on. A null is no response. Raises `ConfigError`, `BadSample`.
    """
    named = _whole_record(source)
    if named is None:
        _, first = next(iter(iter_records(source)), ("", None))
        if not isinstance(first, dict) or not _is_dialogue(first):
            return read_answers(source)
        named = dict(_of_record(source, place, record) for place, record in iter_records(source))
    found = tuple(one for key, said in named.items() for one in _responses(source, str(key), said))
    if not found:
        raise ConfigError(f"{source} holds no responses")
    return AnswerFile(source, NAME, found)


def _is_dialogue(record: dict[str, Any]) -> bool:
    return "key" in record and (isinstance(record.get(_RESPONSES), list) or RESPONSE_COLUMN.format(1) in record)


def _whole_record(source: str) -> dict[str, Any] | None:
    """Return the content of a file that is one JSON record of lists, None for any other file."""
    path = Path(source)
    if not path.is_file() or path.suffix.lower() == CSV:
        return None
    try:
        content = parse_json(read_capped(path).decode("utf-8-sig"))
    except (OSError, ValueError, InputLimitError):  # JSON Lines, Parquet, gzip, or what cannot be read at all
        return None
    lists = isinstance(content, dict) and content and all(isinstance(said, list) for said in content.values())
    return content if lists else None


def _of_record(source: str, place: str, record: Any) -> tuple[str, list[Any]]:
    """Return the key of a dialogue and its responses."""
    if not isinstance(record, dict) or not _is_dialogue(record):
        raise ConfigError(
            f"{source}, {place}: a record with key and {_RESPONSES} or {RESPONSE_COLUMN.format(1)} is expected"
        )
    said = record.get(_RESPONSES)
    if not isinstance(said, list):  # the set's own columns, with a cell for a turn that the dialogue may not have
        said = [record.get(RESPONSE_COLUMN.format(turn)) if _has_turn(record, turn) else None for turn in TURNS]
    return str(record["key"]), said


def _has_turn(record: dict[str, Any], turn: int) -> bool:
    """Return whether a row has a turn, and its request did not fail."""
    exists = record.get(PROMPT_COLUMN.format(turn), "unknown") not in ABSENT
    return exists and record.get(FAILURE_COLUMN.format(turn)) in ABSENT


def _responses(source: str, key: str, said: list[Any]) -> Iterator[ExternalResponse]:
    """Yield the responses of a dialogue, each with those before it."""
    earlier: list[dict[str, str]] = []
    for turn, text in enumerate(said, 1):
        if text is None:
            continue
        if not isinstance(text, str):
            raise ConfigError(f"{source}, {key}: the response of turn {turn} is no text but {text!r:.60}")
        if turn not in TURNS:
            raise ConfigError(f"{source}, {key}: has {len(said)} responses; a dialogue has at most {len(TURNS)} turns")
        read = unwrap(text)
        id = turn_key(key, turn)
        before = tuple(earlier) if len(earlier) == turn - 1 else ()
        yield ExternalResponse(id, (id,), "", Response("", 0, read, "", earlier=before))
        earlier.append({"text": read})


def unwrap(cell: str) -> str:
    """Return the text in a cell: JSON whose first element has a `response` is that, anything else is as it stands."""
    try:
        first = json.loads(cell)[0]
    except (ValueError, LookupError, TypeError, RecursionError):
        return cell
    return str(first["response"]) if isinstance(first, dict) and "response" in first else cell
