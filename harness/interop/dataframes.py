"""Frames: the tables of a run as data frames, for a notebook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .csv import to_integers
from .tables import REAL, TABLES, TEXT, WHOLE, YES, open_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

PARAMETERS = "parameters."
"""Start of the name of a column with one parameter of the instructions."""

_TYPES = {TEXT: "string", WHOLE: "Int64", REAL: "float64", YES: "boolean"}
"""The types of pandas that have a word for "not there"."""


@dataclass(frozen=True)
class Frames:
    """A run as data frames of pandas; docs/data-out.md explains the columns."""

    name: str
    """The name of its folder."""
    manifest: Mapping[str, Any]
    """What `run.json` says."""
    rules: str
    """The rule book of the verdicts."""
    samples: Any
    """One row per sample; `instructions` are lists of records, `meta` are records, `pictures` are file names."""
    responses: Any
    """One row per sample and epoch, without a text where there is no response; `earlier` are lists of records."""
    verdicts: Any
    """One row per instruction of a scored response, with a column for each parameter."""
    instructions: Any
    """One row per instruction of a sample, with a column for each parameter."""


def load(run: str | Path, *, rules: str | None = None) -> Frames:
    """Read a run (a results folder or its name) as data frames; `rules` scores it by another rule book.

    A run that is not at its end is read as far as it is. Raises `StoreError`, `NotInBook`, `BadInstruction`.
    """
    with open_tables(run, rules=rules) as flat:
        samples, responses, verdicts = (frame(name, flat.table(name)) for name in TABLES)
        scored = flat.scored_run
    for table, column in ((samples, "instructions"), (samples, "meta"), (samples, "pictures"), (responses, "earlier")):
        table[column] = table[column].astype(object).map(_parse, na_action="ignore")
    verdicts = _with_parameters(verdicts.drop(columns="parameters"), verdicts.parameters.map(_parse))
    instructions = _instructions(samples)
    return Frames(scored.name, scored.manifest.record, scored.rules, samples, responses, verdicts, instructions)


def frame(name: str, rows: Iterable[Mapping[str, Any]]) -> Any:
    """Return one of `TABLES` as a data frame."""
    import pandas as pd  # type: ignore[import-untyped]  # it has no types of its own

    columns = TABLES[name]
    found = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    return found.astype({column: _TYPES[kind] for column, kind in columns.items()})


def _instructions(samples: Any) -> Any:
    """Return a row for each instruction of the samples."""
    place = ["sample_id", "published_id", "task", "article_id"]
    rows = samples[[*place, "instructions"]].explode("instructions", ignore_index=True)
    records = rows.pop("instructions")
    rows["number"] = (rows.groupby("sample_id").cumcount() + 1).astype("Int64")
    rows["id"] = records.map(lambda record: record["id"]).astype("string")
    return _with_parameters(rows, [{name: record[name] for name in record if name != "id"} for record in records])


def _with_parameters(table: Any, parameters: Iterable[Mapping[str, Any]]) -> Any:
    """Return `table` with a column for each parameter: of its own type, missing where an instruction has none."""
    import pandas as pd

    found = list(parameters)
    names = sorted({name for one in found for name in one})
    columns = {
        f"{PARAMETERS}{name}": pd.Series([one.get(name) for one in found], index=table.index, dtype=object)
        for name in names
    }
    return pd.concat([table, pd.DataFrame(columns, index=table.index).convert_dtypes()], axis="columns")


def _parse(text: str) -> Any:
    """Return the value of a JSON text, its strings in a form that UTF-8 can hold."""
    return _to_text(json.loads(text))


def _to_text(value: Any) -> Any:
    if isinstance(value, str):
        return to_integers(value)
    if isinstance(value, list):
        return [_to_text(one) for one in value]
    return {name: _to_text(one) for name, one in value.items()} if isinstance(value, dict) else value
