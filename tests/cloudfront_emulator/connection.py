"""A connection to an ASGI application, without a server."""

import asyncio
from collections.abc import Sequence
from typing import Any

from cloudfront_emulator.app import App


class Connection:
    """One request to an application, and everything that it sends."""

    def __init__(
        self,
        method: str = "GET",
        path: str = "/",
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: Sequence[bytes] = (),
        whole: bool = True,
    ) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "raw_path": path.partition("?")[0].encode(),
            "query_string": path.partition("?")[2].encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers],
            "client": ("192.0.2.7", 4711),
            "http_version": "1.1",
        }
        self.incoming: list[dict[str, Any]] = [
            {"type": "http.request", "body": part, "more_body": True} for part in body
        ]
        if whole:
            self.incoming.append({"type": "http.request", "body": b""})
        self.left = asyncio.Event()
        self.sent: list[dict[str, Any]] = []
        self.heard = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self.incoming:
            return self.incoming.pop(0)
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        if message.get("body"):
            self.heard.set()

    async def run(self, app: App) -> None:
        await app(self.scope, self.receive, self.send)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return [pair for pair in self.sent[0]["headers"] if pair[0] != b"date"]

    @property
    def dates(self) -> list[bytes]:
        return [value for name, value in self.sent[0]["headers"] if name == b"date"]

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])

    @property
    def ended(self) -> bool:
        return not self.sent[-1].get("more_body", False) and len(self.sent) > 1
