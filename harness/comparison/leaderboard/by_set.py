"""Models by published sets: a column for each set, with the metric that the set reports first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...config.published import IF_SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .rows import LeaderboardRow, RowKind


@dataclass(frozen=True)
class SetRow:
    """One model; where it has several runs of a set, the newest is in its first row."""

    model: str
    cells: dict[RowKind, LeaderboardRow]


@dataclass(frozen=True)
class SetTable:
    """The runs of published sets, one column for each set and way of scoring."""

    columns: tuple[RowKind, ...]
    rows: tuple[SetRow, ...]

    def to_json(self, letters: dict[RowKind, str]) -> dict[str, Any]:
        """Return the entry of `ifh leaderboard --json`; columns are named by their letters."""
        return {
            "columns": [
                {"kind": letters[kind], "set": kind.published_set, "metric": kind.metric} for kind in self.columns
            ],
            "rows": [
                {"model": row.model, "cells": {letters[kind]: _cell_record(cell) for kind, cell in row.cells.items()}}
                for row in self.rows
            ],
        }


def value_record(row: LeaderboardRow) -> dict[str, Any]:
    """Return a row's headline as a flat record."""
    found = row.first_metric
    return {
        "set": row.kind.published_set or None,
        "metric": row.kind.metric,
        "value": found.value,
        "value_low": found.interval.low if found.interval else None,
        "value_high": found.interval.high if found.interval else None,
    }


def _cell_record(row: LeaderboardRow) -> dict[str, Any]:
    return {"run": row.run, **value_record(row), "scored": row.scored, "of": row.of}


def make_set_table(rows: Sequence[LeaderboardRow], sort: str) -> SetTable | None:
    """Return the runs of published sets by model; None unless a set has another headline than the IF score.

    `sort` is a set's name or "model"; anything else sorts by the first column, the best first.
    """
    own = [row for row in rows if row.run and row.kind.published_set]
    if all(row.kind.metric == IF_SCORE for row in own):
        return None
    columns = sorted({row.kind: None for row in own}, key=lambda kind: (kind.published_set, -_most(own, kind)))
    found = _by_model(own)
    if sort != "model":
        column = next((kind for kind in columns if kind.published_set == sort), columns[0])
        found.sort(key=lambda row: _rank(row.cells.get(column)))
    return SetTable(tuple(columns), tuple(found))


def _by_model(rows: Iterable[LeaderboardRow]) -> list[SetRow]:
    """Return the rows by name of the model; a further run of the same set begins a further row."""
    found: dict[str, list[dict[RowKind, LeaderboardRow]]] = {}
    for row in sorted(rows, key=lambda row: (row.started, row.run), reverse=True):
        places = found.setdefault(row.model, [])
        free = next((cells for cells in places if row.kind not in cells), None)
        if free is None:
            places.append(free := {})
        free[row.kind] = row
    return [SetRow(model, cells) for model in sorted(found, key=str.casefold) for cells in found[model]]


def _most(rows: Iterable[LeaderboardRow], kind: RowKind) -> int:
    return max(row.of for row in rows if row.kind == kind)


def _rank(cell: LeaderboardRow | None) -> tuple[bool, float]:
    value = cell.first_metric.value if cell else None
    return (value is None, -(value or 0.0))
