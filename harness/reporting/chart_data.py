"""The data behind the charts of one run, added up one result at a time."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any

from ..scoring.counts import instruction_count
from ..scoring.intervals import ClusteredScores, interval
from ..scoring.results import ScoredResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tasks.sample import Sample

    from ..scoring.results import UnscoredSample

GROUPS = ("task", "family", "id", "count")
"""The groups of shares; `count` is the number of instructions in a sample."""
MEASURES = ("length", "tokens", "cost", "seconds")
"""Characters of a response, output tokens, US dollars, seconds."""
LEVEL = 0.95


@dataclass(frozen=True)
class ShareSeries:
    """A mean on 0..100 with its interval; the bounds are None where no interval is possible."""

    n: int
    """Responses, or verdicts."""
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class LengthSpread:
    """A distribution: counts in bins of equal width, the last one open, and its quantiles."""

    n: int
    bins: tuple[int, ...]
    median: float
    p90: float
    most: float


class ChartData:
    """Scores by task and number of instructions, verdicts by id and family, and sizes, in 200 bytes per response."""

    def __init__(self) -> None:
        self._pairs: dict[str, dict[str, ClusteredScores]] = {name: {} for name in GROUPS}
        self._shares: dict[str, dict[str, ShareSeries]] = {}
        self._sizes = {name: array("d") for name in MEASURES}
        self._alone = ("", 0)
        self.causes: dict[str, str] = {}
        """The first message of each cause of unscored samples."""

    def add(self, result: ScoredResponse | UnscoredSample) -> None:
        """Add a result; the epochs of a sample come one after the other."""
        if not isinstance(result, ScoredResponse):
            self.causes.setdefault(result.cause, result.message)
            return
        sample, followed = result.sample, [verdict.followed for verdict in result.strict]
        cluster = self._cluster(sample)
        score = (all(followed) + sum(followed) / len(followed)) / 2
        self._add("task", sample.task, cluster, score)
        self._add("count", str(len(followed)), cluster, score)
        for instruction, one in zip(sample.instructions, followed, strict=True):
            self._add("id", instruction.id, cluster, one)
            self._add("family", instruction.id.partition(":")[0], cluster, one)
        self._add_sizes(result)

    def shares(self, group: str) -> Mapping[str, ShareSeries]:
        """Return the shares of one of `GROUPS`; results added after the first call do not count."""
        if group not in self._shares:
            self._shares[group] = {name: _share(pairs) for name, pairs in self._pairs[group].items()}
        return self._shares[group]

    def most(self, measure: str) -> float:
        """Return the upper end of a chart for one of `MEASURES`: the 98th percentile, 0 without values."""
        found = sorted(self._sizes[measure])
        return _at(found, 0.98) if found else 0.0

    def spread(self, measure: str, upper: float, bins: int) -> LengthSpread | None:
        """Return the distribution of one of `MEASURES` in bins from 0 to `upper`; None if nothing is known."""
        found = sorted(self._sizes[measure])
        if not found or upper <= 0:
            return None
        counts = [0] * bins
        for value in found:
            counts[min(bins - 1, int(value / upper * bins))] += 1
        return LengthSpread(len(found), tuple(counts), _at(found, 0.5), _at(found, 0.9), found[-1])

    def _cluster(self, sample: Sample) -> int:
        """Number the article; a sample without an article is a cluster over all its epochs."""
        if sample.article_id:
            return instruction_count(sample.article_id)
        if sample.id != self._alone[0]:
            self._alone = (sample.id, self._alone[1] - 1)
        return self._alone[1]

    def _add(self, group: str, name: str, cluster: int, score: float) -> None:
        self._pairs[group].setdefault(name, ClusteredScores()).append(cluster, score)

    def _add_sizes(self, row: ScoredResponse) -> None:
        response = row.response
        self._sizes["length"].append(len(response.text))
        if response.usage and "output" in response.usage:
            self._sizes["tokens"].append(response.usage["output"])
        if response.cost is not None:
            self._sizes["cost"].append(response.cost)
        if response.seconds:
            self._sizes["seconds"].append(response.seconds)


def _share(pairs: ClusteredScores) -> ShareSeries:
    found = interval({"": pairs}, LEVEL)
    mean = 100 * fsum(score for _, score in pairs) / len(pairs)
    return ShareSeries(len(pairs), round(mean, 4), found.low if found else None, found.high if found else None)


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run_labels(of: Iterable[ChartData], group: str, key: Callable[[str], Any]) -> list[str]:
    """Return the names of a group over several runs, ordered."""
    return sorted({name for one in of for name in one._pairs[group]}, key=key)  # noqa: SLF001  # the same module
