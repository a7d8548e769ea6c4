"""A transport with scripted responses."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx

from cloudfront_emulator.distribution import Origin
from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.origins.http import HttpOriginClient

CUSTOM = Origin(
    id="api",
    kind="custom",
    domain_name="api.example.com",
    path="/sub",
    headers=(("x-own", "1"), ("x-both", "origin")),
    read_timeout=5,
)
BUCKET = Origin(
    id="packs", kind="s3", domain_name="b.s3.us-east-1.amazonaws.com", signs_requests=True
)
URLS = {"api": "http://127.0.0.1:8000", "packs": "http://127.0.0.1:5000/bucket/"}
SENT = CdnRequest(
    method="GET",
    path="/t/../a%20b'.json",
    query="x=1&x=%C3%A4",
    headers=(
        ("authorization", "Bearer viewer"),
        ("te", "trailers"),
        ("x-both", "viewer"),
        ("content-length", "99"),
    ),
)

Answer = httpx.Response | Exception


class ScriptedTransport(httpx.AsyncBaseTransport):
    """Returns the responses in order and repeats the last one; records the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.bodies: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        self.bodies.append(await request.aread())
        return answer


def fetch(
    network: ScriptedTransport, request: CdnRequest = SENT, origin: Origin = CUSTOM, **given: Any
) -> CdnResponse:
    origins = {"api": CUSTOM, "packs": BUCKET}
    server = HttpOriginClient(given.pop("urls", URLS), origins=origins, transport=network, **given)
    return asyncio.run(server.fetch(request, origin))


class PartedStream(httpx.AsyncByteStream):
    """A body in parts, then perhaps an error."""

    def __init__(self, *parts: bytes, error: Exception | None = None) -> None:
        self.parts, self.error, self.closed = parts, error, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part
        if self.error:
            raise self.error

    async def aclose(self) -> None:
        self.closed = True
