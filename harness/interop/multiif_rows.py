"""Multi-IF's own columns, written from samples or from a run: one row for each dialogue.

A response is written as `[{"response": ".."}]`, the form that the published scorer unwraps: so a text that is JSON
itself is read back as it was, and no spreadsheet takes it for a formula. A turn without a response has the cause in a
column of its own.
"""

from __future__ import annotations

import json
from array import array
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tasks.dialogue import LANGUAGE, count_requests
from tasks.formats.multiif import FAILURE_COLUMN, LANGUAGES, PROMPT_COLUMN, RESPONSE_COLUMN, TURNS
from tasks.sample import GROUP

from ..adapters.base import Response
from ..errors import ConfigError
from .csv import csv_lines
from .published_files import asked_questions, scored_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tasks.sample import Sample

    from .tables import ResponseRecord, RunTables

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


def _order_by_dialogue(samples: Iterable[Sample]) -> array[int]:
    """Return the places of samples, those of a dialogue together; dialogues are in the order of first appearance.

    Raises what `check_dialogue_turn` raises.
    """
    known: dict[str, int] = {}
    numbers = array("I")
    for sample in samples:
        check_dialogue_turn(sample)
        numbers.append(known.setdefault(_dialogue(sample), len(known)))
    return array("I", sorted(range(len(numbers)), key=numbers.__getitem__))


def _dialogue(sample: Sample) -> str:
    return str(sample.meta[GROUP])


def _dialogue_row(samples: Iterable[Sample]) -> dict[str, str]:
    """Return the row of a dialogue."""
    row = dict.fromkeys(COLUMNS, "")
    for sample in samples:
        row |= {"key": _dialogue(sample), LANGUAGE: str(sample.meta[LANGUAGE])}
        for number, turn in enumerate(sample.turns[::2], 1):
            row[PROMPT_COLUMN.format(number)] = _json({"role": "user", "content": turn.text})
        asked = asked_questions(sample)
        number = count_requests(sample.turns)
        row[f"turn_{number}_instruction_id_list"] = _json(asked["instruction_id_list"])
        kwargs = ({k: v for k, v in given.items() if v is not None} for given in asked["kwargs"])
        row[f"turn_{number}_kwargs"] = _json([_json(given) for given in kwargs])  # encoded twice, as in the set
    return row


def multiif_files(flat: RunTables, epoch: int) -> Files:
    """Yield the file of a run: the columns of the set, and the responses of one epoch."""
    ones = flat.pick(epoch, _order_by_dialogue(flat.store.samples()))
    dialogues = groupby(ones, key=lambda one: _dialogue(one.sample))
    yield FILE, csv_lines([*COLUMNS, *ANSWERS], (_answered_row(flat, list(turns)) for _, turns in dialogues))


def _answered_row(flat: RunTables, turns: Sequence[ResponseRecord]) -> dict[str, str]:
    row = _dialogue_row(one.sample for one in turns)
    for one in turns:
        number = count_requests(one.sample.turns)
        if isinstance(one.said, Response):
            row[RESPONSE_COLUMN.format(number)] = _json([{"response": scored_text(flat, one.said)}])
        else:
            row[FAILURE_COLUMN.format(number)] = one.result.unscored or "no response"
    return row


def multiif_file(samples: Sequence[Sample], more: dict[str, str]) -> Iterator[bytes]:
    """Yield the file of a sample set, with `more` in further columns."""
    in_order = (samples[place] for place in _order_by_dialogue(samples))
    rows = ({**_dialogue_row(turns), **more} for _, turns in groupby(in_order, key=_dialogue))
    return csv_lines([*COLUMNS, *more], rows)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
