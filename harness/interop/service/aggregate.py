"""The statistics of `/aggregate_metrics`, in the shape of a NeMo Gym resources server."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TASK = "_ng_task_index"
_LARGEST = 1e15
"""The largest number that is counted: sums and squares of it are still numbers."""
_OMITTED = (TASK, "_ng_rollout_index", "mask_sample")


def aggregate(responses: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return mean, max, min, median and standard deviation of each numeric field, by task and over all.

    True counts as 1. Masked responses are no measurements: they are left out, and `masked_samples` is their number.
    """
    measured = [one for one in responses if one.get("mask_sample") is not True]
    if not responses:
        return {"group_level_metrics": [], "agent_metrics": {}, "key_metrics": {}}
    tasks: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for one in measured:
        task = one.get(TASK, 0)
        tasks[task if isinstance(task, int) else str(task)].append(one)
    overall = {**_describe(measured), "masked_samples": len(responses) - len(measured)}
    return {
        "group_level_metrics": [
            {TASK: task, **_describe(rows)}
            for task, rows in sorted(tasks.items(), key=lambda item: (isinstance(item[0], str), item[0]))
        ],
        "agent_metrics": overall,
        "key_metrics": {name: value for name, value in overall.items() if name.startswith("mean/")},
    }


def _describe(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name, value in row.items():
            if name not in _OMITTED and isinstance(value, int | float) and abs(value) <= _LARGEST:
                values[name].append(float(value))
    found: dict[str, float] = {}
    for name, numbers in values.items():
        found[f"mean/{name}"] = fmean(numbers)
        found[f"max/{name}"], found[f"min/{name}"] = max(numbers), min(numbers)
        found[f"median/{name}"] = median(numbers)
        found[f"std/{name}"] = stdev(numbers) if len(numbers) > 1 else 0.0
    return found
