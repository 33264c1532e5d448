"""Length, tokens, cost and latency of the responses of a run, read from `responses.jsonl` without their texts."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from math import isnan, nan
from typing import TYPE_CHECKING, Any, NamedTuple

from ...store.journal import numbered_lines
from ...store.run_folder import RESPONSES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tasks.formats.sample_file import SampleFile

_NONE = -1
_NUMBERS = ("output_tokens", "cost", "seconds")


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


def load_response_metrics(
    folder: Path, samples: SampleFile | None = None, epochs: int = 1
) -> Mapping[tuple[str, int], ResponseMetrics]:
    """Return the metrics of the latest response by sample id and epoch; a run without responses has none.

    With its `samples`, they take a few bytes each. Raises `StoreError` for a damaged file.
    """
    path = folder / RESPONSES
    if not path.exists():
        return {}
    found: dict[tuple[str, int], ResponseMetrics] | MetricTable = {}
    if samples is not None:
        found = MetricTable(samples.ids, epochs)
    for _, record in numbered_lines(path):
        if isinstance(record.get("text"), str):
            found[str(record.get("sample_id")), int(record.get("epoch", 0))] = _metrics(record)
    return found


def find_models(metrics: Mapping[tuple[str, int], ResponseMetrics]) -> set[str]:
    """Return the models that the provider served."""
    return metrics.models if isinstance(metrics, MetricTable) else {one.model for one in metrics.values()}


class MetricTable(Mapping[tuple[str, int], ResponseMetrics]):
    """Metrics of the responses of a run in about forty bytes each."""

    def __init__(self, places: Mapping[str, int], epochs: int) -> None:
        self._places, self._epochs = places, epochs
        size = len(places) * epochs
        self._length = array("q", [_NONE]) * size
        self._numbers = [array("d", [nan]) * size for _ in _NUMBERS]
        self._model = array("I", [0]) * size
        self._models: dict[str, int] = {}

    def __setitem__(self, key: tuple[str, int], value: ResponseMetrics) -> None:
        """Set the metrics of a response; of one that the run does not have, nothing."""
        slot = self._slot(key)
        if slot is None:
            return
        self._length[slot], *numbers, model = value
        for column, number in zip(self._numbers, numbers, strict=True):
            column[slot] = nan if number is None else number
        self._model[slot] = self._models.setdefault(model, len(self._models))

    def __getitem__(self, key: tuple[str, int]) -> ResponseMetrics:
        """Return the metrics of a response."""
        slot = self._slot(key)
        if slot is None or self._length[slot] == _NONE:
            raise KeyError(key)
        tokens, cost, seconds = (None if isnan(column[slot]) else column[slot] for column in self._numbers)
        return ResponseMetrics(self._length[slot], tokens, cost, seconds, list(self._models)[self._model[slot]])

    def column(self, name: str) -> tuple[array[float] | array[int], array[int]]:
        """Return a metric, and the length, of each sample and epoch; without a response, the length is below 0."""
        return self._length if name == "length" else self._numbers[_NUMBERS.index(name)], self._length

    @property
    def models(self) -> set[str]:
        """The models that the provider served."""
        used = {model for model, length in zip(self._model, self._length, strict=True) if length != _NONE}
        return {name for name, number in self._models.items() if number in used}

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yield sample id and epoch of each response."""
        for place, id in enumerate(self._places):
            for epoch in range(self._epochs):
                if self._length[place * self._epochs + epoch] != _NONE:
                    yield id, epoch

    def __len__(self) -> int:
        """Return the number of responses."""
        return len(self._length) - self._length.count(_NONE)

    def _slot(self, key: object) -> int | None:
        if not (isinstance(key, tuple) and len(key) == 2):
            return None
        id, epoch = key
        place = self._places.get(id)
        return place * self._epochs + epoch if place is not None and 0 <= epoch < self._epochs else None


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
