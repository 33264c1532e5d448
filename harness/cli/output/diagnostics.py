"""Prints `ifh diagnose`: flags by task, leaked text with its interval, and the flagged responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...sanitize import escape_cell, escape_control
from ...scoring.diagnostics import LEVEL, NAMES
from .console import add_row, console, make_table, print_line, print_table

if TYPE_CHECKING:
    from rich.table import Table

    from ...scoring.diagnostics import FlaggedResponse, LeakFigures, RunDiagnostics

_TASK = 16
_EXPLAINED = (
    "Leaked: mean share of a response's runs of 8 words (16 Chinese characters) found in the part of its article "
    f"that the prompt omits, with a {100 * LEVEL:g}% interval over articles. By chance: the same measured on the other "
    "articles of the set."
)


def print_diagnostics(found: RunDiagnostics, limit: int) -> None:
    """Print the diagnostics of a run and the first `limit` flagged responses with their reasons."""
    out = console()

    print_line(out, f"{escape_control(found.run)}  {escape_control(found.model)}")
    responses = sum(task.n for task in found.by_task.values())
    print_line(out, f"flagged {len(found.flagged)} of {responses} responses (scores are not affected)", "bold")
    print_line(out, "")
    if any(task.checked for task in found.by_task.values()):
        print_table(out, _findings(found))
        print_line(out, "")
    if found.leak:
        print_table(out, _leaks(found))
        print_line(out, _EXPLAINED, "dim")
        print_line(out, "")
    for why, names in _by_reason(found).items():
        counts = ", ".join(f"{name} {n}" for name, n in names.items())
        print_line(out, f"not checked, {why}: {counts}", "dim")
    for one in found.flagged[:limit]:
        print_line(out, "")
        for number, line in enumerate(_format_flagged(one)):
            print_line(out, line, "" if number else "bold")
    if (left := len(found.flagged) - limit) > 0:
        print_line(out, "")
        print_line(out, f"{left} more flagged (--limit N shows N, --json shows all)")


def _by_reason(found: RunDiagnostics) -> dict[str, dict[str, int]]:
    reasons: dict[str, dict[str, int]] = {}
    for name, whys in found.not_checked.items():
        for why, n in whys.items():
            reasons.setdefault(why, {})[name] = n
    return reasons


def _format_flagged(one: FlaggedResponse) -> list[str]:
    epoch = f", epoch {one.epoch}" if one.epoch else ""
    reasons = [f"  {finding.name}: {escape_control(finding.reason)}" for finding in one.findings]
    return [f"sample {escape_control(one.sample_id)}{epoch}, {escape_control(one.task)}", *reasons]


def _findings(found: RunDiagnostics) -> Table:
    tasks = {name: task for name, task in found.by_task.items() if task.checked}
    table = make_table(["flagged, of checked", *(escape_cell(name, _TASK) for name in tasks)])
    for name in NAMES:
        if any(name in task.checked for task in tasks.values()):
            counts = (f"{t.found[name]} of {t.checked[name]}" if name in t.checked else "-" for t in tasks.values())
            add_row(table, name, *counts)
    add_row(table, "responses flagged", *(f"{task.flagged} of {task.n}" for task in tasks.values()))
    return table


def _leaks(found: RunDiagnostics) -> Table:
    table = make_table(("leaked, %", "n", "leaked", "interval", "by chance", "longest"))
    for name, task in found.by_task.items():
        if task.leak:
            add_row(table, escape_cell(name, 24), *_leak(task.leak))
    if found.leak and len(found.by_task) > 1:
        add_row(table, "all", *_leak(found.leak))
    return table


def _leak(leak: LeakFigures) -> tuple[str, ...]:
    between = "-" if leak.low is None or leak.high is None else f"[{leak.low:.2f}, {leak.high:.2f}]"
    chance = "-" if leak.chance is None else f"{leak.chance:.2f}"
    return (str(leak.n), f"{leak.share:.2f}", between, chance, str(leak.longest))
