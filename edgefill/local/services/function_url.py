"""A Lambda Function URL: turns HTTP requests into events of format 2.0 for a Lambda handler.

Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", request and response payloads.
`python -m edgefill.local.services.function_url --port N` serves lambdas.api.handler.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cloudfront_emulator.app import App, Message, Receive, Send

DOMAIN = "edgefill-api.lambda-url.us-east-1.on.aws"
MAX_INVOCATIONS = 64  # at once; most of them wait for the model
WARM_UP = {"method": "GET", "raw_path": b"/", "query_string": b"", "headers": []}
FunctionHandler = Callable[[dict[str, Any], Any], dict[str, Any]]


def create_app(handler: FunctionHandler, clock: Callable[[], float] = time.time) -> App:
    """An ASGI application in front of one Lambda handler."""
    threads = ThreadPoolExecutor(MAX_INVOCATIONS, thread_name_prefix="api")

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            event = build_event(scope, await _read_body(receive), clock())
            loop = asyncio.get_running_loop()
            await _send_response(await loop.run_in_executor(threads, handler, event, None), send)

    return app


def build_event(scope: Mapping[str, Any], body: bytes, now: float) -> dict[str, Any]:
    """The event of format 2.0 for one request; `now` is in seconds since the epoch.

    Header names are in lower case, and repeated values are joined by commas.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    cookies = [item.strip() for item in headers.pop("cookie", "").split(";") if item.strip()]
    path = scope["raw_path"].decode("latin-1")
    http = {
        "method": scope["method"],
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": (scope.get("client") or ("127.0.0.1",))[0],
        "userAgent": headers.get("user-agent", ""),
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": scope["query_string"].decode("latin-1"),
        **({"cookies": cookies} if cookies else {}),
        "headers": {**headers, "host": DOMAIN},
        "requestContext": _build_request_context(http, now),
        **({"body": base64.b64encode(body).decode()} if body else {}),
        "isBase64Encoded": bool(body),
    }


def _build_request_context(http: Mapping[str, str], now: float) -> dict[str, Any]:
    return {
        "accountId": "anonymous",
        "apiId": DOMAIN.partition(".")[0],
        "domainName": DOMAIN,
        "domainPrefix": DOMAIN.partition(".")[0],
        "http": dict(http),
        "requestId": str(uuid.uuid4()),
        "routeKey": "$default",
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def _send_response(result: Mapping[str, Any], send: Send) -> None:
    text = result.get("body") or ""
    body = base64.b64decode(text) if result.get("isBase64Encoded") else text.encode()
    pairs = [*result.get("headers", {}).items()]
    pairs += [("set-cookie", cookie) for cookie in result.get("cookies", [])]
    pairs = [(n, v) for n, v in pairs if n.lower() != "content-length"]
    headers = [(n.lower().encode("latin-1"), str(v).encode("latin-1")) for n, v in pairs]
    headers.append((b"content-length", str(len(body)).encode()))
    status = int(result.get("statusCode", 200))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Serve until a signal ends it."""
    import uvicorn  # noqa: PLC0415 (tests need no server)

    from lambdas.api.handler import handler  # noqa: PLC0415 (it reads the environment)

    parser = argparse.ArgumentParser(
        prog="edgefill.local.services.function_url", description=__doc__
    )
    parser.add_argument("--port", type=int, required=True)
    handler(build_event(WARM_UP, b"", time.time()), None)  # fail now, not at the first visitor
    uvicorn.run(
        create_app(handler),
        port=parser.parse_args().port,
        access_log=False,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
