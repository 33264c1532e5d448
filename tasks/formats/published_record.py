"""Published: one record of a published question set, in the terms that all formats share."""

from __future__ import annotations

from ast import literal_eval
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from scorers.errors import BadInstruction, ScorersError

from ..errors import BadSample
from ..limits.syntax import describe_json_error, is_too_deep, parse_json
from ..sample import Sample, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("question_id", "key")
"""What the published sets call the id of a question; it is saved under this name in a sample's `meta`."""


_LONGEST_LITERAL = 100_000
"""Characters of a Python literal: its parser takes far more memory than JSON's."""


class UnknownIds(BadSample):
    """A question uses instruction ids that no checker has; `ids` names them."""

    def __init__(self, message: str, ids: tuple[str, ...]) -> None:
        super().__init__(message)
        self.ids = ids


@dataclass(frozen=True)
class PublishedRecord:
    """One published question; its instructions are not built yet."""

    id: str
    """As published, numbers as text; "" if the record has none."""
    task: str
    turns: tuple[Turn, ...]
    instructions: tuple[dict[str, Any], ...]
    """Records with `id` and the published arguments, nulls left out."""
    rules: str
    article_id: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """What the user says."""
        return "\n\n".join(turn.text for turn in self.turns if turn.role == "user")

    def under(self, task: str, rules: str) -> PublishedRecord:
        """Return the question as one of another set, with that set's task and rule book."""
        return replace(self, task=task, rules=rules)

    def sample(self) -> Sample:
        """Build the sample; raises `UnknownIds`, and `BadSample` for an argument that does not fit."""
        from scorers import load

        unknown = {id: why for id in self._ids() if (why := _unknown(id))}
        if unknown:
            raise UnknownIds("; ".join(unknown.values()), tuple(unknown))
        try:
            instructions = [load(item["id"]).from_params(_arguments(item)) for item in self.instructions]
        except ScorersError as error:
            raise BadSample(str(error)) from None
        return Sample.build(
            self.task, self.turns, instructions, article_id=self.article_id, rules=self.rules, meta=self.meta
        )

    def _ids(self) -> list[str]:
        return list(dict.fromkeys(item["id"] for item in self.instructions))


def published_id(sample: Sample) -> str:
    """Return the id that the published set gives the question, as text; "" for a question of ours."""
    return next((str(sample.meta[name]) for name in NAMES if name in sample.meta), "")


def instructions_of(record: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return `instruction_id_list` and `kwargs` as records; raises `BadSample` if they do not fit each other.

    Either may be text, as in CSV files: JSON, or the Python literal that pandas writes. So may each of the `kwargs`.
    """
    ids, arguments = decode_cell(record, "instruction_id_list", "a list of ids"), decode_cell(record, "kwargs")
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise BadSample(f"instruction_id_list must be a list of ids, got {ids!r:.80}")
    if not ids:
        raise BadSample("instruction_id_list is empty, so nothing could be scored")
    if isinstance(arguments, dict) and arguments.keys() == {str(number) for number in range(len(ids))}:
        arguments = [arguments[str(number)] for number in range(len(ids))]  # inspect_ai's form
    if isinstance(arguments, list):
        arguments = [decode_cell({"kwargs": item}, "kwargs") for item in arguments]
    if not isinstance(arguments, list) or not all(isinstance(item, dict | None) for item in arguments):
        raise BadSample(f"kwargs must be a list of records, got {arguments!r:.80}")
    if len(ids) != len(arguments):
        raise BadSample(f"{len(ids)} instruction ids, but {len(arguments)} kwargs; they belong together one by one")
    return tuple(
        {"id": id} | {name: value for name, value in (given or {}).items() if value is not None}
        for id, given in zip(ids, arguments, strict=True)
    )


def decode_cell(record: Mapping[str, Any], name: str, expected: str = "a list of records") -> Any:
    """Return a value of a record; a text is decoded, from JSON or as a Python literal. Raises `BadSample`."""
    value = record.get(name)
    if not isinstance(value, str):
        return value
    try:
        return parse_json(value)
    except ValueError as error:
        problem = describe_json_error(error)
    try:
        if len(value) <= _LONGEST_LITERAL and not is_too_deep(value):
            return literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        pass
    raise BadSample(
        f"{name} must be {expected}, got the text {value!r:.60}, which is {problem} and no Python literal either"
    )


def text_field(record: Mapping[str, Any], name: str, *, default: str | None = None) -> str:
    """Return a text of a record, a time as its ISO date; raises `BadSample` for anything else."""
    value = record.get(name, default)
    if value is None and default is not None:
        return default
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise BadSample(f"{name} must be a text, got {value!r:.80}" if name in record else f"the record has no {name}")
    return value


def id_field(record: Mapping[str, Any], name: str) -> str | int | None:
    """Return the published id of a record as it stands, None if there is none; raises `BadSample`."""
    value = record.get(name)
    if isinstance(value, float) and value.is_integer():  # pandas makes floats of a column of integers with gaps
        return int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise BadSample(f"{name} must be a text or a whole number, got {value!r:.80}")
    return value


@cache
def _unknown(id: str) -> str:
    from scorers import load

    try:
        load(id)
    except BadInstruction as error:
        return str(error)
    return ""


def _arguments(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "id"}
