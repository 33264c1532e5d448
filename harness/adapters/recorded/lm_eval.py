"""lm-eval's `samples_<task>_<time>.jsonl` of IFEval tasks: a question in `doc`, its answer, lm-eval's own verdicts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tasks.errors import InputLimitError
from tasks.limits.files import read_capped
from tasks.limits.syntax import parse_json

from ...errors import ConfigError
from .external import SourceVerdicts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

READINGS = {"strict": "inst_level_strict_acc", "loose": "inst_level_loose_acc"}
"""Where a record holds the verdicts of each reading, one an instruction."""
_NAME = re.compile(r"samples_(?P<task>.+)_(?P<time>\d{4}-\d{2}-\d{2}T[^_]+?)\.jsonl(\.gz)?")
_OTHER_RULES = ("ifeval_es", "ifeval_ca")
"""Tasks whose samples look the same and are verified by rules of another language."""
_QUESTION = ("key", "prompt", "instruction_id_list", "kwargs")


def matches(record: Mapping[str, Any]) -> bool:
    """Say whether a record is one of lm-eval's samples, of whatever task."""
    return isinstance(record.get("doc"), dict) and bool(record.keys() & {"resps", "filtered_resps"})


def as_ifeval(record: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return key, prompt and response as an IFEval record; raises `ConfigError` for samples of another task."""
    doc = question_of(record, where)
    # lm-eval scored the filtered responses, so they take precedence over the raw ones.
    said = record.get("filtered_resps", record.get("resps"))
    while isinstance(said, list) and said:
        said = said[0]
    return {"key": doc.get("key"), "prompt": doc["prompt"], "response": said}


def question_of(record: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the question of a record in IFEval's form; raises `ConfigError` for samples of another task."""
    doc = record.get("doc")
    if not isinstance(doc, dict) or not {"prompt", "instruction_id_list"} <= doc.keys():
        raise ConfigError(
            f"{where}: is no sample of an IFEval task: in those, doc has prompt, instruction_id_list and kwargs"
        )
    return {name: doc[name] for name in _QUESTION if name in doc}


def verdicts_of(record: Mapping[str, Any]) -> dict[str, SourceVerdicts]:
    """Return lm-eval's own verdicts by mode."""
    found = {mode: record.get(name) for mode, name in READINGS.items()}
    return {mode: SourceVerdicts(each=tuple(map(bool, each))) for mode, each in found.items() if isinstance(each, list)}


def task_of(path: Path) -> str:
    """Return the task that a file name holds, or ""; raises `ConfigError` for one with rules that ifharness lacks."""
    named = _NAME.fullmatch(path.name)
    task = named["task"] if named else ""
    if task in _OTHER_RULES:
        raise ConfigError(f"{path}: holds samples of the task {task}, which has rules of its own; it cannot be scored")
    return task


def model_of(path: Path) -> str:
    """Return the model that the results file beside the samples names, else their folder as lm-eval names it, or ""."""
    named = _NAME.fullmatch(path.name)
    if not named:
        return ""
    beside = path.parent / f"results_{named['time']}.json"
    try:
        results = parse_json(read_capped(beside).decode("utf-8"))
    except (OSError, ValueError, InputLimitError):
        results = None
    name = results.get("model_name") if isinstance(results, dict) else None
    folder = path.absolute().parent.name
    return name if isinstance(name, str) else folder.replace("__", "/") if "__" in folder.strip("_") else ""
