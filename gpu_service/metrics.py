"""Prometheus metrics of one service, in a registry of their own.

Rates are computed by the reader. Tokens/s is `rate(edgefill_gpu_tokens_total)`. The prefix cache's
hit rate is `rate(edgefill_gpu_tokens_total{kind="cached"}) / rate(...{kind="prompt"})`.
"""

from __future__ import annotations

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gpu_service.engines.capabilities import MemoryMeter
from gpu_service.engines.engine import Lane
from gpu_service.scheduling.admission import AdmissionController
from gpu_service.scheduling.fair_queue import LANES
from gpu_service.scheduling.generation import GeneratedChunk

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
SPEEDS = (1, 5, 10, 25, 50, 100, 200, 400, 800, 1600)


class Metrics:
    """The service's metrics; the GenerationObserver of its GenerationService.

    Gauges are read from `admission` and `engine` when the metrics are rendered.
    """

    def __init__(self, admission: AdmissionController, engine: object = None) -> None:
        self._registry = CollectorRegistry()
        self._add_admission_gauges(admission)
        if isinstance(engine, MemoryMeter):
            self._add_memory_gauge(engine)
        self._refused = self._make_counter("refused", "Requests refused or failed.", "reason")
        self._refused_tokens = self._make_counter(
            "refused_tokens", "Tokens of requests refused or failed.", "reason"
        )
        self._finished = self._make_counter("finished", "Texts generated.", "lane", "finish_reason")
        self._cancelled = self._make_counter("cancelled", "Requests whose client disconnected.")
        self._tokens = self._make_counter(
            "tokens", "Tokens of prompts, of cached prompts and of texts.", "kind"
        )
        self._queue_s = self._make_histogram("queue_seconds", "Wait for a place.", SECONDS)
        self._first_token_s = self._make_histogram(
            "first_token_seconds", "Arrival to first token.", SECONDS
        )
        self._generation_s = self._make_histogram(
            "generation_seconds", "Arrival to last token.", SECONDS
        )
        self._speed = self._make_histogram(
            "tokens_per_second", "Tokens per second of one text after its first token.", SPEEDS
        )

    def record_refusal(self, reason: str, tokens: int) -> None:
        """Count a request of `tokens` that was refused or failed; `reason` is the error's class."""
        self._refused.labels(reason).inc()
        self._refused_tokens.labels(reason).inc(tokens)

    def record_cancellation(self) -> None:
        """Count a request whose client disconnected before its text ended."""
        self._cancelled.inc()

    def record_queue_wait(self, seconds: float) -> None:
        """Observe how long an admitted request waited."""
        self._queue_s.observe(seconds)

    def record_first_token(self, seconds: float) -> None:
        """Observe the seconds from a request's arrival to its first token."""
        self._first_token_s.observe(seconds)

    def record_finish(self, lane: Lane, last: GeneratedChunk, first_s: float) -> None:
        """Count a text by its `last` chunk; its first token came after `first_s` seconds."""
        self._finished.labels(lane, last.finish_reason).inc()
        self._generation_s.observe(last.elapsed_s)
        self._tokens.labels("prompt").inc(last.prompt_tokens)
        self._tokens.labels("cached").inc(last.cached_tokens)
        self._tokens.labels("completion").inc(last.completion_tokens)
        if last.completion_tokens > 1 and last.elapsed_s > first_s:
            self._speed.observe((last.completion_tokens - 1) / (last.elapsed_s - first_s))

    def render(self) -> bytes:
        """The metrics in Prometheus's text format."""
        return generate_latest(self._registry)

    def _add_admission_gauges(self, admission: AdmissionController) -> None:
        depth = self._make_gauge("queue_depth", "Requests that wait.", "lane")
        tokens = self._make_gauge(
            "queue_tokens", "Prompt and output tokens of requests that wait.", "lane"
        )
        for lane in LANES:
            depth.labels(lane).set_function(partial(admission.count_waiting, lane))
            tokens.labels(lane).set_function(partial(admission.count_waiting_tokens, lane))
        running = self._make_gauge("in_flight", "Requests that run.")
        running.set_function(lambda: admission.running)
        running_tokens = self._make_gauge(
            "in_flight_tokens", "Prompt and output tokens of requests that run."
        )
        running_tokens.set_function(lambda: admission.running_tokens)

    def _add_memory_gauge(self, engine: MemoryMeter) -> None:
        memory = self._make_gauge("memory_bytes", "Memory of the GPUs.", "kind")
        memory.labels("used").set_function(lambda: engine.measure_memory()[0])
        memory.labels("total").set_function(lambda: engine.measure_memory()[1])

    def _make_gauge(self, name: str, description: str, *labels: str) -> Gauge:
        return Gauge(f"edgefill_gpu_{name}", description, labels, registry=self._registry)

    def _make_counter(self, name: str, description: str, *labels: str) -> Counter:
        return Counter(f"edgefill_gpu_{name}", description, labels, registry=self._registry)

    def _make_histogram(self, name: str, description: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(
            f"edgefill_gpu_{name}", description, buckets=buckets, registry=self._registry
        )
