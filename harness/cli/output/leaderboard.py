"""What `ifh board` prints: the table with its marks explained, or the same as CSV or Markdown."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from ...comparison.leaderboard.livebench import TASKS
from ...interop.csv import csv_lines
from ...sanitize import escape_cell, escape_control, markdown_cell
from ...scoring.describe import format_metric
from .console import WIDTH, console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ...comparison.leaderboard.table import Leaderboard, LeaderboardRow

FORMS = ("table", "json", "csv", "markdown")
_COLUMNS = (
    "kind model run release published if_score low high level scored of rules".split()  # the tasks and notes follow
)
_NAME, _TASK, _TASKS_SHOWN = 28, 5, 4
"""Widths of two columns, and how many tasks there is room for."""


def print_leaderboard(table: Leaderboard, form: str) -> None:
    """Print the board in one of `FORMS`; what was skipped goes to standard error."""
    out = console()  # makes standard output ready for names that it cannot hold, in every form
    if form == "json":
        print(json.dumps(table.to_json(), ensure_ascii=False, indent=2))  # noqa: T201  # the command's output
    elif form == "csv":
        for line in csv_lines((*_COLUMNS, *_tasks(table), "notes"), map(table.record, table.rows)):
            sys.stdout.write(line.decode().replace("\r\n", "\n"))
    elif form == "markdown":
        for said in _markdown(table):
            print(said)  # noqa: T201  # the command's output
    else:
        _print(out, table)
    for said in table.skipped:
        sys.stderr.write(f"skipped: {escape_control(said)}\n")


def _tasks(table: Leaderboard) -> list[str]:
    """Return the tasks of all rows, LiveBench's four first."""
    found = dict.fromkeys(task for row in table.rows for task in row.tasks)
    return [*(task for task in TASKS if task in found), *(task for task in found if task not in TASKS)]


def _print(out: Console, table: Leaderboard) -> None:
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    tasks = _tasks(table)
    shown = tasks[:_TASKS_SHOWN]
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    short = [(escape_cell(task, _TASK).rstrip("…"), _TASK) for task in shown]
    # The letter stands in the column of the name: a narrow terminal cuts names, but must not cut the mark off.
    wide = max(len(_mark(table, row)) for row in table.rows)
    grid.add_column(f"{'':{wide}} model", width=_NAME, no_wrap=True)
    for name, width in (("IF", 6), ("interval", 10), *short, ("scored", 9)):
        grid.add_column(Text(name), justify="right", no_wrap=True, width=width)
    for row in table.rows:
        style = "bold" if row.run else ""
        grid.add_row(*(Text(said, style=style) for said in _cells(table, row, shown, wide)))
    out.print(grid, width=min(out.width, WIDTH))
    _say(out, "")
    for said in _below(table, tasks):
        _say(out, said)


def _cells(table: Leaderboard, row: LeaderboardRow, shown: Sequence[str], wide: int) -> list[str]:
    name = f"{_mark(table, row):<{wide}} {escape_cell(row.model, _NAME - 1 - wide)}"
    if row.run:  # the end of a folder's name is what tells two runs of a model apart
        run, room = escape_control(row.run), _NAME - 2 - wide
        name += f"\n{'':{wide}}  " + (run if len(run) <= room else f"…{run[1 - room :]}")
    tasks = [format_metric(row.tasks.get(task)) for task in shown]
    return [name, _score(row), _interval(row), *tasks, _scored(row)]


def _mark(table: Leaderboard, row: LeaderboardRow) -> str:
    """Return the letter of a row, with a star if its figures are not of all the questions."""
    return table.letters[row.kind] + ("*" if row.scored < row.of else "")


def _score(row: LeaderboardRow) -> str:
    return "-" if row.if_score is None else f"{row.if_score:.2f}"


def _interval(row: LeaderboardRow) -> str:
    return f"{format_metric(row.interval.low)}-{format_metric(row.interval.high)}" if row.interval else ""


def _scored(row: LeaderboardRow) -> str:
    return f"{row.scored}/{row.of}" if row.run else "-"


def _below(table: Leaderboard, tasks: Sequence[str]) -> list[str]:
    """Return the lines that explain the table."""
    told = []
    if len(table.letters) > 1:
        told.append("Compare only rows with the same letter; the others are not figures of the same thing:")
    told += table.explained()
    if any(row.scored < row.of for row in table.rows):
        told.append("*: not all of its questions are scored, so its figures are of fewer than those beside it.")
    told += [f"{row.model}, {row.run}: {note}" for row in table.rows if row.run for note in row.notes]
    if len(tasks) > _TASKS_SHOWN:
        told.append(f"Not in the table for want of room: {', '.join(tasks[_TASKS_SHOWN:])}; --csv and --json show all.")
    if any(row.interval for row in table.rows):
        told.append("Interval: 95%, over other articles (or questions) of the same kind; published figures have none.")
    if table.left_out:
        told.append(f"{table.left_out} published rows left out by --top.")
    told += [f"Published figures: {source}; IF is the mean of the task columns." for source in table.sources]
    return told


def _markdown(table: Leaderboard) -> list[str]:
    tasks = _tasks(table)
    head = ["", "model", "run", "IF", "95% interval", *tasks, "scored"]
    lines = [_piped(head), "|---|---|---|" + "---:|" * (len(head) - 3)]
    for row in table.rows:
        figures = (format_metric(row.tasks.get(task)) for task in tasks)
        names = (markdown_cell(name) for name in (row.model, row.run))
        lines.append(
            _piped([markdown_cell(_mark(table, row)), *names, _score(row), _interval(row), *figures, _scored(row)])
        )
    return [*lines, "", *(f"- {markdown_cell(said)}" for said in _below(table, tasks[:_TASKS_SHOWN]))]


def _piped(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _say(out: Console, said: str) -> None:
    from rich.text import Text

    out.print(Text(escape_control(said)), width=min(out.width, WIDTH))
