"""What `ifh list` prints."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...comparison.leaderboard.run_list import DAMAGED, STATES
from ...sanitize import escape_cell, escape_control
from ...scoring.describe import format_metric
from .console import WIDTH, console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ...comparison.leaderboard.run_list import ListedRun

_NAME, _MODEL, _ASKED = 30, 22, 16


def print_run_list(runs: Sequence[ListedRun], folder: str) -> None:
    """Print two lines a run: its name, state and score; below, model, questions, rules and time."""
    out = console()
    if not runs:
        _say(out, f"no runs in {folder}; `ifh run quickstart` makes one")
        return
    for run in runs:
        name = escape_control(run.run)
        # The end of a folder's name is what tells two runs of a model apart.
        name = name if len(name) <= _NAME else f"…{name[1 - _NAME :]}"
        _say(out, f"{name:<{_NAME}}  {_score(run)}", style="bold")
        _say(out, f"  {_about(run)}")
    counted = Counter(run.state for run in runs)
    _say(out, "")
    states = ", ".join(f"{counted[state]} {state}" for state in STATES if counted[state])
    _say(out, f"{len(runs)} run{'s' * (len(runs) != 1)}: {states}")
    for state in STATES:
        if counted[state]:
            _say(out, f"{state}: {STATES[state]}")
    if any(run.stale for run in runs):
        _say(out, "*: scores of fewer responses or of another ifharness; `ifh score RUN` updates them")


def _score(run: ListedRun) -> str:
    if run.scored is None:
        return f"{'not scored':<35} {run.state}"
    interval = f"[{format_metric(run.interval.low)}, {format_metric(run.interval.high)}]" if run.interval else ""
    star = "*" if run.stale else ""
    found = f"IF {format_metric(run.if_score):<5} {interval:<14} {run.scored}/{run.of}{star}"
    return f"{found:<35} {run.state}"


def _about(run: ListedRun) -> str:
    if run.state == DAMAGED:
        return escape_control(run.message)
    asked = f"{escape_cell(run.model, _MODEL):<{_MODEL}}  {escape_cell(run.questions, _ASKED):<{_ASKED}}"
    return f"{asked}  {escape_cell(run.rules, 14):<14}  {run.started[:16].replace('T', ' ')}"


def _say(out: Console, said: str, style: str = "") -> None:
    from rich.text import Text

    out.print(Text(escape_control(said), style=style), width=min(out.width, WIDTH))
