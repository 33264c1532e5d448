"""Multi-IF's own columns, written from samples or from a run: one row for each dialogue.

A response is written as `[{"response": ".."}]`, the form that the published scorer unwraps: so a text that is JSON
itself is read back as it was, and no spreadsheet takes it for a formula. A turn without a response has the cause in a
column of its own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tasks.dialogue import LANGUAGE, count_requests
from tasks.formats.multiif import FAILURE_COLUMN, LANGUAGES, PROMPT_COLUMN, RESPONSE_COLUMN, TURNS
from tasks.sample import GROUP

from ..adapters.base import Response
from ..errors import ConfigError
from .csv import csv_lines
from .published_files import asked_questions, scored_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tasks.sample import Sample

    from .tables import RunTables

    Files = Iterator[tuple[str, Iterable[bytes]]]

FILE = "multiif.csv"
FORM = "Multi-IF's form"
_EMPTY = ("turns", "responses", "turn_index")
"""Columns of the set that hold nothing: its authors' script fills them."""
COLUMNS = (
    "key",
    *_EMPTY,
    LANGUAGE,
    *(f"turn_{turn}_{part}" for turn in TURNS for part in ("prompt", "instruction_id_list", "kwargs")),
)
ANSWERS = (*(RESPONSE_COLUMN.format(turn) for turn in TURNS), *(FAILURE_COLUMN.format(turn) for turn in TURNS))


def check_dialogue_turn(sample: Sample) -> None:
    """Raise `ConfigError` for a sample that is no turn of a dialogue as the set has them."""
    roles = [turn.role for turn in sample.turns]
    number = count_requests(sample.turns)
    fits = roles == ["user", *["assistant", "user"] * (number - 1)] and all(turn.is_gap for turn in sample.turns[1::2])
    if not (fits and number in TURNS and sample.meta.get(GROUP) and sample.meta.get(LANGUAGE) in LANGUAGES):
        raise ConfigError(
            f"sample {sample.id} is no turn of a dialogue that {FORM} can hold: up to {len(TURNS)} turns of the user "
            "with gaps between them, meta.group, and meta.language by its English name; parquet, csv and jsonl take "
            "any sample"
        )


def dialogue_rows(samples: Iterable[Sample]) -> dict[str, dict[str, str]]:
    """Return a row for each dialogue, by its key, in the order in which dialogues first appear."""
    rows: dict[str, dict[str, str]] = {}
    for sample in samples:
        check_dialogue_turn(sample)
        key = str(sample.meta[GROUP])
        row = rows.setdefault(key, dict.fromkeys(COLUMNS, ""))
        row |= {"key": key, LANGUAGE: str(sample.meta[LANGUAGE])}
        for number, turn in enumerate(sample.turns[::2], 1):
            row[PROMPT_COLUMN.format(number)] = _json({"role": "user", "content": turn.text})
        asked = asked_questions(sample)
        number = count_requests(sample.turns)
        row[f"turn_{number}_instruction_id_list"] = _json(asked["instruction_id_list"])
        kwargs = ({k: v for k, v in given.items() if v is not None} for given in asked["kwargs"])
        row[f"turn_{number}_kwargs"] = _json([_json(given) for given in kwargs])  # encoded twice, as in the set
    return rows


def multiif_files(flat: RunTables, epoch: int) -> Files:
    """Yield the file of a run: the columns of the set, and the responses of one epoch."""
    ones = [one for one in flat.each() if one.result.epoch == epoch]
    rows = dialogue_rows(one.sample for one in ones)
    for one in ones:
        row, number = rows[str(one.sample.meta[GROUP])], count_requests(one.sample.turns)
        if isinstance(one.said, Response):
            row[RESPONSE_COLUMN.format(number)] = _json([{"response": scored_text(flat, one.said)}])
        else:
            row[FAILURE_COLUMN.format(number)] = one.result.unscored or "no response"
    yield FILE, csv_lines([*COLUMNS, *ANSWERS], rows.values())


def multiif_file(samples: Iterable[Sample], more: dict[str, str]) -> Iterator[bytes]:
    """Yield the file of a sample set, with `more` in further columns."""
    rows = ({**row, **more} for row in dialogue_rows(samples).values())
    return csv_lines([*COLUMNS, *more], rows)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
