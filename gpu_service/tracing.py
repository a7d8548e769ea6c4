"""Tracing: a span for each request, for whoever collects OpenTelemetry; off by default.

Names as in OpenTelemetry's semantic conventions for HTTP and for generative AI
(opentelemetry.io/docs/specs/semconv). A caller's `traceparent` is the span's parent; where spans go
is said by the standard OTEL_* variables. No prompt, text, key or address is ever in a span.
"""

from __future__ import annotations

import asyncio
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gpu_service.http.middleware import OPEN
from gpu_service.scheduling.generation import Step

NAME = "edgefill-gpu"  # where OTEL_SERVICE_NAME gives none
FAILED = 500  # statuses from here on are the service's own faults


class Tracing:
    """Spans for `processor`; by default they go to an OTLP collector over HTTP, in batches."""

    def __init__(self, processor: SpanProcessor | None = None) -> None:
        resource = Resource({SERVICE_NAME: NAME}).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(processor or _otlp())

    def watch(self, app: Starlette) -> None:
        """Give each request to `app` its span."""
        app.add_middleware(Traced, tracer=self._provider.get_tracer(__name__))

    @staticmethod
    def finish(last: Step, first_s: float) -> None:
        """Tell of a finished text in the request's span; its first token came after `first_s`."""
        trace.get_current_span().set_attributes({
            "gen_ai.usage.input_tokens": last.prompt_tokens,
            "gen_ai.usage.cache_read.input_tokens": last.cached_tokens,
            "gen_ai.usage.output_tokens": last.completion_tokens,
            "gen_ai.response.finish_reasons": [last.finish_reason or ""],
            "edgefill.queue_seconds": last.queue_s,
            "edgefill.first_token_seconds": first_s,
        })  # fmt: skip

    async def end(self) -> None:
        """Send what was not sent yet."""
        await asyncio.to_thread(self._provider.shutdown)


class Traced:
    """ASGI middleware: the span of each exchange that is no machine's question."""

    def __init__(self, app: ASGIApp, *, tracer: trace.Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's event; the ASGI call."""
        if scope["type"] != "http" or scope["path"] in OPEN:
            return await self._app(scope, receive, send)
        asked = {"http.request.method": scope["method"], "url.path": scope["path"]}
        parent = propagate.extract(dict(Headers(scope=scope)))
        server = trace.SpanKind.SERVER
        with self._tracer.start_as_current_span(
            scope["method"], context=parent, kind=server, attributes=asked
        ) as span:

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _answer(span, scope, message["status"])
                await send(message)

            return await self._app(scope, receive, told)


def _answer(span: trace.Span, scope: Scope, status: int) -> None:
    route = getattr(scope.get("route"), "path", None)
    if route:
        span.update_name(f"{scope['method']} {route}")
        span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    if status >= FAILED:
        span.set_status(trace.StatusCode.ERROR)


def _otlp() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 slow
        OTLPSpanExporter,
    )

    return BatchSpanProcessor(OTLPSpanExporter())
