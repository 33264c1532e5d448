"""What `ifh diagnose` prints: findings by task, leaks with their interval and what chance gives, flagged answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...sanitize import escape_cell, escape_control
from ...scoring.diagnostics import LEVEL, NAMES
from .console import WIDTH, console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from ...scoring.diagnostics import FlaggedResponse, LeakFigures, RunDiagnostics

_TASK = 16
_EXPLAINED = (
    "Leaked: mean share of an answer's runs of 8 words (16 Chinese characters) that stand in the part of its article "
    f"that the prompt does not show; {100 * LEVEL:g}% interval over articles. By chance: the same for the other "
    "articles of the set."
)


def print_diagnostics(found: RunDiagnostics, limit: int) -> None:
    """Print what was found in a run, and the first `limit` flagged answers with their reasons; 80 columns."""
    out = console()

    def say(line: str, style: str = "") -> None:
        from rich.text import Text

        out.print(Text(line, style=style), width=min(out.width, WIDTH))

    say(f"{escape_control(found.run)}  {escape_control(found.model)}")
    answers = sum(task.n for task in found.by_task.values())
    say(f"flagged {len(found.flagged)} of {answers} answers; no score depends on it", style="bold")
    say("")
    if any(task.judged for task in found.by_task.values()):
        out.print(_findings(found), width=min(out.width, WIDTH))
        say("")
    if found.leak:
        out.print(_leaks(found), width=min(out.width, WIDTH))
        say(_EXPLAINED, style="dim")
        say("")
    for why, names in _by_reason(found).items():
        told = ", ".join(f"{name} {n}" for name, n in names.items())
        say(f"not judged, since {why}: {told}", style="dim")
    for one in found.flagged[:limit]:
        say("")
        for number, line in enumerate(_flagged(one)):
            say(line, style="" if number else "bold")
    if (left := len(found.flagged) - limit) > 0:
        say("")
        say(f"{left} more flagged: --limit N shows N, --json all")


def _by_reason(found: RunDiagnostics) -> dict[str, dict[str, int]]:
    reasons: dict[str, dict[str, int]] = {}
    for name, whys in found.not_judged.items():
        for why, n in whys.items():
            reasons.setdefault(why, {})[name] = n
    return reasons


def _flagged(one: FlaggedResponse) -> list[str]:
    epoch = f", epoch {one.epoch}" if one.epoch else ""
    reasons = [f"  {finding.name}: {escape_control(finding.reason)}" for finding in one.findings]
    return [f"sample {escape_control(one.sample_id)}{epoch}, {escape_control(one.task)}", *reasons]


def _findings(found: RunDiagnostics) -> Table:
    tasks = {name: task for name, task in found.by_task.items() if task.judged}
    table = _table("found in, of those judged", [escape_cell(name, _TASK) for name in tasks])
    for name in NAMES:
        if any(name in task.judged for task in tasks.values()):
            counts = (f"{t.found[name]} of {t.judged[name]}" if name in t.judged else "-" for t in tasks.values())
            table.add_row(name, *counts)
    table.add_row("answers flagged", *(f"{task.flagged} of {task.n}" for task in tasks.values()))
    return table


def _leaks(found: RunDiagnostics) -> Table:
    table = _table("leaked, %", ("n", "leaked", "interval", "by chance", "longest"))
    for name, task in found.by_task.items():
        if task.leak:
            table.add_row(escape_cell(name, 24), *_leak(task.leak))
    if found.leak and len(found.by_task) > 1:
        table.add_row("all", *_leak(found.leak))
    return table


def _leak(leak: LeakFigures) -> tuple[str, ...]:
    between = "-" if leak.low is None or leak.high is None else f"[{leak.low:.2f}, {leak.high:.2f}]"
    chance = "-" if leak.chance is None else f"{leak.chance:.2f}"
    return (str(leak.n), f"{leak.share:.2f}", between, chance, str(leak.longest))


def _table(first: str, columns: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(Text(first))
    for name in columns:
        table.add_column(Text(name), justify="right", no_wrap=True)
    return table
