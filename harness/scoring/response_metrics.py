"""Length, tokens, cost and latency of the responses of a run, read from `responses.jsonl` without their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..store.journal import numbered_lines
from ..store.run_folder import RESPONSES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class ResponseMetrics(NamedTuple):
    """What one response took; None is unknown, never 0."""

    length: int
    """Characters."""
    output_tokens: float | None
    cost: float | None
    """US dollars."""
    seconds: float | None
    """From the first attempt to the response; None for one from the cache."""
    model: str
    """The model that the provider says it served."""


def load_response_metrics(folder: Path) -> dict[tuple[str, int], ResponseMetrics]:
    """Return the metrics of the latest response by sample id and epoch; a run without responses has none.

    Raises `StoreError` for a damaged file.
    """
    path = folder / RESPONSES
    if not path.exists():
        return {}
    found = {}
    for _, record in numbered_lines(path):
        if isinstance(record.get("text"), str):
            found[str(record.get("sample_id")), int(record.get("epoch", 0))] = _metrics(record)
    return found


def _metrics(record: Mapping[str, Any]) -> ResponseMetrics:
    usage = record.get("usage")
    seconds = None if record.get("from_cache") else _number(record.get("seconds"))
    return ResponseMetrics(
        length=len(record["text"]),
        output_tokens=_number(usage.get("output")) if isinstance(usage, dict) else None,
        cost=_number(record.get("cost")),
        seconds=seconds or None,  # external responses have 0 seconds, which is not a measurement
        model=str(record.get("model") or ""),
    )


def _number(value: object) -> float | None:
    """Return a number from 0; None for anything else, since files of other programs hold anything."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < float("inf") else None  # type: ignore[operator, arg-type]
