"""Prints `ifh list`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...comparison.leaderboard.run_list import DAMAGED, STATES
from ...config.published import IF_SCORE, METRICS
from ...sanitize import escape_cell, escape_control
from ...scoring.describe import format_interval, format_metric
from .console import console, print_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...comparison.leaderboard.run_list import ListedRun

_NAME, _MODEL, _ASKED = 30, 22, 16


def print_run_list(runs: Sequence[ListedRun], folder: str) -> None:
    """Print two lines a run: name, score and state, then model, samples, rule book and start."""
    out = console()
    if not runs:
        print_line(out, f"no runs in {folder}. To make one, run: ifh run quickstart")
        return
    for run in runs:
        name = escape_control(run.run)
        # Two runs of a model differ in the end of their folder names.
        name = name if len(name) <= _NAME else f"…{name[1 - _NAME :]}"
        print_line(out, f"{name:<{_NAME}}  {_score(run)}", "bold")
        print_line(out, f"  {_about(run)}")
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
        return f"{'not scored':<35} {run.state}"
    star = "*" if run.stale else ""
    interval = format_interval(run.value_interval)
    found = f"{METRICS[run.metric].code} {format_metric(run.value):<5} {interval:<14} {run.scored}/{run.of}{star}"
    return f"{found:<35} {run.state}"


def _about(run: ListedRun) -> str:
    if run.state == DAMAGED:
        return escape_control(run.message)
    asked = f"{escape_cell(run.model, _MODEL):<{_MODEL}}  {escape_cell(run.questions, _ASKED):<{_ASKED}}"
    return f"{asked}  {escape_cell(run.rules, 14):<14}  {run.started[:16].replace('T', ' ')}"
