"""Off-task flags of the responses, as the template of a report shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..scoring.diagnostics import LeakFigures, RunDiagnostics, TaskDiagnostics
    from .charts import ChartSeries
    from .run_part import RunPart

ABOUT = {
    "copy": "made of the opening's own words",
    "off_topic": "about something else",
    "stuffed": "words heaped up or repeated",
    "longer_than_source": "a summary longer than what it sums up",
    "misses_names": "a summary without the names and numbers",
    "no_easier": "a simplification that reads no easier",
    "leak": "repeats what the prompt does not show of the article",
}
"""The meaning of each flag in a few words, in the order of display."""
_LISTED = 40
"""Flagged responses of a run in the table; the browser of samples has all."""


def diagnostics_part(runs: Sequence[ChartSeries], parts: Sequence[RunPart]) -> Mapping[str, Any] | None:
    """Return tables, leaks and flagged responses of the runs; None where no run was diagnosed."""
    found = [(run, part.diagnosed) for run, part in zip(runs, parts, strict=True) if part.diagnosed]
    if not found:
        return None
    several = len(runs) > 1
    by_task = [_by_task(run, one, several=several) for run, one in found]
    leaks: list[tuple[dict[str, Any], LeakFigures | None]]
    if several:
        columns = [{"run": run, "address": {"run": run.letter}} for run, _ in found]
        table = _table(columns, [_total(one) for _, one in found])
        leaks = [({"run": run}, one.leak) for run, one in found]
    else:
        table = by_task[0]["table"]
        [(_, alone)] = found
        leaks = [({"name": name}, task.leak) for name, task in alone.by_task.items()]
        leaks = [({"name": "all"}, alone.leak), *leaks] if len(leaks) > 1 else leaks
    return {
        "counts": [{"run": run, "flagged": len(one.flagged), "n": _answers(one)} for run, one in found],
        "table": table if table["rows"] else None,
        "by_task": [one for one in by_task if one["table"]["rows"]] if several else [],
        "leaks": [{**who, **_leak(leak)} for who, leak in leaks if leak],
        "not_checked": [line for run, one in found for line in _not_checked(run.letter if several else "", one)],
        "flagged": [{"run": run, **_flagged_rows(one)} for run, one in found if one.flagged],
    }


def flags_by_sample(found: RunDiagnostics | None) -> str:
    """Return "3 of 20 responses flagged"; "" if there are none, or no run was diagnosed."""
    return f"{len(found.flagged):,} of {_answers(found):,} responses flagged" if found and found.flagged else ""


def _answers(found: RunDiagnostics) -> int:
    return sum(task.n for task in found.by_task.values())


def _total(found: RunDiagnostics) -> dict[str, tuple[int, int]]:
    """Return for each flag, and for all together under "", the flagged and the checked responses."""
    counts = {name: _sum(found.by_task.values(), name) for name in ABOUT}
    return {"": (len(found.flagged), _answers(found)), **counts}


def _sum(tasks: Any, name: str) -> tuple[int, int]:
    checked = [task for task in tasks if name in task.checked]
    return sum(task.found[name] for task in checked), sum(task.checked[name] for task in checked)


def _of_task(task: TaskDiagnostics) -> dict[str, tuple[int, int]]:
    return {"": (task.flagged, task.n)} | {name: (task.found[name], n) for name, n in task.checked.items()}


def _by_task(run: ChartSeries, found: RunDiagnostics, *, several: bool) -> dict[str, Any]:
    own = {"run": run.letter} if several else {}
    checked = {name: task for name, task in found.by_task.items() if task.checked}
    columns: list[dict[str, Any]] = [{"name": name, "address": {**own, "task": name}} for name in checked]
    counts = [_of_task(task) for task in checked.values()]
    if len(columns) > 1:
        columns.insert(0, {"name": "all", "address": own})
        counts.insert(0, _total(found))
    return {"run": run, "table": _table(columns, counts)}


def _table(columns: Sequence[dict[str, Any]], counts: Sequence[Mapping[str, tuple[int, int]]]) -> dict[str, Any]:
    """Return one row per flag; each cell has a count, its total, and the address that lists the responses."""
    rows = []
    for name in (*ABOUT, ""):
        pairs = [one.get(name, (0, 0)) for one in counts]
        if any(of for _, of in pairs):
            show = f"finding:{name}" if name else "flagged"
            cells = [
                {"n": n, "of": of, "address": _address({"show": show, **column["address"]})}
                for column, (n, of) in zip(columns, pairs, strict=True)
            ]
            rows.append(
                {"name": name or "flagged", "about": ABOUT.get(name, "with at least one of these"), "cells": cells}
            )
    return {"columns": columns, "rows": rows if len(rows) > 1 else []}


def _address(shown: Mapping[str, str]) -> str:
    return urlencode(shown, errors="replace")  # a lone surrogate has no place in an address


def _leak(leak: LeakFigures) -> dict[str, Any]:
    between = "-" if leak.low is None or leak.high is None else f"{leak.low:.2f} to {leak.high:.2f}"
    chance = "-" if leak.chance is None else f"{leak.chance:.2f}"
    return {"n": leak.n, "share": f"{leak.share:.2f}", "interval": between, "chance": chance, "longest": leak.longest}


def _not_checked(letter: str, found: RunDiagnostics) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for name, whys in found.not_checked.items():
        for why, n in whys.items():
            reasons.setdefault(why, []).append(f"{name} {n:,}")
    for why, names in reasons.items():
        yield f"{f'{letter}: ' if letter else ''}{why}: {', '.join(names)}"


def _flagged_rows(found: RunDiagnostics) -> dict[str, Any]:
    answers = [
        {
            "place": f"{one.sample_id}.{one.epoch}" if one.epoch else one.sample_id,
            "address": _address({"sample": f"{one.sample_id}.{one.epoch}" if one.epoch else one.sample_id}),
            "task": one.task,
            "findings": [(finding.name, finding.reason) for finding in one.findings],
        }
        for one in found.flagged[:_LISTED]
    ]
    return {"answers": answers, "n": len(found.flagged), "more": max(0, len(found.flagged) - _LISTED)}
