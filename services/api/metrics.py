"""Counters for Prometheus; none of them knows a person or a place."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """What the process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("geopolity_requests", "Requests answered", labels, registry=self.registry)
        self._seconds = Histogram(
            "geopolity_request_seconds", "Time to answer", ("method", "route"), registry=self.registry
        )
        self.lookups = Gauge("geopolity_lookups", "Look-ups on the fast path", registry=self.registry)
        self._kept = Counter(
            "geopolity_kept_answers", "Requests answered from memory", ("route", "status"), registry=self.registry
        )
        self.jobs = Gauge("geopolity_jobs", "Jobs by status", ("status",), registry=self.registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer under its route as declared, never under its path."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def kept(self, route: str, status: int) -> None:
        """Count an answer that was rendered before, under its route."""
        self._kept.labels(route, str(status)).inc()

    def text(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self.registry)


METRICS = Metrics()
