"""Metrics: what Prometheus reads of one service, in a registry of its own.

Rates are the reader's: tokens/s is `rate(edgefill_gpu_tokens_total)`, the prefix cache's hit rate
over a window `rate(edgefill_gpu_tokens_total{kind="cached"}) / rate(...{kind="prompt"})`.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gpu_service.engines.capabilities import MemoryMeter
from gpu_service.engines.engine import FinishReason, Lane
from gpu_service.scheduling.admission import Admission
from gpu_service.scheduling.fair_queue import LANES

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
SPEEDS = (1, 5, 10, 25, 50, 100, 200, 400, 800, 1600)


class Written(Protocol):
    """What a finished text cost."""

    @property
    def prompt_tokens(self) -> int: ...
    @property
    def cached_tokens(self) -> int: ...
    @property
    def completion_tokens(self) -> int: ...
    @property
    def finish_reason(self) -> FinishReason | None: ...
    @property
    def elapsed_s(self) -> float: ...


class Metrics:
    """The service's counters; gauges are read from `admission` and `engine` when asked."""

    def __init__(self, admission: Admission, engine: object = None) -> None:
        self._registry = CollectorRegistry()
        self._gauges(admission)
        if isinstance(engine, MemoryMeter):
            self._memory(engine)
        self._refused = self._counter("refused", "Requests refused or failed.", "reason")
        self._refused_tokens = self._counter("refused_tokens", "Their tokens.", "reason")
        self.finished = self._counter("finished", "Texts written.", "lane", "finish_reason")
        self.cancelled = self._counter("cancelled", "Requests whose client went away.")
        self._tokens = self._counter("tokens", "Tokens: of prompts, cached, of texts.", "kind")
        self.queue_s = self._histogram("queue_seconds", "Wait for a place.", SECONDS)
        self.first_token_s = self._histogram(
            "first_token_seconds", "Arrival to first token.", SECONDS
        )
        self._generation_s = self._histogram(
            "generation_seconds", "Arrival to last token.", SECONDS
        )
        self._speed = self._histogram(
            "tokens_per_second", "Of one text, after its first token.", SPEEDS
        )

    def refuse(self, reason: str, tokens: int) -> None:
        """Count a request that was refused or failed."""
        self._refused.labels(reason).inc()
        self._refused_tokens.labels(reason).inc(tokens)

    def finish(self, lane: Lane, text: Written, first_s: float) -> None:
        """Count a text; its first token came after `first_s`."""
        self.finished.labels(lane, text.finish_reason).inc()
        self._generation_s.observe(text.elapsed_s)
        self._tokens.labels("prompt").inc(text.prompt_tokens)
        self._tokens.labels("cached").inc(text.cached_tokens)
        self._tokens.labels("completion").inc(text.completion_tokens)
        if text.completion_tokens > 1 and text.elapsed_s > first_s:
            self._speed.observe((text.completion_tokens - 1) / (text.elapsed_s - first_s))

    def exposition(self) -> bytes:
        """The metrics in Prometheus's text format."""
        return generate_latest(self._registry)

    def _gauges(self, admission: Admission) -> None:
        depth = self._gauge("queue_depth", "Requests that wait.", "lane")
        tokens = self._gauge("queue_tokens", "Their prompts and longest texts.", "lane")
        for lane in LANES:
            depth.labels(lane).set_function(partial(admission.waiting, lane))
            tokens.labels(lane).set_function(partial(admission.waiting_tokens, lane))
        in_flight = self._gauge("in_flight", "Requests being written.")
        in_flight.set_function(lambda: admission.writing)
        in_flight = self._gauge("in_flight_tokens", "Their prompts and longest texts.")
        in_flight.set_function(lambda: admission.writing_tokens)

    def _memory(self, engine: MemoryMeter) -> None:
        memory = self._gauge("memory_bytes", "Memory of the GPUs.", "kind")
        memory.labels("used").set_function(lambda: engine.memory()[0])
        memory.labels("total").set_function(lambda: engine.memory()[1])

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"edgefill_gpu_{name}", says, labels, registry=self._registry)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"edgefill_gpu_{name}", says, labels, registry=self._registry)

    def _histogram(self, name: str, says: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"edgefill_gpu_{name}", says, buckets=buckets, registry=self._registry)
