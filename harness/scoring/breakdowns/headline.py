"""Headline: the metric that a published set reports first, with its interval, and the set's other metrics beside it.

The metrics are those of `config.published.METRICS`. A run of generated samples reports the IF score first and has no
headline of its own.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from ...config.published import IF_SCORE, METRICS
from ..intervals import ClusteredScores, Interval, interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class MetricValue:
    """A metric on 0..100, to 4 decimals; None if nothing is scored."""

    value: float | None
    interval: Interval | None
    """None if there are too few samples for one."""
    floor: float | None = None
    """The value with every unscored sample as not followed; equal to `value` if there is none."""


@dataclass(frozen=True)
class Headline(MetricValue):
    """The metric that is reported first."""

    metric: str = IF_SCORE
    """Its key in `METRICS`."""
    beside: dict[str, MetricValue] = field(default_factory=dict)
    """The other metrics, by key."""

    @property
    def label(self) -> str:
        """The metric in words."""
        return METRICS[self.metric].label

    @property
    def metrics(self) -> dict[str, MetricValue]:
        """All metrics, by key."""
        return {self.metric: MetricValue(self.value, self.interval, self.floor), **self.beside}

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `scores.json`."""
        record = asdict(self)
        return {"metric": record.pop("metric"), **record}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote."""
        beside = {name: MetricValue(**_with_interval(found)) for name, found in record["beside"].items()}
        return cls(**{**_with_interval(record), "beside": beside})


_SHARES = ("prompt_strict", "prompt_loose", "instruction_strict", "instruction_loose")
"""Shares of responses (prompt) or of verdicts (instruction), in one of the modes."""


class HeadlineCount:
    """Adds up the metrics of a published set, one response at a time; nothing where the IF score comes first."""

    def __init__(self, metric: str) -> None:
        self._metric = metric
        self._scores = {name: ClusteredScores() for name in _SHARES} if metric != IF_SCORE else {}
        self._missed = {"prompt": 0, "instruction": 0}

    def add(self, strict: Iterable[bool], loose: Iterable[bool], cluster: int) -> None:
        """Add a scored response by its verdicts (followed or not), with the number of its cluster."""
        verdicts = {"strict": list(strict), "loose": list(loose)}
        for name, scores in self._scores.items():
            level, _, mode = name.partition("_")
            followed = verdicts[mode]
            for share in followed if level == "instruction" else [all(followed)]:
                scores.append(cluster, float(share))

    def miss(self, instructions: int) -> None:
        """Add a sample without a scored response, by the number of its instructions."""
        self._missed["prompt"] += 1
        self._missed["instruction"] += instructions

    def figures(
        self, if_score: MetricValue, level: float, unit: str, others: Mapping[str, MetricValue] | None = None
    ) -> Headline | None:
        """Return the headline; None where it is the IF score, or a metric of which nothing is known.

        `others` holds further metrics of `METRICS` that were computed elsewhere, such as means over turns.
        """
        found = {name: self._value(name, level, unit) for name in self._scores} | dict(others or {})
        if self._metric not in found:
            return None
        first = found.pop(self._metric)
        return Headline(**vars(first), metric=self._metric, beside={**found, IF_SCORE: if_score})

    def _value(self, name: str, level: float, unit: str) -> MetricValue:
        scores = self._scores[name]
        if not len(scores):
            return MetricValue(None, None, None)
        followed, due = sum(share for _, share in scores), len(scores) + self._missed[name.partition("_")[0]]
        value, floor = round(100 * followed / len(scores), 4), round(100 * followed / due, 4)
        return MetricValue(value, interval({"all": scores}, level, unit=unit), floor)


def _with_interval(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "interval": Interval.from_json(record["interval"]) if record["interval"] else None}
