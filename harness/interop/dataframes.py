"""Frames: the tables of a run as data frames, for a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .tables import REAL, TABLES, TEXT, WHOLE, YES, RunTables, open_tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
    """One row a question."""
    responses: Any
    """One row a question and epoch, without a text where there is no answer."""
    verdicts: Any
    """One row an instruction of a scored answer."""


def load(run: str | Path, *, rules: str | None = None) -> Frames:
    """Read a run (a results folder or its name) as data frames; `rules` scores it by another rule book.

    A run that is not at its end is read as far as it is. Raises `StoreError`, `NotInBook`, `BadInstruction`.
    """
    with open_tables(run, rules=rules) as flat:
        samples, responses, verdicts = (frame(flat, name) for name in TABLES)
        scored = flat.scored_run
        return Frames(scored.name, scored.manifest.record, scored.rules, samples, responses, verdicts)


def frame(flat: RunTables, name: str) -> Any:
    """Return one of `TABLES` as a data frame."""
    import pandas as pd  # type: ignore[import-untyped]  # it has no types of its own

    columns = TABLES[name]
    found = pd.DataFrame(list(flat.table(name)), columns=list(columns), dtype=object)
    return found.astype({column: _TYPES[kind] for column, kind in columns.items()})
