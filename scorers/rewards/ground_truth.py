"""The ground truth of a training row: every published spelling, read into instruction ids and parameters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import BadInstruction
from .function_records import read_function_record
from .plain_values import parse_text, read_plain
from .text_score import RewardResult, check_options, score_text, summarize, summarize_unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WHAT = "a ground truth"
_MAX_WRAPPERS = 6
"""Lists and texts that may be around a record; the published sets have up to three."""
_IDS = ("instruction_id_list", "instruction_id")


@dataclass(frozen=True, slots=True)
class GroundTruth:
    """What a row of a training set says about its response."""

    instruction_id_list: tuple[str, ...]
    kwargs: tuple[Mapping[str, Any] | None, ...]
    """The parameters of each id."""
    prompt: str = ""
    """The prompt, where the record has it; instructions that refer to it need it."""
    is_one: bool = False
    """True: all ids together are one constraint, followed if all are (a record of RLVR-IFeval)."""


def parse_ground_truth(value: Any) -> GroundTruth:
    """Read a ground truth in any spelling that the published training sets have.

    It is a record or a list with one record, as a value or as a text in JSON or Python's notation. A record has
    `instruction_id` or `instruction_id_list` beside `kwargs` (IF_multi_constraints, IFEval, IFBench), or `func_name`
    beside arguments (RLVR-IFeval). A list of instruction records, each with an `id`, is read too.

    Arrays of pandas and texts as UTF-8 bytes are read like lists and texts. Raises `BadInstruction` for anything else;
    whether a checker has the ids is not looked at.
    """
    if isinstance(value, GroundTruth):
        return value
    record = read_plain(value, _WHAT)
    for _ in range(_MAX_WRAPPERS):
        if isinstance(record, str):
            record = read_plain(parse_text(record, _WHAT), _WHAT)
        elif isinstance(record, list | tuple) and len(record) == 1 and not _is_instruction(record[0]):
            record = record[0]
        else:
            break
    if isinstance(record, list | tuple) and record and all(map(_is_instruction, record)):
        return _read_instructions(list(record))
    if isinstance(record, dict) and "func_name" in record:
        pairs = read_function_record(record)
        return GroundTruth(tuple(id for id, _ in pairs), tuple(given for _, given in pairs), is_one=True)
    name = next((name for name in _IDS if isinstance(record, dict) and name in record), "")
    if name:
        return _read_lists(record[name], record.get("kwargs"), record.get("prompt"))
    if isinstance(record, list | tuple) and len(record) > 1:
        raise BadInstruction(f"a ground truth has one record, got {len(record)}: {value!r:.120}")
    raise BadInstruction(
        "a ground truth is a record with 'instruction_id' and 'kwargs' or with 'func_name', or a JSON or Python text "
        f"of one, got {value!r:.120}"
    )


def score_ground_truth(
    text: str,
    ground_truth: Any,
    *,
    prompt: str = "",
    rules: str = "audited",
    mode: str = "strict",
    reduce: str = "fraction",
    strip_thinking: bool = True,
    on_error: str = "raise",
    seconds: float | None = None,
) -> RewardResult:
    """Return what `score_text` returns, for a ground truth in any spelling of `parse_ground_truth`.

    `prompt` is used where the ground truth has none of its own.
    A ground truth that cannot be read is an error like an unknown id: it raises `BadInstruction`, makes the score
    None, or scores 0.
    """
    check_options(rules, mode, reduce, on_error, strip_thinking=strip_thinking, seconds=seconds)
    try:
        truth = parse_ground_truth(ground_truth)
        result = score_text(
            text,
            truth.instruction_id_list,
            truth.kwargs,
            prompt=truth.prompt or prompt,
            rules=rules,
            mode=mode,
            reduce=reduce,
            strip_thinking=strip_thinking,
            on_error=on_error,
            seconds=seconds,
        )
    except BadInstruction as error:
        if on_error == "raise":
            raise
        return summarize_unreadable(str(error), 1, reduce, on_error)
    return _as_one(result, reduce, on_error) if truth.is_one else result


def count_unknown_ids(ground_truths: Iterable[Any]) -> dict[str, int]:
    """Return the ids that no checker has, with the number of their uses, most used first.

    Use it on a training set before the training. Raises `BadInstruction` with the row, counted from 0, for a ground
    truth that cannot be read.
    """
    from ..catalog import load

    found: Counter[str] = Counter()
    for row, value in enumerate(ground_truths):
        try:
            found.update(parse_ground_truth(value).instruction_id_list)
        except BadInstruction as error:
            raise BadInstruction(f"row {row}: {error}") from None
    unknown: Counter[str] = Counter()
    for id, times in found.items():
        try:
            load(id)
        except BadInstruction:
            unknown[id] = times
    return dict(unknown.most_common())


def _as_one(result: RewardResult, reduce: str, on_error: str) -> RewardResult:
    """Return a result with one position: the failed verdict that decides, or the last one."""
    if result.errors:
        return summarize([None], {0: "; ".join(result.errors.values())}, reduce, on_error)
    found = [verdict for verdict in result.verdicts if verdict is not None]
    decisive = next((verdict for verdict in found if not verdict.followed), found[-1])
    return summarize([decisive], {}, reduce, on_error)


def _is_instruction(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str) and not any(name in value for name in _IDS)


def _read_instructions(records: list[dict[str, Any]]) -> GroundTruth:
    kwargs = tuple({name: value for name, value in record.items() if name != "id"} for record in records)
    return GroundTruth(tuple(record["id"] for record in records), kwargs)


def _read_lists(ids: Any, kwargs: Any, prompt: Any) -> GroundTruth:
    ids, kwargs = (_parse_list(one) for one in (ids, kwargs))
    if isinstance(ids, str):
        ids = [ids]
        kwargs = [kwargs] if isinstance(kwargs, dict | None) else kwargs
    if not isinstance(ids, list | tuple) or not ids or not all(isinstance(id, str) for id in ids):
        raise BadInstruction(f"a ground truth needs a list of at least one instruction id, got {ids!r:.80}")
    if kwargs is None:
        kwargs = [None] * len(ids)
    if not isinstance(kwargs, list | tuple) or len(kwargs) != len(ids):
        raise BadInstruction(f"a ground truth needs a record of kwargs for each of {len(ids)} ids, got {kwargs!r:.80}")
    return replace(GroundTruth(tuple(ids), tuple(kwargs)), prompt=prompt if isinstance(prompt, str) else "")


def _parse_list(value: Any) -> Any:
    """Return the list that a text holds, in columns that have one type for all rows; anything else as it is."""
    is_text = isinstance(value, str) and value.lstrip().startswith(("[", "{"))
    return read_plain(parse_text(value, _WHAT), _WHAT) if is_text else value
