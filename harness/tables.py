"""What a run tells in a terminal: the figures, and some failed verdicts with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import epochs, freshness
from .cost import told as spending
from .marking import excerpt, needs_brackets
from .safe import cell, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.table import Table

    from .summary import Row, Summary

WIDTH = 80
"""Columns that everything fits."""
_EXCERPT = 240


def console() -> Console:
    """Return a console on standard output that shows text as it is; no control codes where it is no terminal."""
    import sys
    from io import TextIOWrapper

    from rich.console import Console

    if isinstance(sys.stdout, TextIOWrapper):
        # An output that is not UTF-8 shows an escape for what it cannot hold, instead of ending in an error.
        sys.stdout.reconfigure(errors="backslashreplace")
    return Console(highlight=False, markup=False, emoji=False)


def figure(value: float | None) -> str:
    """Return a score on 0..100 with one decimal; only an exact 0 or 100 is shown as such, None as "-"."""
    if value is None:
        return "-"
    shown = f"{value:.1f}"
    return {"100.0": "99.9", "0.0": "0.1"}.get(shown, shown) if value not in (0, 100) else shown


def headline(summary: Summary) -> str:
    """Return "IF 83.3  [71.2, 95.4] 95%  scored 12 of 12"; the counts stand beside the score wherever it is shown."""
    parts = [f"IF {figure(summary.if_score)}"]
    if summary.interval:
        found = summary.interval
        parts.append(f"[{figure(found.low)}, {figure(found.high)}] {100 * found.level:g}%")
    parts.append(f"scored {summary.scored} of {summary.scored + summary.unscored}")
    if summary.unscored and summary.if_score_floor is not None:
        parts.append(f"floor {figure(summary.if_score_floor)}")
    return "  ".join(parts)


def counts(summary: Summary) -> list[str]:
    """Return the counts that a reader must know of, each in words; those of 0 are left out."""
    named = {"truncated": summary.truncated, "refused": summary.refused, "blank": summary.blank}
    told = [f"{name} {count}" for name, count in named.items() if count]
    if summary.unscored:
        causes = ", ".join(f"{plain(cause)} {count}" for cause, count in summary.failures.items())
        told.append(f"unscored {summary.unscored} ({causes})")
    return told


def remarks(summary: Summary) -> list[str]:
    """Return what explains the headline: how the interval was found, what the floor is, what is left out."""
    told = []
    if summary.interval:
        told.append(f"Interval: {summary.interval.method}.")
    elif summary.scored:
        told.append("No interval: it takes scored answers on two articles or more in every task.")
    if summary.by_epoch:
        told += epochs.told(summary.by_epoch)
    if summary.by_cutoff:
        told += freshness.told(summary.by_cutoff)
    if summary.after:
        found = ", ".join(f"{plain(odd)} {count}" for odd, count in summary.after.items())
        told.append(f"Scored answers that go on from an earlier answer of this kind: {found}.")
    if summary.unscored and summary.scored:
        told.append("Floor: the IF score with every unscored question as 0.")
    left_out = [plain(task) for task, figures in summary.by_task.items() if not figures.n]
    if left_out and summary.scored:
        told.append(f"Not in the IF score, since nothing of it was scored: {', '.join(left_out)}.")
    if summary.spent:
        told.append(f"Spent: {spending(summary.spent)}.")
    return told


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


def failed_rows(rows: Iterable[Row], limit: int = 2) -> list[Row]:
    """Return the rows that `print_failed` would tell of, each once."""
    chosen = {id(row): row for row, _ in _chosen(rows, limit)}
    return list(chosen.values())


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


def _chosen(rows: Iterable[Row], limit: int) -> list[tuple[Row, int]]:
    chosen: list[tuple[Row, int]] = []
    spare: list[tuple[Row, int]] = []
    ids: set[str] = set()
    for row in rows:
        fresh = True
        for number, verdict in enumerate(row.strict):
            if verdict.followed or len(chosen) >= limit:
                continue
            id = row.sample.instructions[number].id
            if fresh and id not in ids:
                chosen.append((row, number))
                ids.add(id)
                fresh = False
            elif len(spare) < limit:
                spare.append((row, number))
        if len(chosen) >= limit:
            break
    return [*chosen, *spare][:limit]


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


def _by_cutoff(found: freshness.ByCutoff) -> Table:
    table = _table("articles published", ("n", "IF"))
    for name, number, score in freshness.rows(found):
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


def _table(first: str, columns: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(Text(first))
    for name in columns:
        table.add_column(Text(name), justify="right", no_wrap=True)
    return table


def _width(console: Console) -> int:
    return min(console.width, WIDTH)


def _line(console: Console, said: str, style: str = "") -> None:
    from rich.text import Text

    console.print(Text(said, style=style), width=_width(console))
