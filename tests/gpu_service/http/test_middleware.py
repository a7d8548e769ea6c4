"""What every request goes through: names, keys, logs."""

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

Served = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
KEY = "a-key-of-the-tests"
BEARER = {"Authorization": f"Bearer {KEY}"}
CHAT = {"model": "scripted", "messages": [{"role": "user", "content": "Write to Ada"}]}


def asked(served: Served, headers: dict[str, str], *, path: str = "/v1/chat/completions",
          **settings: Any) -> tuple[httpx.Response, list[Any]]:  # fmt: skip
    """The answer, and what was logged of it."""

    async def run() -> tuple[httpx.Response, list[Any]]:
        async with served(ScriptedEngine(lambda _: ("Dear Ada",)), **settings) as client:
            await wait_until_ready(client)
            with capture_logs() as lines:
                return await client.post(path, json=CHAT, headers=headers), lines

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("given", "kept"), [("req-1.a", True), ("", False), ("x" * 200, False), ("a b", False)]
)
def test_a_request_keeps_its_name_or_gets_one(served: Served, given: str, kept: bool) -> None:
    """X-Request-Id goes in and out; what is no name is replaced."""
    answer, _ = asked(served, {"X-Request-Id": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert 1 <= len(answer.headers["x-request-id"]) <= 128


def test_the_log_tells_how_it_went_and_nothing_of_what_was_said(served: Served) -> None:
    """Status, caller and timing; no prompt, text, key or address."""
    _, lines = asked(served, BEARER, api_keys=KEY)
    written, answered = lines
    assert (written["event"], written["completion_tokens"]) == ("generated", 1)
    assert (answered["status"], answered["caller"]) == (200, "key:0")
    _, unkeyed = asked(served, {})
    assert unkeyed[-1]["caller"] == "address"
    for private in ("Ada", KEY, "127.0.0.1"):
        assert private not in repr(lines + unkeyed)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/templates", "/v1/models", "/sleep"])
def test_without_its_key_nobody_is_let_in(served: Served, path: str) -> None:
    """401 with the scheme, in the shape of the path; the attempt is logged."""
    answer, lines = asked(served, {"Authorization": "Bearer wrong"}, path=path, api_keys=KEY)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "x-request-id" in answer.headers
    assert ("error" in answer.json()) is (path.startswith("/v1/") and path != "/v1/templates")
    assert (lines[-1]["status"], lines[-1]["caller"]) == (401, None)


def test_machines_that_watch_need_no_key(served: Served) -> None:
    """/health, /ready and /metrics, which hold nothing of anybody's."""

    async def test() -> list[int]:
        async with served(ScriptedEngine(), api_keys=KEY) as client:
            await wait_until_ready(client)
            paths = ("/health", "/ready", "/metrics")
            return [(await client.get(path)).status_code for path in paths]

    assert asyncio.run(test()) == [200, 200, 200]


def test_an_unknown_path_answers_in_its_shape(served: Served) -> None:
    """OpenAI's below /v1/, a problem elsewhere."""
    assert asked(served, {}, path="/v1/embeddings")[0].json()["error"]["type"]
    assert asked(served, {}, path="/nothing")[0].json()["title"] == "Not Found"


def test_a_deadline_that_cannot_be_met_is_refused_by_header(served: Served) -> None:
    """X-Edgefill-Deadline bounds a request of either route."""
    answer, _ = asked(served, {"X-Edgefill-Deadline": "0.000001"})
    assert answer.status_code in (429, 504)
    assert answer.json()["error"]["message"]
