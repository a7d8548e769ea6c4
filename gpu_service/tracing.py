"""OpenTelemetry tracing: one span per request; off by default.

Names follow OpenTelemetry's semantic conventions for HTTP and for generative AI
(opentelemetry.io/docs/specs/semconv). A caller's `traceparent` is the span's parent. The standard
OTEL_* variables configure the exporter. No prompt, text, API key or address is ever in a span.
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

from gpu_service.http.middleware import UNAUTHENTICATED_PATHS
from gpu_service.scheduling.generation import GeneratedChunk

NAME = "edgefill-gpu"  # unless OTEL_SERVICE_NAME is set
FIRST_SERVER_ERROR = 500  # statuses from here on are the service's own errors


class Tracing:
    """Makes spans for `processor`, by default an exporter to an OTLP collector over HTTP."""

    def __init__(self, processor: SpanProcessor | None = None) -> None:
        resource = Resource({SERVICE_NAME: NAME}).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(processor or _make_otlp_processor())

    def install(self, app: Starlette) -> None:
        """Add the middleware that makes a span per request to `app`."""
        app.add_middleware(TracingMiddleware, tracer=self._provider.get_tracer(__name__))

    @staticmethod
    def record_finish(last: GeneratedChunk, first_s: float) -> None:
        """Add a finished text to the request's span; `first_s` is the time to its first token."""
        trace.get_current_span().set_attributes({
            "gen_ai.usage.input_tokens": last.prompt_tokens,
            "gen_ai.usage.cache_read.input_tokens": last.cached_tokens,
            "gen_ai.usage.output_tokens": last.completion_tokens,
            "gen_ai.response.finish_reasons": [last.finish_reason or ""],
            "edgefill.queue_seconds": last.queue_s,
            "edgefill.first_token_seconds": first_s,
        })  # fmt: skip

    async def stop(self) -> None:
        """Export the remaining spans."""
        await asyncio.to_thread(self._provider.shutdown)


class TracingMiddleware:
    """ASGI middleware that makes a span per request, except for health checks and metrics."""

    def __init__(self, app: ASGIApp, *, tracer: trace.Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI event."""
        if scope["type"] != "http" or scope["path"] in UNAUTHENTICATED_PATHS:
            return await self._app(scope, receive, send)
        attributes = {"http.request.method": scope["method"], "url.path": scope["path"]}
        parent = propagate.extract(dict(Headers(scope=scope)))
        server = trace.SpanKind.SERVER
        with self._tracer.start_as_current_span(
            scope["method"], context=parent, kind=server, attributes=attributes
        ) as span:

            async def send_traced(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _record_status(span, scope, message["status"])
                await send(message)

            return await self._app(scope, receive, send_traced)


def _record_status(span: trace.Span, scope: Scope, status: int) -> None:
    route = getattr(scope.get("route"), "path", None)
    if route:
        span.update_name(f"{scope['method']} {route}")
        span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    if status >= FIRST_SERVER_ERROR:
        span.set_status(trace.StatusCode.ERROR)


def _make_otlp_processor() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 slow
        OTLPSpanExporter,
    )

    return BatchSpanProcessor(OTLPSpanExporter())
