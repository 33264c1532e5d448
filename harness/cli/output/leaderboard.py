"""Prints `ifh leaderboard`: a table with its marks explained, or the same as JSON, CSV or Markdown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tasks.formats.multiif import LANGUAGES

from ...comparison.leaderboard.by_turn import turn_columns
from ...comparison.leaderboard.livebench import TASKS
from ...interop.csv import csv_lines
from ...sanitize import escape_cell, escape_control, markdown_cell
from ...scoring.breakdowns.twin_words import name_reliable
from ...scoring.describe import format_metric
from .console import add_row, console, make_table, print_json, print_line, print_notes, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ...comparison.leaderboard.by_set import SetTable
    from ...comparison.leaderboard.rows import LeaderboardRow
    from ...comparison.leaderboard.table import Leaderboard
    from ...scoring.intervals import Interval

FORMS = ("table", "json", "csv", "markdown")
_COLUMNS = """kind model run release published if_score low high level scored of rules set metric value value_low
    value_high""".split()  # the tasks and notes follow
_NAME, _TASK, _TASKS_SHOWN = 28, 5, 4
"""Widths of two columns, and the number of tasks that fit."""
_TURN = 6
"""Width of the column of a turn."""
_MODEL, _SET, _SETS_SHOWN = 26, 12, 4
"""Widths of the columns of the table by set, and the number of sets that fit."""


def print_leaderboard(table: Leaderboard, form: str) -> None:
    """Print the leaderboard in one of `FORMS`, and the skipped runs on standard error."""
    out = console()  # in every form: it prepares standard output for names that its encoding lacks
    if form == "json":
        print_json(table.to_json())
    elif form == "csv":
        for line in csv_lines((*_COLUMNS, *_tasks(table), "notes"), map(table.record, table.rows)):
            sys.stdout.write(line.decode().replace("\r\n", "\n"))
    elif form == "markdown":
        for row in _markdown(table):
            print(row)  # noqa: T201  # the command's output
    else:
        _print(out, table)
    print_notes(f"skipped: {reason}" for reason in table.skipped)


def _tasks(table: Leaderboard) -> list[str]:
    """Return the tasks of the rows with an IF score first, or of all if there are none; LiveBench's four first."""
    found = dict.fromkeys(task for row in table.if_rows or table.rows for task in row.tasks)
    return [*(task for task in TASKS if task in found), *(task for task in found if task not in TASKS)]


def _print(out: Console, table: Leaderboard) -> None:
    tasks = _tasks(table)
    if table.by_set:
        _print_sets(out, table, table.by_set)
    if table.if_rows:
        _print_rows(out, table, tasks)
    for names in turn_columns(row.turns for row in table.rows):
        _print_turns(out, table, names)
    _print_twins(out, table)
    for line in _below(table, tasks):
        print_line(out, line)


def _print_sets(out: Console, table: Leaderboard, by_set: SetTable) -> None:
    """Print a column for each published set: its headline metric, and the interval below it."""
    shown = by_set.columns[:_SETS_SHOWN]
    names = [f"{escape_cell(kind.published_set, _SET)}\n{table.letters[kind]}" for kind in shown]
    grid = make_table(["model", *names], widths=(_MODEL, *(_SET for _ in shown)), padding=0)
    for row in by_set.rows:
        add_row(grid, escape_cell(row.model, _MODEL), *(_set_cell(row.cells.get(kind)) for kind in shown))
    print_table(out, grid)
    print_line(out, "")


def _set_cell(row: LeaderboardRow | None) -> str:
    if row is None:
        return ""
    found = row.first_metric
    star = "*" if row.scored < row.of else ""
    return f"{star}{format_metric(found.value)}\n{_format_between(found.interval)}"


def _print_rows(out: Console, table: Leaderboard, tasks: Sequence[str]) -> None:
    shown = tasks[:_TASKS_SHOWN]
    short = [escape_cell(task, _TASK).rstrip("…") for task in shown]
    # The letter is in the column of the name: a narrow terminal cuts names, but must not cut the mark off.
    wide = max(len(_mark(table, row)) for row in table.if_rows)
    grid = make_table(
        [f"{'':{wide}} model", "IF", "interval", *short, "scored"],
        left=0,
        widths=(_NAME, 6, 10, *(_TASK for _ in short), 9),
        padding=0,
    )
    grid.columns[0].justify = "left"
    for row in table.if_rows:
        add_row(grid, *_cells(table, row, shown, wide), style="bold" if row.run else "")
    print_table(out, grid)
    print_line(out, "")


def _print_twins(out: Console, table: Leaderboard) -> None:
    """Print reliable@k of runs with twins."""
    rows = [(row, row.twins) for row in table.rows if row.twins]
    if not rows:
        return
    wide = max(len(_mark(table, row)) for row, _ in rows)
    grid = make_table(["twins", "k", "groups", "base", "all", "interval"], widths=(_NAME, 5, 6, 6, 6, 12), padding=0)
    for row, found in rows:
        name = f"{_mark(table, row):<{wide}} {escape_cell(row.model, _NAME - 1 - wide)}"
        k = name_reliable(found).partition("@")[2]
        shares = format_metric(found.base), format_metric(found.reliable)
        add_row(grid, name, k, str(found.groups), *shares, _format_between(found.interval))
    print_table(out, grid)
    print_line(out, "reliable@k: share of the groups of which the base and every twin are followed whole.")
    print_line(out, "")


def _print_turns(out: Console, table: Leaderboard, names: Sequence[str]) -> None:
    """Print the mean of four accuracies of runs over dialogues; `names` are turns, or languages of the last turn."""
    rows = [row for row in table.rows if row.turns]
    if not names or not rows:
        return
    heads = [_turn_head(name) for name in names]
    wide = max(len(_mark(table, row)) for row in rows)
    room = min(_NAME, 79 - (_TURN + 1) * len(heads))  # eight languages fit a terminal
    grid = make_table(["mean of four accuracies", *heads], widths=(room, *(_TURN for _ in heads)), padding=0)
    for row in rows:
        name = f"{_mark(table, row):<{wide}} {escape_cell(row.model, room - 1 - wide)}"
        add_row(grid, name, *(format_metric(row.turns.get(one)) for one in names))
    print_table(out, grid)
    print_line(out, "")


def _turn_head(name: str) -> str:
    """Return a column's head: "turn 1", or for a language in the last turn "3, hi"."""
    turn, _, language = name.removeprefix("turn_").partition(", ")
    return f"{turn}, {LANGUAGES.get(language, language[:3])}" if language else f"turn {turn}"


def _cells(table: Leaderboard, row: LeaderboardRow, shown: Sequence[str], wide: int) -> list[str]:
    name = f"{_mark(table, row):<{wide}} {escape_cell(row.model, _NAME - 1 - wide)}"
    if row.run:  # two runs of a model differ in the end of their folder names
        run, room = escape_control(row.run), _NAME - 2 - wide
        name += f"\n{'':{wide}}  " + (run if len(run) <= room else f"…{run[1 - room :]}")
    tasks = [format_metric(row.tasks.get(task)) for task in shown]
    return [name, _score(row), _interval(row), *tasks, _format_scored(row)]


def _mark(table: Leaderboard, row: LeaderboardRow) -> str:
    """Return the letter of a row, with a star if some of its samples are not scored."""
    return table.letters[row.kind] + ("*" if row.scored < row.of else "")


def _score(row: LeaderboardRow) -> str:
    return "-" if row.if_score is None else f"{row.if_score:.2f}"


def _interval(row: LeaderboardRow) -> str:
    return _format_between(row.interval)


def _format_between(found: Interval | None) -> str:
    return f"{format_metric(found.low)}-{format_metric(found.high)}" if found else ""


def _format_scored(row: LeaderboardRow) -> str:
    return f"{row.scored}/{row.of}" if row.run else "-"


def _below(table: Leaderboard, tasks: Sequence[str]) -> list[str]:
    """Return the lines that explain the table."""
    lines = []
    if len(table.letters) > 1:
        lines.append("Compare only rows with the same letter. Rows with different letters differ in:")
    lines += table.describe_letters()
    if any(row.scored < row.of for row in table.rows):
        lines.append("*: some samples are not scored, so these scores cover fewer samples than other rows.")
    lines += [f"{row.model}, {row.run}: {note}" for row in table.rows if row.run for note in row.notes]
    if table.by_set and len(table.by_set.columns) > _SETS_SHOWN:
        names = ", ".join(kind.published_set for kind in table.by_set.columns[_SETS_SHOWN:])
        lines.append(f"Sets that do not fit: {names}. --markdown and --json have all.")
    if any(row.turns for row in table.rows):
        lines.append("Mean of four accuracies: by turn, then of the last turn by language. --json has all turns.")
    if table.if_rows and len(tasks) > _TASKS_SHOWN:
        lines.append(f"Tasks that do not fit: {', '.join(tasks[_TASKS_SHOWN:])}. --csv and --json have all.")
    if any(row.interval for row in table.rows):
        lines.append("Interval: 95%, over articles (or samples) of the same kind. Published scores have none.")
    if table.left_out:
        lines.append(f"{table.left_out} published rows omitted by --top.")
    lines += [f"Published scores: {source}. IF is the mean of the task columns." for source in table.sources]
    return lines


def _markdown(table: Leaderboard) -> list[str]:
    tasks = _tasks(table)
    lines = [*_markdown_sets(table, table.by_set), ""] if table.by_set else []
    lines += _markdown_rows(table, tasks) if table.if_rows else []
    for names in turn_columns(row.turns for row in table.rows):
        lines += _markdown_turns(table, names)
    return [*lines, "", *(f"- {markdown_cell(line)}" for line in _below(table, tasks[:_TASKS_SHOWN]))]


def _markdown_sets(table: Leaderboard, by_set: SetTable) -> list[str]:
    names = [markdown_cell(f"{table.letters[kind]} {kind.published_set}") for kind in by_set.columns]
    lines = [_markdown_row(["model", *names]), "|---|" + "---:|" * len(names)]
    for row in by_set.rows:
        cells = (" ".join(_set_cell(row.cells.get(kind)).split()) for kind in by_set.columns)
        lines.append(_markdown_row([markdown_cell(row.model), *(markdown_cell(cell) for cell in cells)]))
    return lines


def _markdown_rows(table: Leaderboard, tasks: Sequence[str]) -> list[str]:
    head = ["", "model", "run", "IF", "95% interval", *tasks, "scored"]
    lines = [_markdown_row(head), "|---|---|---|" + "---:|" * (len(head) - 3)]
    for row in table.if_rows:
        figures = (format_metric(row.tasks.get(task)) for task in tasks)
        names = (markdown_cell(name) for name in (row.model, row.run))
        lines.append(
            _markdown_row(
                [markdown_cell(_mark(table, row)), *names, _score(row), _interval(row), *figures, _format_scored(row)]
            )
        )
    return lines


def _markdown_turns(table: Leaderboard, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    lines = ["", _markdown_row(["", "mean of four accuracies", *map(markdown_cell, names)])]
    lines.append("|---|---|" + "---:|" * len(names))
    for row in table.rows:
        if row.turns:
            values = (format_metric(row.turns.get(name)) for name in names)
            lines.append(_markdown_row([markdown_cell(_mark(table, row)), markdown_cell(row.model), *values]))
    return lines


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
