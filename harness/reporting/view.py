"""The context of the template of a report: metrics as words and positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .run_part import RunPart

import json
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from ..comparison.run_differences import label_runs
from ..scoring.breakdowns import epochs
from ..scoring.describe import describe_counts, describe_remarks, format_metric, metric_rows
from ..store.manifest import Manifest
from . import charts, diagnostics
from .chart_data import MEASURES, run_labels
from .charts import ChartSeries
from .plots.twins import twins_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


MOST_RUNS = len(ascii_uppercase)
"""Runs of one report: each has a letter."""
COLOURS = 6
_TITLES = {
    "length": "Length of responses, characters",
    "tokens": "Output tokens of responses",
    "cost": "Cost of responses",
    "seconds": "Latency, waits included",
}


def page_context(parts: Sequence[RunPart], embedded: tuple[int, int]) -> dict[str, Any]:
    """Return what the template needs of the runs; `embedded` counts packed responses and unscored samples."""
    runs = [
        ChartSeries(letter, f"c{number % COLOURS}", part.found)
        for number, (letter, part) in enumerate(zip(ascii_uppercase, parts, strict=False))  # more letters than runs
    ]
    return {
        "title": parts[0].title if len(parts) == 1 else f"{len(parts)} runs: {', '.join(run_names(parts))}",
        "several": len(parts) > 1,
        "runs": [
            {**_head(series, part), "label": label}
            for series, part, label in zip(runs, parts, run_names(parts), strict=True)
        ],
        "diagnosed": diagnostics.diagnostics_part(runs, parts),
        "twins": twins_part(runs, parts),
        "tasks": _tasks(runs, parts),
        "instructions": _instructions(runs, parts),
        "families": charts.bars(runs, "family", charts.least_first(runs, "family"), css="family"),
        "heat": _heat(runs) if len(runs) > 1 else [],
        "counts": _counts(runs),
        "height": charts.HEIGHT,
        "spreads": [
            (_TITLES[name], *charts.histograms(runs, name))
            for name in MEASURES
            if any(run.found.most(name) for run in runs)
        ],
        "left_out": _left_out(parts, embedded),
        "figure": format_metric,
    }


def run_names(parts: Sequence[RunPart]) -> list[str]:
    """Return a label for each run: its model, with settings or else its folder where runs share a model."""
    manifests = [Manifest({"plan": {}, **part.manifest}) for part in parts]
    return label_runs(manifests, [part.name or part.title for part in parts])


def _head(series: ChartSeries, part: RunPart) -> dict[str, Any]:
    """Return the head of one run, and its tables."""
    summary, first = part.summary, part.summary.first_metric
    found = first.interval
    return {
        "letter": series.letter,
        "css": series.css,
        "title": part.title,
        "model": part.model,
        "name": part.name,
        "summary": summary,
        "unit": "IF score" if summary.headline is None else first.label,
        "score": format_metric(first.value),
        "floor": "" if first.floor is None or not summary.unscored else format_metric(first.floor),
        "width": charts.format_percent(first.value or 0.0),
        "interval": charts.format_between(found.low, found.high) if found else "",
        "level": f"{100 * found.level:g}%" if found else "",
        "ends": (charts.format_percent(found.low), charts.format_percent(found.high)) if found else None,
        "counts": describe_counts(summary),
        "flagged": diagnostics.flags_by_sample(part.diagnosed),
        "notes": list(part.notes),
        "dialogues": part.dialogues,
        "metrics": metric_rows(summary),
        "remarks": describe_remarks(summary),
        "epochs": list(epochs.epoch_rows(summary.by_epoch)) if summary.by_epoch else [],
        "causes": [(cause, n, part.found.causes.get(cause, "")) for cause, n in summary.failures.items()],
        "record": list(_flat(part.manifest)),
    }


def _tasks(runs: Sequence[ChartSeries], parts: Sequence[RunPart]) -> list[charts.BarChart]:
    order = list(dict.fromkeys(task for part in parts for task in part.summary.by_task))

    def more(run: int, task: str) -> tuple[str, ...]:
        found = parts[run].summary.by_task.get(task)
        return (
            (format_metric(found.prompt), format_metric(found.instruction), str(found.unscored))
            if found
            else ("-", "-", "0")
        )

    return charts.bars(runs, "task", order, more)


def _instructions(runs: Sequence[ChartSeries], parts: Sequence[RunPart]) -> list[charts.BarChart]:
    """Return families, and below each its instructions; least followed first."""

    def more(run: int, id: str) -> tuple[str, ...]:
        found = parts[run].summary.by_id.get(id)
        return (format_metric(found.loose), format_metric(found.prompt)) if found else ("-", "-")

    ids = charts.least_first(runs, "id")
    rows = []
    for family in charts.least_first(runs, "family"):
        inside = [id for id in ids if id.partition(":")[0] == family]
        rows += charts.bars(runs, "family", [family], lambda _run, _name: ("", ""), "family")
        rows += charts.bars(runs, "id", inside, more, "one")
    return rows


def _heat(runs: Sequence[ChartSeries]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return a row for each instruction, least followed first: a step of the scale and the share for each run."""
    found = [run.found.shares("id") for run in runs]
    rows = []
    for id in charts.least_first(runs, "id"):
        shares = [shares.get(id) for shares in found]
        rows.append((id, [(f"h{int(s.value // 10)}", format_metric(s.value)) if s else ("", "-") for s in shares]))
    return rows


def _counts(runs: Sequence[ChartSeries]) -> dict[str, Any]:
    order = run_labels([run.found for run in runs], "count", int)
    return {"order": order, "rows": charts.bars(runs, "count", order), "points": charts.points(runs, order)}


def _left_out(parts: Sequence[RunPart], embedded: tuple[int, int]) -> list[str]:
    """Return which responses and unscored samples the page has, where it does not have all."""
    totals = (sum(part.summary.scored for part in parts), sum(part.summary.unscored for part in parts))
    what = ("responses", "unscored samples")
    return [
        f"the first {some:,} of {total:,} {name}"
        for some, total, name in zip(embedded, totals, what, strict=True)
        if some < total
    ]


def _flat(info: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield dotted names and values, in the order of the record."""
    for name, value in info.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
