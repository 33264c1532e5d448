"""ServiceMetrics: what `/metrics` shows, in Prometheus' text format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from .pool import VerifierPool
    from .scoring import VerifiedText

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class ServiceMetrics:
    """Counters of one service, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = Counter("ifh_requests", "Requests by route and status.", ("route", "status"), registry=registry)
        self.seconds = Histogram(
            "ifh_request_seconds", "Time of a request.", ("route",), buckets=_SECONDS, registry=registry
        )
        self.in_flight = Gauge("ifh_requests_in_flight", "Requests at work or waiting.", registry=registry)
        self._responses = Counter("ifh_responses", "Responses by outcome.", ("outcome",), registry=registry)
        self._verdicts = Counter("ifh_verdicts", "Strict verdicts.", ("followed",), registry=registry)
        self._slow = Gauge("ifh_slow_processes", "Processes busy for more than half a second.", registry=registry)
        self._all_slow = Counter("ifh_slow_chunks", "Slow chunks of responses.", registry=registry)
        self._counted = 0

    def count(self, text: VerifiedText) -> None:
        """Count one response and its verdicts."""
        verdicts = [one[0] for one in text.outcomes if not isinstance(one, str)]
        self._responses.labels("scored" if len(verdicts) == len(text.outcomes) else "unscored").inc()
        for verdict in verdicts:
            self._verdicts.labels("yes" if verdict.followed else "no").inc()

    def render(self, pool: VerifierPool) -> bytes:
        """Return the text of all metrics."""
        self._slow.set(pool.slow)
        self._all_slow.inc(pool.all_slow - self._counted)
        self._counted = pool.all_slow
        return generate_latest(self._registry)
