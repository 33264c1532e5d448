"""LiveBench's question records: `question_id`, `turns`, `instruction_id_list`, `kwargs`, release dates."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from ..errors import BadSample, TasksError
from ..sample import Turn
from ..task import TASKS
from .published_record import PublishedRecord, id_field, instructions_of, text_field

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "livebench"
"""Name of the format, and of the rule book."""
SINCE, UNTIL = "livebench_release_date", "livebench_removal_date"
TASK_PROMPT = "task_prompt"
LATEST = "latest"
"""Stands for the last release of a set."""
_META = (SINCE, UNTIL, "citation", TASK_PROMPT)


def matches(record: Mapping[str, Any]) -> bool:
    """Say whether a record is of this format."""
    return {"question_id", "turns", "instruction_id_list"} <= record.keys()


def read(record: Mapping[str, Any]) -> PublishedRecord:
    """Read a record; raises `BadSample`."""
    turns = record.get("turns")
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise BadSample(f"turns must be a list of texts, got {turns!r:.80}")
    if len(turns) != 1:
        raise BadSample(f"the question has {len(turns)} turns; questions of one turn can be asked")
    id = id_field(record, "question_id")
    if id is None:
        raise BadSample("question_id is null")
    system = text_field(record, "system_prompt", default="")
    meta = {name: value for name in _META if (value := text_field(record, name, default=""))}
    return PublishedRecord(
        id=str(id),
        task=_task(text_field(record, "task")),
        turns=(*([Turn.of("system", system)] if system else []), Turn.of("user", turns[0])),
        instructions=instructions_of(record),
        rules=NAME,
        article_id=meta.get("citation") or str(id),
        meta={"question_id": id, **meta},
    )


def check_release(release: str) -> None:
    """Raise `TasksError` if `release` is neither a date nor "latest"."""
    if release == LATEST:
        return
    try:
        date.fromisoformat(release)
    except ValueError:
        valid = False
    else:
        valid = len(release) == len("2024-11-25")
    if not valid:
        raise TasksError(f"a release is a date such as 2024-11-25, got {release!r} ({LATEST!r} is the last one)")


def release_of(question: PublishedRecord) -> str:
    """Return the date of the release that a question came with; raises `BadSample` if the record has none."""
    since = question.meta.get(SINCE, "")
    if not since:
        raise BadSample(f"the record has no {SINCE}, so it belongs to no release")
    return str(since)[:10]


def is_live(question: PublishedRecord, release: str) -> bool:
    """Say whether a question counts in `release`: it came with this release or before, and was not removed by then."""
    until = str(question.meta.get(UNTIL, ""))[:10]
    return release_of(question) <= release and (not until or until > release)


def _task(name: str) -> str:
    """Return the name of the board's column: later question sets are in folders called `summarize_2` and so on."""
    base = re.sub(r"_\d+$", "", name)
    return base if base in TASKS else name
