"""Metrics: what Prometheus reads of one service, in a registry of its own."""

from __future__ import annotations

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gpu_service.admission import LANES, Admission

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The service's counters; gauges are read from `admission` when asked."""

    def __init__(self, admission: Admission) -> None:
        self._registry = registry = CollectorRegistry()
        queued = Gauge("edgefill_gpu_queue_depth", "Requests that wait.", ["lane"],
                       registry=registry)  # fmt: skip
        for lane in LANES:
            queued.labels(lane).set_function(partial(admission.waiting, lane))
        Gauge("edgefill_gpu_in_flight", "Requests being written.", registry=registry).set_function(
            lambda: admission.writing
        )
        self.refused = Counter(
            "edgefill_gpu_refused", "Requests refused or failed.", ["reason"], registry=registry
        )
        self.finished = Counter(
            "edgefill_gpu_finished", "Texts written.", ["lane", "finish_reason"], registry=registry
        )
        self.cancelled = Counter(
            "edgefill_gpu_cancelled", "Requests whose client went away.", registry=registry
        )
        self.tokens = Counter("edgefill_gpu_tokens", "Tokens.", ["kind"], registry=registry)
        self.queue_s = Histogram(
            "edgefill_gpu_queue_seconds", "Wait for a place.", buckets=SECONDS, registry=registry
        )
        self.first_token_s = Histogram(
            "edgefill_gpu_first_token_seconds", "Arrival to first token.", buckets=SECONDS,
            registry=registry,
        )  # fmt: skip
        self.generation_s = Histogram(
            "edgefill_gpu_generation_seconds", "Arrival to last token.", buckets=SECONDS,
            registry=registry,
        )  # fmt: skip

    def exposition(self) -> bytes:
        """The metrics in Prometheus's text format."""
        return generate_latest(self._registry)
