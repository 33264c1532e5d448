"""ServiceMetrics: what `/metrics` shows, in Prometheus' text format."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client import Counter as CounterMetric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .pool import VerifierPool
    from .scoring import VerifiedText

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class ServiceMetrics:
    """Counters of one service, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = CounterMetric(
            "ifh_requests", "Requests by route and status.", ("route", "status"), registry=registry
        )
        self.seconds = Histogram(
            "ifh_request_seconds", "Time of a request.", ("route",), buckets=_SECONDS, registry=registry
        )
        self.in_flight = Gauge("ifh_requests_in_flight", "Requests at work or waiting.", registry=registry)
        self._responses = CounterMetric("ifh_responses", "Responses by outcome.", ("outcome",), registry=registry)
        self._verdicts = CounterMetric("ifh_verdicts", "Strict verdicts.", ("followed",), registry=registry)
        self._slow = Gauge("ifh_slow_processes", "Processes busy for more than half a second.", registry=registry)
        self._all_slow = CounterMetric("ifh_slow_chunks", "Slow chunks of responses.", registry=registry)
        self._counted = 0

    def count(self, texts: Sequence[VerifiedText]) -> None:
        """Count responses and their verdicts."""
        outcomes: Counter[str] = Counter()
        followed: Counter[bool] = Counter()
        for text in texts:
            verdicts = [one[0] for one in text.outcomes if not isinstance(one, str)]
            outcomes["scored" if len(verdicts) == len(text.outcomes) else "unscored"] += 1
            followed.update(verdict.followed for verdict in verdicts)
        for outcome, number in outcomes.items():
            self._responses.labels(outcome).inc(number)
        for answer, number in followed.items():
            self._verdicts.labels("yes" if answer else "no").inc(number)

    def render(self, pool: VerifierPool) -> bytes:
        """Return the text of all metrics."""
        self._slow.set(pool.slow)
        self._all_slow.inc(pool.all_slow - self._counted)
        self._counted = pool.all_slow
        return generate_latest(self._registry)
