"""Function URL events of format 2.0 and their responses."""

import asyncio
import base64
from typing import Any

import httpx
import pytest

from edgefill.local.services.function_url import create_app

NOW = 1_800_000_000.0
Event = dict[str, Any]


def send_request(handler: Any, method: str = "GET", url: str = "/", **more: Any) -> httpx.Response:
    transport = httpx.ASGITransport(create_app(handler, clock=lambda: NOW))

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.request(method, url, **more)

    return asyncio.run(send())


@pytest.fixture
def events() -> list[Event]:
    return []


def test_the_event_is_what_aws_documents(events: list[Event]) -> None:
    """Path and query stay encoded, cookies are a list, repeated headers are joined."""

    def handler(event: Event, _context: object) -> Event:
        events.append(event)
        return {"statusCode": 200}

    headers = [("X-A", "1"), ("X-A", "2"), ("Cookie", "a=1; b=2"), ("User-Agent", "me")]
    send_request(handler, url="/p/a%20b?locale=de&x=%C3%A4", headers=headers)
    event = events[0]
    assert (event["version"], event["routeKey"]) == ("2.0", "$default")
    assert (event["rawPath"], event["rawQueryString"]) == ("/p/a%20b", "locale=de&x=%C3%A4")
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-a"] == "1,2"
    assert "cookie" not in event["headers"]
    assert event["requestContext"]["http"] == {
        "method": "GET",
        "path": "/p/a%20b",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "me",
    }
    assert event["requestContext"]["time"] == "15/Jan/2027:08:00:00 +0000"
    assert event["isBase64Encoded"] is False


def test_a_body_is_sent_as_base64(events: list[Event]) -> None:
    """The handler gets every body encoded."""

    def handler(event: Event, _context: object) -> Event:
        events.append(event)
        return {"statusCode": 204}

    assert send_request(handler, "POST", content=b"\xff\x00").status_code == 204
    assert base64.b64decode(events[0]["body"]) == b"\xff\x00"


def test_an_answer_is_sent_with_its_status_headers_and_cookies() -> None:
    """Bodies as text and as base64, and cookies, which the result lists apart from headers."""

    def handler(event: Event, _context: object) -> Event:
        encoded = base64.b64encode(b"bytes").decode()
        return {
            "statusCode": 201,
            "headers": {"X-Edgefill": "miss", "Content-Length": "999"},
            "cookies": ["a=1", "b=2"],
            "body": encoded if event["rawPath"] == "/encoded" else "täxt",
            "isBase64Encoded": event["rawPath"] == "/encoded",
        }

    plain, encoded = send_request(handler), send_request(handler, url="/encoded")
    assert (plain.status_code, plain.text, encoded.content) == (201, "täxt", b"bytes")
    assert plain.headers["x-edgefill"] == "miss"
    assert plain.headers.get_list("set-cookie") == ["a=1", "b=2"]
