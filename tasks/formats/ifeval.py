"""IFEval's question records (`input_data`), which IFBench shares: `prompt`, `instruction_id_list`, `kwargs`, `key`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..sample import Turn
from .published_record import PublishedRecord, id_field, instructions_of, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAME, OTHER = "ifeval", "ifbench"
"""Names of the two sets in this format: of the task, and of the rule book."""
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
        turns=(Turn.of("user", text_field(record, "prompt")),),
        instructions=instructions_of(record),
        rules=NAME,
        meta={} if key is None else {"key": key},
    )


def set_of(questions: Iterable[PublishedRecord]) -> str:
    """Return which set these are: IFEval's if all instructions are, else IFBench's."""
    ids = (item["id"] for question in questions for item in question.instructions)
    return NAME if all(id.partition(":")[0] in _FAMILIES for id in ids) else OTHER
