"""What a run tells in a terminal: the figures, and some failed verdicts with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...sanitize import escape_cell, escape_control
from ...scoring import cutoff, epochs, multiif
from ...scoring.describe import describe_counts, describe_remarks, format_headline, format_metric, pick_failed_verdicts
from .console import _line, _table, _width
from .highlight import highlight_excerpt, needs_brackets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.table import Table

    from ...scoring.results import ScoredResponse
    from ...scoring.summary import Summary

_EXCERPT = 240


def print_summary(console: Console, summary: Summary, run_name: str, model: str, notes: Sequence[str] = ()) -> None:
    """Print the figures of a run in `WIDTH` columns, then `notes`, a line each."""
    _line(console, f"{escape_control(run_name)}  {escape_control(model)}")
    _line(console, format_headline(summary), style="bold")
    for told in describe_counts(summary):
        _line(console, told, style="yellow")
    extract = ", ".join(summary.extract) or "nothing"
    _line(console, f"rules {escape_control(summary.rules)}, taken off before reading: {escape_control(extract)}")
    for told in describe_remarks(summary):
        _line(console, told, style="dim")
    if summary.scored:
        _line(console, "")
        parted = [_by_epoch(summary.by_epoch)] if summary.by_epoch else []
        parted += [_by_turn(summary.by_turn)] if summary.by_turn else []
        parted += [_by_cutoff(summary.by_cutoff)] if summary.by_cutoff else []
        for table in (_readings(summary), *parted, _by_task(summary), _by_id(summary)):
            console.print(table, width=_width(console))
            _line(console, "")
    for note in notes:
        _line(console, escape_control(note))


def print_failed(console: Console, rows: Iterable[ScoredResponse], limit: int = 2) -> None:
    """Print up to `limit` failed verdicts: what was asked, what was found, and where in the answer.

    Verdicts of different instruction ids on different samples come first.
    """
    for row, number in pick_failed_verdicts(rows, limit):
        instruction = row.sample.instructions[number]
        _line(console, f"not followed: {escape_control(instruction.id)}", style="bold")
        console.print(_failed(console, row, number), width=_width(console))
        _line(console, "")


def _failed(console: Console, row: ScoredResponse, number: int) -> Table:
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
        grid.add_row(Text(f"  {name}"), Text(escape_cell(what, _EXCERPT)))
    around = highlight_excerpt(text, verdict.spans, _EXCERPT, brackets=needs_brackets(console))
    grid.add_row(Text("  answer"), around if text.strip() else Text("(blank)"))
    return grid


def _readings(summary: Summary) -> Table:
    table = _table("all answers", ("strict", "loose"))
    table.add_row("prompts followed whole", format_metric(summary.prompt_strict), format_metric(summary.prompt_loose))
    table.add_row(
        "instructions followed", format_metric(summary.instruction_strict), format_metric(summary.instruction_loose)
    )
    return table


def _by_epoch(found: epochs.Epochs) -> Table:
    table = _table("epochs", ("IF", "whole prompts"))
    for name, shares in epochs.epoch_rows(found):
        table.add_row(name, *map(format_metric, shares))
    return table


def _by_turn(found: multiif.DialogueMetrics) -> Table:
    turns = [f"turn {turn}" for turn in found.by_turn]
    table = _table("mean of four accuracies", ("prompts", *turns))
    for language, number, shares in multiif.turn_rows(found):
        table.add_row(language, number, *map(format_metric, shares))
    return table


def _by_cutoff(found: cutoff.ByTrainingCutoff) -> Table:
    table = _table("articles published", ("n", "IF"))
    for name, number, score in cutoff.cutoff_rows(found):
        table.add_row(name, str(number), format_metric(score))
    return table


def _by_task(summary: Summary) -> Table:
    table = _table("task", ("n", "IF", "prompt", "instruction"))
    for task, found in summary.by_task.items():
        shown = (format_metric(found.if_score), format_metric(found.prompt), format_metric(found.instruction))
        table.add_row(escape_cell(task, 40), str(found.n), *shown)
    return table


def _by_id(summary: Summary) -> Table:
    table = _table("instruction, least followed first", ("n", "strict", "loose"))
    for id, found in sorted(summary.by_id.items(), key=lambda item: (item[1].instruction, item[0])):
        table.add_row(escape_cell(id, 48), str(found.n), format_metric(found.instruction), format_metric(found.loose))
    return table
