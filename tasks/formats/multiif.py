"""Multi-IF's rows: dialogues of two or three turns, each turn with the instructions of all turns up to it.

A row becomes one sample for each turn: the user's prompts so far, with gaps for the model's own responses in between.
The samples of a dialogue share `meta["group"]`, the key of the row, and `meta["turn"]` numbers them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..dialogue import LANGUAGE
from ..errors import BadSample
from ..limits.syntax import parse_json
from ..sample import GAP, GROUP, Turn
from .published_record import PublishedRecord, id_field, instructions_of, text_field

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "multiif"
"""Name of the format, and of the rule book."""
TURN = "turn"
"""Entry of `meta`: the number of the turn, from 1."""
LANGUAGES = {
    "Chinese": "zh",
    "English": "en",
    "French": "fr",
    "German": "de",
    "Hindi": "hi",
    "Italian": "it",
    "Portuguese": "pt",
    "Russian": "ru",
    "Spanish": "es",
    "Thai": "th",
    "Vietnamese": "vi",
}
"""The languages that the published scorer knows, each with its tag; eight of them are in the release."""
TURNS = (1, 2, 3)
PROMPT_COLUMN, RESPONSE_COLUMN, FAILURE_COLUMN = "turn_{}_prompt", "turn_{}_response", "turn_{}_failure"
"""Columns of a turn; the last two are ours: a response, or why there is none."""
ABSENT = ("", "None", None)
"""What the cells of a turn hold that the dialogue does not have."""


def matches(record: Mapping[str, Any]) -> bool:
    """Return whether a record is of this format."""
    return {"key", "language", "turn_1_prompt", "turn_1_instruction_id_list", "turn_1_kwargs"} <= record.keys()


def turn_key(key: str, turn: int) -> str:
    """Return the id of a turn's sample in its set, by which a response names it."""
    return f"{key}/turn_{turn}"


def read_turns(record: Mapping[str, Any]) -> tuple[list[PublishedRecord], list[tuple[str, str]]]:
    """Return a record for each turn of a row, and (id, message) for each turn that cannot be scored.

    The published scorer leaves out a turn whose list of ids is no JSON. Raises `BadSample` for anything else that
    does not fit.
    """
    key = id_field(record, "key")
    if key is None or key == "":
        raise BadSample("the row has no key, which names its dialogue")
    language = text_field(record, LANGUAGE)
    if language not in LANGUAGES:
        raise BadSample(f"unknown language {language!r:.60} (languages: {', '.join(sorted(LANGUAGES))})")
    found: list[PublishedRecord] = []
    left_out: list[tuple[str, str]] = []
    turns: list[Turn] = []
    for number in TURNS:
        cell = record.get(PROMPT_COLUMN.format(number))
        if cell in ABSENT:
            continue
        turns += [*([GAP] if turns else []), _prompt(cell, number)]
        id = turn_key(str(key), number)
        ids = _ids(record, number)
        if ids is None:
            left_out.append((id, f"{id}: turn_{number}_instruction_id_list is no JSON"))
            continue
        found.append(
            PublishedRecord(
                id=id,
                task=f"turn_{number}",
                turns=tuple(turns),
                instructions=instructions_of({"instruction_id_list": ids, "kwargs": _kwargs(record, number, len(ids))}),
                rules=NAME,
                article_id=f"{NAME}:{key}",
                meta={"key": id, GROUP: str(key), TURN: number, LANGUAGE: language},
            )
        )
    if not found and not left_out:
        raise BadSample("the row has no prompt in any turn")
    return found, left_out


def _prompt(cell: Any, number: int) -> Turn:
    """Return the user's turn: a cell is one message in JSON."""
    try:
        message = parse_json(cell) if isinstance(cell, str) else cell
        role, content = message["role"], message["content"]
    except (ValueError, KeyError, TypeError):
        role = content = None
    if role != "user" or not isinstance(content, str):
        raise BadSample(f'turn_{number}_prompt must be one message {{"role": "user", "content": ..}}, got {cell!r:.80}')
    return Turn.of("user", content)


def _ids(record: Mapping[str, Any], number: int) -> list[Any] | None:
    """Return the ids of a turn as they are; None if the cell is no JSON."""
    cell = record.get(f"turn_{number}_instruction_id_list")
    try:
        ids = parse_json(cell) if isinstance(cell, str) else cell
    except ValueError:
        return None
    if not isinstance(ids, list):
        raise BadSample(f"turn_{number}_instruction_id_list must be a list of ids, got {cell!r:.80}")
    return ids


def _kwargs(record: Mapping[str, Any], number: int, wanted: int) -> list[Any]:
    """Return the arguments of a turn, decoded twice; more of them than ids are ignored, as published."""
    name = f"turn_{number}_kwargs"
    cell = record.get(name)
    try:
        listed = parse_json(cell) if isinstance(cell, str) else cell
        if isinstance(listed, list):
            return [parse_json(item) if isinstance(item, str) else item for item in listed[:wanted]]
    except ValueError as error:
        raise BadSample(f"{name} is no JSON list of JSON records ({error})") from None
    raise BadSample(f"{name} must be a list of records, got {cell!r:.80}")
