"""The middleware of every HTTP request: request id, API key, body limits, draining and log line.

A plain ASGI middleware that streams as its application does. A request's body is received whole
first, so that a slow client holds nothing but its connection: its request counts as running, and
delays a shutdown, once it has been received. The log has no prompt, text, API key or address.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gpu_service.http.access import ApiKeys
from gpu_service.http.problems import make_problem
from gpu_service.http.streaming import ClientDisconnected
from gpu_service.scheduling.draining import DrainTracker

log = structlog.get_logger()
REQUEST_ID = re.compile(r"[A-Za-z0-9._:=+/@-]{1,128}")
# Probes and scrapers send no key, and their requests are not logged.
UNAUTHENTICATED_PATHS = frozenset({"/health", "/ready", "/metrics"})
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="edgefill"'}


class RequestMiddleware:
    """Serves `app` to callers with one of `keys`.

    A body has up to `max_body` bytes and must arrive within `body_s` seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: ApiKeys,
        draining: DrainTracker,
        max_body: int,
        body_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._keys = keys
        self._draining = draining
        self._max_body = max_body
        self._body_s = body_s
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI event."""
        if scope["type"] != "http" or scope["path"] in UNAUTHENTICATED_PATHS:
            return await self._app(scope, receive, send)
        return await self._handle(scope, receive, send)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, headers, status = self._clock(), Headers(scope=scope), 0
        client_id = headers.get("x-request-id", "")
        request_id = client_id if REQUEST_ID.fullmatch(client_id) else secrets.token_hex(16)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            address = scope["client"][0] if scope.get("client") else ""
            caller = self._keys.identify_caller(headers.get("authorization", ""), address)
            scope.setdefault("state", {})["caller"] = caller
            try:
                await self._forward_or_refuse(scope, headers, receive, send_with_id)
            finally:
                log.info(
                    "answered", method=scope["method"], path=scope["path"], status=status,
                    caller=_redact_caller(caller), seconds=round(self._clock() - began, 4),
                )  # fmt: skip

    async def _forward_or_refuse(
        self, scope: Scope, headers: Headers, receive: Receive, send: Send
    ) -> None:
        length = headers.get("content-length", "")
        if scope["state"]["caller"] is None:
            answer = make_problem(
                scope["path"], 401, "send Authorization: Bearer <API key>", CHALLENGE
            )
            return await answer(scope, receive, send)
        if length.isdigit() and int(length) > self._max_body:
            return await self._make_too_large(scope)(scope, receive, send)
        try:
            async with asyncio.timeout(self._body_s):
                body = await self._receive_body(receive)
        except TimeoutError:
            detail = f"body: not received within {self._body_s:.0f} s"
            answer = make_problem(scope["path"], 408, detail, {"Connection": "close"})
            return await answer(scope, receive, send)
        except ClientDisconnected:
            return None
        if len(body) > self._max_body:
            return await self._make_too_large(scope)(scope, receive, send)
        with self._draining.track_request():
            return await self._app(scope, _replay_body(body, receive), send)

    async def _receive_body(self, receive: Receive) -> bytes:
        """The body, or the first part of it that exceeds `max_body`; ClientDisconnected."""
        body = bytearray()
        while len(body) <= self._max_body:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnected
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        return bytes(body)

    def _make_too_large(self, scope: Scope) -> Response:
        return make_problem(scope["path"], 413, f"body: more than {self._max_body} bytes")


def _replay_body(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the whole body first."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def _redact_caller(caller: str | None) -> str | None:
    return "address" if caller and caller.startswith("address:") else caller
