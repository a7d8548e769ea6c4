"""The CDN as an ASGI application: HTTP in, a point of presence's answer out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from local.cdn.message import HOP_BY_HOP, Request, Response, without
from local.cdn.pop import Pop

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


def create_app(pop: Pop) -> App:
    """An ASGI application that answers by `pop`."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = _request(scope)
            await _answer(await pop.answer(request), send, head=request.method == "HEAD")

    return app


def _request(scope: Message) -> Request:
    headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
    client = scope.get("client") or ("127.0.0.1", 0)
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=without(headers, HOP_BY_HOP),
        client_ip=client[0],
    )


async def _answer(response: Response, send: Send, *, head: bool) -> None:
    headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in response.headers]
    if response.status not in (204, 304) and (response.body or not head):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else response.body})
