"""Origins over HTTP: the request that is sent and the response that is returned."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from cloudfront_emulator.errors import EmulatorInputRefused
from cloudfront_emulator.origins.http import HttpOriginClient
from cloudfront_emulator.origins.signature import make_s3_signer
from tests.cloudfront_emulator.origins.scripted_transport import (
    BUCKET,
    CUSTOM,
    SENT,
    ScriptedTransport,
    fetch,
)


def test_a_custom_origin_gets_its_own_host_at_its_mapped_url() -> None:
    """Path and query go as they came, behind the origin's path; Host is the origin's domain name
    (RequestAndResponseBehaviorCustomOrigin, "Host")."""
    network = ScriptedTransport(httpx.Response(200))
    fetch(network)
    message = network.requests[0]
    assert (message.url.host, message.url.port) == ("127.0.0.1", 8000)
    assert message.extensions["target"] == b"/sub/t/../a%20b'.json?x=1&x=%C3%A4"
    assert message.headers["host"] == "api.example.com"
    assert message.headers["authorization"] == "Bearer viewer"
    assert message.extensions["timeout"] == {"connect": 10, "read": 5, "write": 5, "pool": None}


def test_custom_headers_override_the_viewers() -> None:
    """The origin's headers replace those of the same name; hop-by-hop ones and a stale length end
    here (add-origin-custom-headers)."""
    network = ScriptedTransport(httpx.Response(200))
    fetch(network)
    headers = network.requests[0].headers
    assert headers.get_list("x-both") == ["origin"]
    assert headers["x-own"] == "1"
    assert not headers.keys() & {"te", "content-length", "accept-encoding", "accept"}


def test_a_forwarded_host_stays() -> None:
    """With Host in a policy the origin sees the viewer's (controlling-origin-requests)."""
    network = ScriptedTransport(httpx.Response(200))
    fetch(network, replace(SENT, headers=(("host", "shop.example"),)))
    assert network.requests[0].headers.get_list("host") == ["shop.example"]


def test_origin_access_control_replaces_the_viewers_authorization() -> None:
    """CloudFront's signature replaces the viewer's token
    (private-content-restricting-access-to-s3)."""
    network = ScriptedTransport(httpx.Response(200))
    fetch(network, origin=BUCKET)
    message = network.requests[0]
    assert message.headers.get_list("authorization")[0].startswith("AWS4-HMAC-SHA256 Cred")
    assert message.headers["host"] == "127.0.0.1:5000"
    assert message.extensions["target"].startswith(b"/bucket/t/")


def test_a_signer_signs_for_s3() -> None:
    """With credentials the signature is valid for the request that is sent."""
    network = ScriptedTransport(httpx.Response(200))
    fetch(network, origin=BUCKET, signer=make_s3_signer("KEY", "secret"))
    headers = network.requests[0].headers
    assert "Credential=KEY/" in headers["authorization"]
    assert headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert "x-amz-date" in headers


def test_the_response_loses_connection_headers() -> None:
    """Hop-by-hop headers end here; repeated ones, the encoding and a declared length stay."""
    headers = [
        ("Connection", "close"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", "3"),
    ]
    answer = httpx.Response(404, headers=headers, stream=httpx.ByteStream(b"zip"))
    response = fetch(ScriptedTransport(answer))
    assert (response.status, response.body, response.unanswered) == (404, b"zip", False)
    assert response.headers == (
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("content-encoding", "gzip"),
        ("content-length", "3"),
    )


def test_a_response_to_head_keeps_its_length() -> None:
    """There it is the only trace of the body."""
    answer = httpx.Response(200, headers={"content-length": "7"})
    response = fetch(ScriptedTransport(answer), replace(SENT, method="HEAD"))
    assert (response.header("content-length"), response.body) == ("7", b"")


def test_request_bodies_are_forwarded() -> None:
    """Bytes with their length, streams as they come, with the viewer's length if it gave one."""

    async def stream() -> AsyncIterator[bytes]:
        yield b"ab"
        yield b"c"

    post = replace(SENT, method="POST", headers=())
    for request, name in [
        (replace(post, body=b"abc"), "content-length"),
        (replace(post, body=stream()), "transfer-encoding"),
        (replace(post, body=stream(), headers=(("content-length", "3"),)), "content-length"),
    ]:
        network = ScriptedTransport(httpx.Response(200))
        fetch(network, request)
        assert network.bodies == [b"abc"]
        lengths = network.requests[0].headers.keys() & {"content-length", "transfer-encoding"}
        assert lengths == {name}


def test_an_origin_that_a_function_chose_is_found_by_its_domain() -> None:
    """If it is mapped; otherwise the reason has the remedy (lambda-event-structure, origin)."""
    chosen = replace(CUSTOM, domain_name="other.example")
    network = ScriptedTransport(httpx.Response(200))
    response = fetch(network, origin=chosen)
    assert (response.status, response.unanswered) == (502, True)
    assert (
        "other.example is not mapped; start the emulator with --map other.example=URL"
        in response.reason
    )
    assert fetch(network, origin=chosen, urls={"other.example": "http://x:1"}).status == 200
    assert network.requests[0].headers["host"] == "other.example"


@pytest.mark.parametrize(
    "url", ["ftp://x", "localhost:8000", "http://", "http://x?y=1", "http://x:y"]
)
def test_a_map_must_be_a_url(url: str) -> None:
    """The option is named as it was written."""
    with pytest.raises(EmulatorInputRefused, match="--map api="):
        HttpOriginClient({"api": url}, origins={})
