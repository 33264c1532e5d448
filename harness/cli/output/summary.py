"""What a run tells in a terminal: the figures, and some failed verdicts with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...sanitize import cell, plain
from ...scoring import cutoff, epochs
from ...scoring.describe import _chosen, counts, figure, headline, remarks
from .console import _line, _table, _width
from .highlight import excerpt, needs_brackets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.table import Table

    from ...scoring.results import Row
    from ...scoring.summary import Summary

_EXCERPT = 240


def print_summary(console: Console, summary: Summary, run_name: str, model: str, notes: Sequence[str] = ()) -> None:
    """Print the figures of a run in `WIDTH` columns, then `notes`, a line each."""
    _line(console, f"{plain(run_name)}  {plain(model)}")
    _line(console, headline(summary), style="bold")
    for told in counts(summary):
        _line(console, told, style="yellow")
    extract = ", ".join(summary.extract) or "nothing"
    _line(console, f"rules {plain(summary.rules)}, taken off before reading: {plain(extract)}")
    for told in remarks(summary):
        _line(console, told, style="dim")
    if summary.scored:
        _line(console, "")
        parted = [_by_epoch(summary.by_epoch)] if summary.by_epoch else []
        parted += [_by_cutoff(summary.by_cutoff)] if summary.by_cutoff else []
        for table in (_readings(summary), *parted, _by_task(summary), _by_id(summary)):
            console.print(table, width=_width(console))
            _line(console, "")
    for note in notes:
        _line(console, plain(note))


def print_failed(console: Console, rows: Iterable[Row], limit: int = 2) -> None:
    """Print up to `limit` failed verdicts: what was asked, what was found, and where in the answer.

    Verdicts of different instruction ids on different samples come first.
    """
    for row, number in _chosen(rows, limit):
        instruction = row.sample.instructions[number]
        _line(console, f"not followed: {plain(instruction.id)}", style="bold")
        console.print(_failed(console, row, number), width=_width(console))
        _line(console, "")


def _failed(console: Console, row: Row, number: int) -> Table:
    from rich.table import Table
    from rich.text import Text

    verdict, text = row.strict[number], row.response.text
    epoch = f", epoch {row.epoch}" if row.epoch else ""
    said = {
        "sample": f"{row.sample.id}{epoch}, {row.sample.task}",
        "asked": row.sample.instructions[number].describe(),
        "found": verdict.reason,
    }
    grid = Table.grid(padding=(0, 2))
    for name, what in said.items():
        grid.add_row(Text(f"  {name}"), Text(cell(what, _EXCERPT)))
    around = excerpt(text, verdict.spans, _EXCERPT, brackets=needs_brackets(console))
    grid.add_row(Text("  answer"), around if text.strip() else Text("(blank)"))
    return grid


def _readings(summary: Summary) -> Table:
    table = _table("all answers", ("strict", "loose"))
    table.add_row("prompts followed whole", figure(summary.prompt_strict), figure(summary.prompt_loose))
    table.add_row("instructions followed", figure(summary.instruction_strict), figure(summary.instruction_loose))
    return table


def _by_epoch(found: epochs.Epochs) -> Table:
    table = _table("epochs", ("IF", "whole prompts"))
    for name, shares in epochs.rows(found):
        table.add_row(name, *map(figure, shares))
    return table


def _by_cutoff(found: cutoff.ByCutoff) -> Table:
    table = _table("articles published", ("n", "IF"))
    for name, number, score in cutoff.rows(found):
        table.add_row(name, str(number), figure(score))
    return table


def _by_task(summary: Summary) -> Table:
    table = _table("task", ("n", "IF", "prompt", "instruction"))
    for task, found in summary.by_task.items():
        shown = (figure(found.if_score), figure(found.prompt), figure(found.instruction))
        table.add_row(cell(task, 40), str(found.n), *shown)
    return table


def _by_id(summary: Summary) -> Table:
    table = _table("instruction, least followed first", ("n", "strict", "loose"))
    for id, found in sorted(summary.by_id.items(), key=lambda item: (item[1].instruction, item[0])):
        table.add_row(cell(id, 48), str(found.n), figure(found.instruction), figure(found.loose))
    return table
