"""Prints the metrics of a run, and some failed verdicts with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...sanitize import escape_cell
from ...scoring.breakdowns import cutoff, epochs, turn_changes, turns, twin_words
from ...scoring.describe import (
    describe_counts,
    describe_remarks,
    format_headline,
    format_metric,
    metric_rows,
    pick_failed_verdicts,
)
from .console import add_row, make_table, print_line, print_table
from .highlight import highlight_excerpt, needs_brackets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console
    from rich.table import Table

    from ...scoring.breakdowns.twins import TwinMetrics
    from ...scoring.results import ScoredResponse
    from ...scoring.summary import Summary

_EXCERPT = 240


def print_summary(out: Console, summary: Summary, run_name: str, model: str, notes: Sequence[str] = ()) -> None:
    """Print the metrics of a run, then `notes`, one a line."""
    print_line(out, f"{run_name}  {model}")
    print_line(out, format_headline(summary), "bold")
    for line in describe_counts(summary):
        print_line(out, line, "yellow")
    extract = ", ".join(summary.extract) or "nothing"
    print_line(out, f"Rule book: {summary.rules}. Removed before verification: {extract}.")
    for line in describe_remarks(summary):
        print_line(out, line, "dim")
    if summary.scored:
        print_line(out, "")
        for table in _tables(summary):
            print_table(out, table)
            print_line(out, "")
    for note in notes:
        print_line(out, note)


def print_failed(out: Console, rows: Iterable[ScoredResponse], limit: int = 2) -> None:
    """Print up to `limit` failed verdicts: the instruction, the reason, and the place in the response.

    Verdicts of different instruction ids on different samples come first.
    """
    for row, number in pick_failed_verdicts(rows, limit):
        print_line(out, f"not followed: {row.sample.instructions[number].id}", "bold")
        print_table(out, _failed_table(out, row, number))
        print_line(out, "")


def _failed_table(out: Console, row: ScoredResponse, number: int) -> Table:
    from rich.table import Table
    from rich.text import Text

    verdict, text = row.strict[number], row.response.text
    epoch = f", epoch {row.epoch}" if row.epoch else ""
    asked = row.sample.find_sentence(number)
    facts = {
        "sample": f"{row.sample.id}{epoch}, {row.sample.task}",
        "instruction" if asked else "rule": asked or row.sample.instructions[number].describe(),
        "reason": verdict.reason,
    }
    grid = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        grid.add_row(Text(f"  {name}"), Text(escape_cell(value, _EXCERPT)))
    around = highlight_excerpt(text, verdict.spans, _EXCERPT, brackets=needs_brackets(out))
    grid.add_row(Text("  response"), around if text.strip() else Text("(blank)"))
    return grid


def _tables(summary: Summary) -> list[Table]:
    tables = [_by_level(summary)]
    if summary.by_epoch:
        tables.append(_by_epoch(summary.by_epoch))
    if summary.by_turn:
        tables.append(_by_turn(summary.by_turn))
        tables.append(_all_turns(summary.by_turn, summary.turn_changes))
    if summary.turn_changes:
        tables.append(_by_drop(summary.turn_changes))
    if summary.by_twin:
        tables += _by_twin(summary.by_twin)
    if summary.by_cutoff:
        tables.append(_by_cutoff(summary.by_cutoff))
    return [*tables, _by_task(summary), _by_id(summary)]


def _by_level(summary: Summary) -> Table:
    table = make_table(("all responses", "strict", "loose"))
    for row in metric_rows(summary):
        add_row(table, *row)
    return table


def _by_epoch(found: epochs.Epochs) -> Table:
    table = make_table(("epochs", "IF", "prompt-level"))
    for name, shares in epochs.epoch_rows(found):
        add_row(table, name, *map(format_metric, shares))
    return table


def _by_turn(found: turns.DialogueMetrics) -> Table:
    table = make_table(("mean of four accuracies", "prompts", *(f"turn {turn}" for turn in found.by_turn)))
    for language, number, shares in turns.turn_rows(found):
        add_row(table, language, number, *map(format_metric, shares))
    return table


def _all_turns(found: turns.DialogueMetrics, changes: turn_changes.TurnChanges | None) -> Table:
    table = make_table(("all languages", "mean", "95 %", "forgotten of followed before"))
    for turn, one in turns.all_rows(found):
        lost = changes.forgotten.get(f"turn_{turn}", {}).get(turns.ALL) if changes else None
        forgotten = f"{lost.forgotten} of {lost.followed}, {format_metric(lost.share)} %" if lost else "-"
        mean, *bounds = (None if value is None else 100 * value for value in (one.overall, one.low, one.high))
        add_row(table, f"turn {turn}", format_metric(mean), _format_bounds(*bounds), forgotten)
    return table


def _by_drop(found: turn_changes.TurnChanges) -> Table:
    table = make_table((f"drop, turn {found.first} to {found.last}", "dialogues", "first", "last", "drop", "95 %"))
    for language, number, first, last, drop, *bounds in turn_changes.drop_rows(found):
        add_row(table, language, number, *map(format_metric, (first, last)), f"{drop:.1f}", _format_bounds(*bounds))
    return table


def _format_bounds(low: float | None, high: float | None) -> str:
    return "-" if low is None or high is None else f"[{low:.1f}, {high:.1f}]"


def _by_twin(found: TwinMetrics) -> Iterator[Table]:
    table = make_table(twin_words.COLUMNS)
    for row in twin_words.twin_rows(found):
        add_row(table, *row)
    yield table
    if found.load:
        table = make_table(("instructions", "n", "prompt-level", "instruction-level"))
        for row in twin_words.load_rows(found):
            add_row(table, *row)
        yield table


def _by_cutoff(found: cutoff.ByTrainingCutoff) -> Table:
    table = make_table(("articles published", "n", "IF"))
    for name, number, score in cutoff.cutoff_rows(found):
        add_row(table, name, str(number), format_metric(score))
    return table


def _by_task(summary: Summary) -> Table:
    table = make_table(("task", "n", "IF", "prompt-level", "instruction-level"))
    for task, found in summary.by_task.items():
        metrics = (format_metric(found.if_score), format_metric(found.prompt), format_metric(found.instruction))
        add_row(table, escape_cell(task, 36), str(found.n), *metrics)
    return table


def _by_id(summary: Summary) -> Table:
    table = make_table(("instruction, least followed first", "n", "strict", "loose"))
    for id, found in sorted(summary.by_id.items(), key=lambda item: (item[1].instruction, item[0])):
        add_row(table, escape_cell(id, 48), str(found.n), format_metric(found.instruction), format_metric(found.loose))
    return table
