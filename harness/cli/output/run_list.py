"""Prints `ifh list`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...comparison.leaderboard.run_list import DAMAGED, STATES
from ...config.published import IF_SCORE, METRICS
from ...sanitize import escape_cell, escape_control
from ...scoring.describe import format_interval, format_metric
from .console import console, print_line, print_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...comparison.leaderboard.run_list import ListedRun

_NAME, _MODEL, _ASKED = 30, 24, 16
_SCORE = 35


def print_run_list(runs: Sequence[ListedRun], folder: str) -> None:
    """Print a few lines a run: name, score and state, then model, samples, rule book and start, then the address.

    The name is never cut, because other commands take it; outside a terminal nothing is.
    """
    out = console()
    if not runs:
        print_line(out, f"no runs in {folder}. To make one, run: ifh run quickstart")
        return
    for run in runs:
        name = escape_control(run.run)
        if len(name) > _NAME and out.is_terminal:
            print_text(out, name, "bold", soft_wrap=True)
            name = ""
        print_text(out, f"{name:<{_NAME}}  {_score(run)}", "bold", soft_wrap=True)
        print_text(out, f"  {_about(run, whole=not out.is_terminal)}", soft_wrap=True)
        if run.base_url:
            print_text(out, f"  at {run.base_url}", soft_wrap=True)
    counted = Counter(run.state for run in runs)
    print_line(out, "")
    states = ", ".join(f"{counted[state]} {state}" for state in STATES if counted[state])
    print_line(out, f"{len(runs)} run{'s' * (len(runs) != 1)}: {states}")
    for state in STATES:
        if counted[state]:
            print_line(out, f"{state}: {STATES[state]}")
    metrics = {run.metric: METRICS[run.metric] for run in runs if run.scored is not None and run.metric != IF_SCORE}
    for metric in metrics.values():
        print_line(out, f"{metric.code}: {metric.label} accuracy, which the set reports first")
    if any(run.stale for run in runs):
        print_line(out, "*: scores of fewer responses or of another ifharness. To update them, run: ifh score RUN")


def _score(run: ListedRun) -> str:
    if run.scored is None:
        return f"{'not scored':<{_SCORE}} {run.state}"
    star = "*" if run.stale else ""
    interval = format_interval(run.value_interval)
    found = f"{METRICS[run.metric].code} {format_metric(run.value):<5} {interval:<14} {run.scored}/{run.of}{star}"
    return f"{found:<{_SCORE}} {run.state}"


def _about(run: ListedRun, *, whole: bool) -> str:
    if run.state == DAMAGED:
        return run.message
    cells = ((f"{run.adapter}/{run.model}", _MODEL), (run.questions, _ASKED), (run.rules, 14))
    shown = (f"{escape_control(text) if whole else escape_cell(text, width):<{width}}" for text, width in cells)
    return "  ".join((*shown, run.started[:16].replace("T", " ")))
