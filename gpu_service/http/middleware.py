"""The middleware of every HTTP request: request id, API key, body limit, draining and log line.

A plain ASGI middleware that changes no body and streams as its application does. The log has no
prompt, text, API key or address.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gpu_service.http.access import ApiKeys
from gpu_service.http.problems import make_problem
from gpu_service.scheduling.draining import DrainTracker

log = structlog.get_logger()
REQUEST_ID = re.compile(r"[A-Za-z0-9._:=+/@-]{1,128}")
# Probes and scrapers send no key, and their requests are not logged.
UNAUTHENTICATED_PATHS = frozenset({"/health", "/ready", "/metrics"})
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="edgefill"'}


class RequestMiddleware:
    """Serves `app` to callers with one of `keys`, with bodies of up to `max_body` bytes."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: ApiKeys,
        draining: DrainTracker,
        max_body: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._keys = keys
        self._draining = draining
        self._max_body = max_body
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI event."""
        if scope["type"] != "http" or scope["path"] in UNAUTHENTICATED_PATHS:
            return await self._app(scope, receive, send)
        with self._draining.track_request():
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
            return await make_problem(scope["path"], 413, self._describe_limit())(
                scope, receive, send
            )
        return await self._app(scope, self._limit_body(receive), send)

    def _limit_body(self, receive: Receive) -> Receive:
        """`receive` that raises HTTPException 413 when the body exceeds `max_body`."""
        size = 0

        async def receive_limited() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._max_body:
                raise HTTPException(413, self._describe_limit())
            return message

        return receive_limited

    def _describe_limit(self) -> str:
        return f"body: more than {self._max_body} bytes"


def _redact_caller(caller: str | None) -> str | None:
    return "address" if caller and caller.startswith("address:") else caller
