"""IFEval's question records (`input_data`), which IFBench shares: `prompt`, `instruction_id_list`, `kwargs`, `key`.

IFBench's multi-turn records have `messages` too: a user turn, the response that is stored for it, and the turn with the
constraint. The stored response is sent as it is, and the response to the last turn is scored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import BadSample
from ..sample import ROLES, Turn
from .published_record import PublishedRecord, decode_cell, id_field, instructions_of, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAME, OTHER = "ifeval", "ifbench"
"""Names of the two sets in this format: of the task, and of the rule book."""
MULTITURN = "ifbench_multiturn"
"""IFBench's set with a stored first response: name of its task; its rule book is IFBench's."""
_FAMILIES = frozenset(
    """change_case combination detectable_content detectable_format keywords language length_constraints punctuation
    startend""".split()
)
"""IFEval's families; IFBench's own ids belong to others."""


def matches(record: Mapping[str, Any]) -> bool:
    """Say whether a record is of this format."""
    return {"prompt", "instruction_id_list"} <= record.keys()


def read(record: Mapping[str, Any]) -> PublishedRecord:
    """Read a record as one of IFEval's; raises `BadSample`."""
    key = id_field(record, "key")
    return PublishedRecord(
        id="" if key is None else str(key),
        task=NAME,
        turns=_turns(record),
        instructions=instructions_of(record),
        rules=NAME,
        meta={} if key is None else {"key": key},
    )


def set_of(questions: Iterable[PublishedRecord]) -> str:
    """Return which set these are: the one with stored responses, IFEval's if all instructions are, else IFBench's."""
    known = list(questions)
    if any(turn.role == "assistant" for question in known for turn in question.turns):
        return MULTITURN
    ids = (item["id"] for question in known for item in question.instructions)
    return NAME if all(id.partition(":")[0] in _FAMILIES for id in ids) else OTHER


def _turns(record: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Return the prompt as one turn, or the turns of a record that stores more than one; raises `BadSample`."""
    messages = decode_cell(record, "messages") if record.get("messages") is not None else []
    if not isinstance(messages, list):
        raise BadSample(f"messages must be a list of records, got {messages!r:.80}")
    if len(messages) < 2:
        return (Turn.of("user", text_field(record, "prompt")),)
    turns = tuple(_turn(message, number) for number, message in enumerate(messages, 1))
    if turns[-1].role != "user":
        raise BadSample(f"the last of {len(turns)} messages is of the role {turns[-1].role}; the user's is answered")
    return turns


def _turn(message: Any, number: int) -> Turn:
    role, text = (message.get("role"), message.get("content")) if isinstance(message, dict) else (None, None)
    if role not in ROLES or not isinstance(text, str) or not text:
        expected = f'{{"role": "user", "content": "..."}} (roles: {", ".join(ROLES)})'
        raise BadSample(f"message {number} must be a record such as {expected}, got {message!r:.80}")
    return Turn.of(role, text)
