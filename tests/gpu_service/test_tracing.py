"""Traces: one span per request, with its usage but without its content."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from edgefill.core.errors import EngineUnavailable
from gpu_service.__main__ import make_tracing
from gpu_service.app import create_app
from gpu_service.engines.scripted import ScriptedEngine
from gpu_service.settings import GpuServiceSettings
from gpu_service.tracing import Tracing
from tests.gpu_service.listening import find_free_port, wait_until_ready

SECRET = "a-secret-of-the-prompt"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CHAT = {"model": "scripted", "messages": [{"role": "user", "content": SECRET}]}


def collect_spans(engine: ScriptedEngine, *requests: httpx.Request) -> Sequence[ReadableSpan]:
    """The spans of requests to a traced service."""
    exporter = InMemorySpanExporter()
    tracing = Tracing(SimpleSpanProcessor(exporter))

    async def ask() -> None:
        app = create_app(engine, GpuServiceSettings(), on_failure=lambda _: None, tracing=tracing)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://gpu") as client,
        ):
            await wait_until_ready(client)
            for request in requests:
                await client.send(request)

    asyncio.run(ask())
    return exporter.get_finished_spans()


def chat(**more: object) -> httpx.Request:
    headers = {"traceparent": PARENT, "authorization": "Bearer key-of-a-caller"}
    return httpx.Request(
        "POST", "http://gpu/v1/chat/completions", json=CHAT | more, headers=headers
    )


@pytest.mark.parametrize("stream", [False, True])
def test_a_request_is_a_span_of_its_caller(stream: bool) -> None:
    """Its route, its status, its tokens; the caller's span is its parent."""
    (span,) = collect_spans(ScriptedEngine(), chat(stream=stream))
    assert span.name == "POST /v1/chat/completions"
    assert span.parent is not None
    assert f"{span.parent.trace_id:032x}-{span.parent.span_id:016x}" in PARENT
    attributes = dict(span.attributes or {})
    assert attributes["http.response.status_code"] == 200
    assert attributes["gen_ai.usage.output_tokens"] == 1
    assert attributes["gen_ai.usage.input_tokens"] == ScriptedEngine.prompt_tokens
    assert span.resource.attributes["service.name"] == "edgefill-gpu"


def test_a_span_has_no_content() -> None:
    """No prompt, no text, no key."""
    text = ("the-text-of-the-answer",)
    attributes = [span.to_json() for span in collect_spans(ScriptedEngine(lambda _: text), chat())]
    assert attributes
    assert not [one for one in attributes if SECRET in one or text[0] in one or "key-of" in one]


def test_failures_are_marked_and_probes_have_no_span() -> None:
    """503 is an error, 400 is not; /ready and /metrics have no span."""
    dead = ScriptedEngine(
        lambda request: ("Hi",) if request.prompt == "Hello" else (EngineUnavailable("gone"),)
    )
    wrong = chat(max_tokens=0)
    probes = [httpx.Request("GET", f"http://gpu/{path}") for path in ("ready", "metrics")]
    spans_out = collect_spans(dead, chat(), wrong, *probes)
    codes = [dict(span.attributes or {})["http.response.status_code"] for span in spans_out]
    assert codes == [503, 400]
    assert [span.status.status_code.name for span in spans_out] == ["ERROR", "UNSET"]


def test_tracing_is_off_until_it_is_asked_for() -> None:
    """Without the setting there is no tracing."""
    assert make_tracing(GpuServiceSettings()) is None
    assert isinstance(make_tracing(GpuServiceSettings(traces=True)), Tracing)


def test_a_missing_opentelemetry_is_an_error_with_its_remedy() -> None:
    """Exit status 1 and one line, in an interpreter without it."""
    settings = {"EDGEFILL_GPU_TRACES": "1", "EDGEFILL_GPU_PORT": str(find_free_port())}
    code = (
        "import sys; sys.modules['opentelemetry.sdk'] = None\n"
        f"from gpu_service.__main__ import main; sys.exit(main({settings}))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert process.returncode == 1
    assert "EDGEFILL_GPU_TRACES" in process.stderr
    assert "edgefill[otel]" in process.stderr
    assert process.stderr.count("\n") == 1
