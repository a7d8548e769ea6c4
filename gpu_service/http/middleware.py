"""Exchanges: every HTTP request on its way in and out: named, counted, logged, let in or not.

A plain ASGI middleware: it touches no body and streams as its application does. The log has no
prompt, no text, no key and no address.
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

from gpu_service.http.access import Keys
from gpu_service.http.problems import plain
from gpu_service.scheduling.draining import Draining

log = structlog.get_logger()
REQUEST_ID = re.compile(r"[A-Za-z0-9._:=+/@-]{1,128}")
OPEN = frozenset({"/health", "/ready", "/metrics"})  # asked by machines, not logged
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="edgefill"'}


class Exchanges:
    """The application `app` for callers with one of `keys`, with bodies up to `max_body` bytes."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: Keys,
        draining: Draining,
        max_body: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._keys = keys
        self._draining = draining
        self._max_body = max_body
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's event; the ASGI call."""
        if scope["type"] != "http" or scope["path"] in OPEN:
            return await self._app(scope, receive, send)
        with self._draining.exchange():
            return await self._logged(scope, receive, send)

    async def _logged(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, headers, status = self._clock(), Headers(scope=scope), 0
        asked = headers.get("x-request-id", "")
        request_id = asked if REQUEST_ID.fullmatch(asked) else secrets.token_hex(16)

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            address = scope["client"][0] if scope.get("client") else ""
            caller = self._keys.caller(headers.get("authorization", ""), address)
            scope.setdefault("state", {})["caller"] = caller
            try:
                await self._admitted(scope, headers, receive, named)
            finally:
                log.info(
                    "answered", method=scope["method"], path=scope["path"], status=status,
                    caller=_unaddressed(caller), seconds=round(self._clock() - began, 4),
                )  # fmt: skip

    async def _admitted(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        length = headers.get("content-length", "")
        if scope["state"]["caller"] is None:
            answer = plain(scope["path"], 401, "send Authorization: Bearer <API key>", CHALLENGE)
            return await answer(scope, receive, send)
        if length.isdigit() and int(length) > self._max_body:
            return await plain(scope["path"], 413, self._too_large())(scope, receive, send)
        return await self._app(scope, self._bounded(receive), send)

    def _bounded(self, receive: Receive) -> Receive:
        """`receive`, refusing a body that grows beyond its bound."""
        size = 0

        async def bounded() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._max_body:
                raise HTTPException(413, self._too_large())
            return message

        return bounded

    def _too_large(self) -> str:
        return f"body: more than {self._max_body} bytes"


def _unaddressed(caller: str | None) -> str | None:
    return "address" if caller and caller.startswith("address:") else caller
