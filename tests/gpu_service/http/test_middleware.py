"""The middleware of every request: request id, API key, log line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from gpu_service.engines.scripted import ScriptedEngine
from tests.gpu_service.listening import wait_until_ready

RunService = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
KEY = "a-key-of-the-tests"
BEARER = {"Authorization": f"Bearer {KEY}"}
CHAT = {"model": "scripted", "messages": [{"role": "user", "content": "Write to Ada"}]}


def ask(run_service: RunService, headers: dict[str, str], *, path: str = "/v1/chat/completions",
          **settings: Any) -> tuple[httpx.Response, list[Any]]:  # fmt: skip
    """The answer and its log lines."""

    async def run() -> tuple[httpx.Response, list[Any]]:
        async with run_service(ScriptedEngine(lambda _: ("Dear Ada",)), **settings) as client:
            await wait_until_ready(client)
            with capture_logs() as lines:
                return await client.post(path, json=CHAT, headers=headers), lines

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("client_id", "is_kept"), [("req-1.a", True), ("", False), ("x" * 200, False), ("a b", False)]
)
def test_a_request_keeps_its_id_or_gets_one(
    run_service: RunService, client_id: str, is_kept: bool
) -> None:
    """A valid X-Request-Id is returned; an invalid one is replaced."""
    answer, _ = ask(run_service, {"X-Request-Id": client_id})
    assert (answer.headers["x-request-id"] == client_id) is is_kept
    assert 1 <= len(answer.headers["x-request-id"]) <= 128


def test_the_log_has_the_outcome_but_no_content(run_service: RunService) -> None:
    """Status, caller and timing; no prompt, text, key or address."""
    _, lines = ask(run_service, BEARER, api_keys=KEY)
    generated, request_line = lines
    assert (generated["event"], generated["completion_tokens"]) == ("generated", 1)
    assert (request_line["status"], request_line["caller"]) == (200, "key:0")
    _, lines_without_key = ask(run_service, {})
    assert lines_without_key[-1]["caller"] == "address"
    for private in ("Ada", KEY, "127.0.0.1"):
        assert private not in repr(lines + lines_without_key)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/templates", "/v1/models", "/sleep"])
def test_without_a_key_a_request_is_refused(run_service: RunService, path: str) -> None:
    """401 with the scheme, in the shape of the path; the attempt is logged."""
    answer, lines = ask(run_service, {"Authorization": "Bearer wrong"}, path=path, api_keys=KEY)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "x-request-id" in answer.headers
    assert ("error" in answer.json()) is (path.startswith("/v1/") and path != "/v1/templates")
    assert (lines[-1]["status"], lines[-1]["caller"]) == (401, None)


def test_probes_and_scrapers_need_no_key(run_service: RunService) -> None:
    """/health, /ready and /metrics hold no caller's data."""

    async def test() -> list[int]:
        async with run_service(ScriptedEngine(), api_keys=KEY) as client:
            await wait_until_ready(client)
            paths = ("/health", "/ready", "/metrics")
            return [(await client.get(path)).status_code for path in paths]

    assert asyncio.run(test()) == [200, 200, 200]


def test_an_unknown_path_answers_in_its_shape(run_service: RunService) -> None:
    """OpenAI's shape below /v1/, problem+json elsewhere."""
    assert ask(run_service, {}, path="/v1/embeddings")[0].json()["error"]["type"]
    assert ask(run_service, {}, path="/nothing")[0].json()["title"] == "Not Found"


def test_a_deadline_that_cannot_be_met_is_refused_by_header(run_service: RunService) -> None:
    """X-Edgefill-Deadline limits a request."""
    answer, _ = ask(run_service, {"X-Edgefill-Deadline": "0.000001"})
    assert answer.status_code in (429, 504)
    assert answer.json()["error"]["message"]
