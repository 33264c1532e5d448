"""The package `verifiers` and prime-rl: a taskset for the v1 interface, a reward function for the older one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..errors import BadInstruction, ScorersError
from .ground_truth import parse_ground_truth, score_ground_truth
from .plain_values import MAX_LENGTH
from .text_score import check_options
from .trainers import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Row = Mapping[str, Any]


_IFEVAL = ("instruction_id_list", "kwargs")
"""Columns of IFEval's records, which may be there in place of `ground_truth`."""


def verifiers_environment(
    rows: Iterable[Row] | Callable[[], Iterable[Row]],
    *,
    endless: bool = False,
    rules: str = "audited",
    mode: str = "strict",
    reduce: str = "fraction",
    strip_thinking: bool = True,
    on_error: str = "raise",
    seconds: float | None = None,
) -> type[Any]:
    """Return a subclass of `Taskset` of `verifiers.v1`; a module exports it in its `__all__`.

    A row has `prompt`, a text or messages, and `ground_truth` in any spelling of `parse_ground_truth`, or the columns
    of IFEval. `rows` is called once for each iteration if it is a function. `endless` says that it never ends.

    `rules`, `mode`, `reduce` and `on_error` (`raise` or `zero`) are defaults: a run changes them with
    `--env.taskset.task.rules` and so on. Raises `BadInstruction` for a wrong option, and `ScorersError` if
    `verifiers` is not installed or has no v1 interface.
    """
    options: dict[str, Any] = {"rules": rules, "mode": mode, "reduce": reduce, "on_error": on_error}
    options |= {"strip_thinking": strip_thinking, "seconds": seconds}
    check_options(**options, needs_number="verifiers")
    try:
        from . import _verifiers_v1 as base
    except ImportError as error:
        raise ScorersError(f"the package verifiers, 0.4 or newer, is needed: pip install verifiers ({error})") from None

    def iter_data() -> Iterator[dict[str, Any]]:
        for number, row in enumerate(rows() if callable(rows) else rows):
            try:
                yield _data_of(row)
            except BadInstruction as error:
                raise BadInstruction(f"row {number}: {error}") from None

    task = type("InstructionTask", (base.InstructionTask,), {"options": options})
    members = {"task": task, "iter_data": staticmethod(iter_data), "INFINITE": endless}
    return type("InstructionTaskset", (base.InstructionTaskset,), members)


def _data_of(row: Any) -> dict[str, Any]:
    """Return the fields of a task; raises `BadInstruction` if a row lacks one, before a model is called."""
    if not isinstance(row, dict) or not isinstance(row.get("prompt"), str | list):
        raise BadInstruction(f"a row needs a 'prompt', a text or a list of messages, got {row!r:.120}")
    truth = row.get("ground_truth", {name: row[name] for name in _IFEVAL if name in row})
    parse_ground_truth(truth)
    text = truth if isinstance(truth, str) else json.dumps(truth)
    if len(text) > MAX_LENGTH:
        raise BadInstruction(f"a ground truth of {len(text):,} characters is too long; at most {MAX_LENGTH:,} are read")
    prompt = row["prompt"]
    return {"prompt": prompt, "ground_truth": text} | ({"id": str(row["id"])} if "id" in row else {})


def make_verifiers_reward(
    *,
    rules: str = "audited",
    mode: str = "strict",
    reduce: str = "fraction",
    strip_thinking: bool = True,
    on_error: str = "raise",
    seconds: float | None = None,
    name: str = "instruction_following",
) -> Callable[..., float]:
    """Return a reward function for `vf.Rubric(funcs=[...])` of `verifiers` before 0.4.

    A row has its ground truth as `answer`, or as `ground_truth` in `info`. That rubric logs an exception and makes it
    0.0, so look at the rows before the training: `count_unknown_ids` reads them all.
    """
    options: dict[str, Any] = {"rules": rules, "mode": mode, "reduce": reduce, "on_error": on_error}
    options |= {"strip_thinking": strip_thinking, "seconds": seconds}
    check_options(**options, needs_number="verifiers")

    def score_completion(completion: Any, answer: Any = "", prompt: Any = "", info: Any = None) -> float:
        given = info.get("ground_truth") if isinstance(info, dict) else None
        truth = answer if given is None else given
        result = score_ground_truth(text_of(completion), truth, prompt=text_of(prompt), **options)
        assert result.score is not None
        return result.score

    score_completion.__name__ = score_completion.__qualname__ = name
    return score_completion
