"""The CDN over HTTP."""

import asyncio

import httpx
import pytest

from local.cdn.__main__ import http_origins
from local.cdn.app import create_app
from local.cdn.behaviour import Behaviour, CachePolicy
from local.cdn.description import (
    DescriptionRefused,
    Distribution,
    OriginConfig,
    load_distribution,
)
from local.cdn.message import Request, Response
from local.cdn.origin import ScriptedOrigin
from local.cdn.pop import Pop

POLICY = CachePolicy(query="all", headers=("X-In",), default_ttl=0)


def ask(
    origin: ScriptedOrigin, method: str, url: str, headers: dict[str, str] | None = None
) -> httpx.Response:
    distribution = Distribution(
        id="D",
        domain_name="d.example",
        origins={"o": OriginConfig(type="custom", domain_name="o.example")},
        behaviours=(Behaviour(path="*", origin="o", cache=POLICY),),
    )
    pop = Pop(distribution, origins={"o": origin}, functions={})

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(pop))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.request(method, url, headers=headers)

    return asyncio.run(send())


def echo(request: Request) -> Response:
    said = f"{request.method} {request.path} {request.query} {request.header('x-in')}"
    return Response(status=200, headers=(("content-type", "text/plain"),), body=said.encode())


def test_a_request_goes_through_and_its_answer_comes_back() -> None:
    """Path and query stay encoded; the length is of what is sent."""
    answer = ask(ScriptedOrigin(echo), "GET", "/a%20b?x=%C3%A4", {"X-In": "1"})
    assert answer.text == "GET /a%20b x=%C3%A4 1"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["x-cache"] == "Miss from cloudfront"


def test_head_has_the_length_and_no_body() -> None:
    """HEAD is told what GET would send."""
    answer = ask(ScriptedOrigin(echo), "HEAD", "/a")
    assert answer.content == b""
    assert answer.headers["content-type"] == "text/plain"


def test_204_and_304_have_no_length() -> None:
    """A response that has no body says nothing of its length (RFC 9110, section 8.6)."""
    answer = ask(ScriptedOrigin(lambda _: Response(status=204)), "GET", "/a")
    assert "content-length" not in answer.headers


def test_every_origin_needs_a_url() -> None:
    """An origin that is not mapped is named with the remedy."""
    with pytest.raises(DescriptionRefused, match="add --map shop=URL"):
        http_origins(load_distribution(), {"templates": "http://x", "api": "http://y"})
