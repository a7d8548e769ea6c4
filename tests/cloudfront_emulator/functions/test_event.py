"""Events, compared with those that AWS documents (Developer Guide, lambda-event-structure)."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.distribution import Origin
from cloudfront_emulator.functions.body import read_exposed_body
from cloudfront_emulator.functions.event import (
    EventContext,
    add_default_headers,
    make_event,
    serialize_request,
    serialize_response,
)
from cloudfront_emulator.functions.origin_event import serialize_origin
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers

EVENTS = Path(__file__).parents[2] / "events"
TLS = ("TLSv1", "TLSv1.1", "TLSv1.2")


def read_documented(name: str) -> Any:
    event = json.loads((EVENTS / f"cloudfront_{name}.json").read_text())
    for pairs in event["Records"][0]["cf"]["request"]["headers"].values():
        pairs[0]["key"] = pairs[0]["key"].title()  # AWS's example has one key in lower case
    return event


def to_plain(event_headers: Any) -> Headers:
    return tuple((name, pair["value"]) for name, pairs in event_headers.items() for pair in pairs)


@pytest.mark.parametrize(
    "trigger", ["viewer-request", "origin-request", "origin-response", "viewer-response"]
)
def test_an_event_is_the_documented_one(trigger: Any) -> None:
    """From the documented values, exactly the documented event."""
    example = read_documented(trigger.replace("-", "_"))
    cf = example["Records"][0]["cf"]
    context = EventContext(
        distribution_id=cf["config"]["distributionId"],
        domain_name=cf["config"]["distributionDomainName"],
        request_id=cf["config"]["requestId"],
    )
    request = CdnRequest(
        method="GET",
        path="/",
        headers=to_plain(cf["request"]["headers"]),
        client_ip=cf["request"]["clientIp"],
    )
    custom = Origin(id="O", kind="custom", domain_name="example.org", ssl_protocols=TLS)
    origin = custom if trigger.startswith("origin") else None
    parts = {"request": serialize_request(request, origin=origin)}
    if "response" in cf:
        request_or_response = CdnResponse(status=200, headers=to_plain(cf["response"]["headers"]))
        parts["response"] = serialize_response(request_or_response)
    assert make_event(trigger, context, **parts) == example


def test_an_s3_origin_has_a_region_and_an_access_method() -> None:
    """`origin`: authMethod, customHeaders, domainName, path and region."""
    bucket = Origin(
        id="B",
        kind="s3",
        domain_name="b.s3.eu-west-1.amazonaws.com",
        path="/sub",
        headers=(("x-own", "1"),),
    )
    assert serialize_origin(bucket) == {
        "s3": {
            "authMethod": "none",
            "customHeaders": {"x-own": [{"key": "X-Own", "value": "1"}]},
            "domainName": "b.s3.eu-west-1.amazonaws.com",
            "path": "/sub",
            "region": "eu-west-1",
        }
    }


def test_headers_that_cloudfront_adds_do_not_replace_forwarded_ones() -> None:
    """RequestAndResponseBehaviorCustomOrigin: User-Agent is Amazon CloudFront unless forwarded."""
    request = CdnRequest(method="GET", path="/", headers=(("user-agent", "curl"),))
    origin = Origin(id="O", kind="custom", domain_name="o.example")
    added = dict(add_default_headers(request, origin))
    assert (added["user-agent"], added["host"]) == ("curl", "o.example")
    assert added["x-forwarded-for"] == "127.0.0.1"


def test_disallowed_headers_are_not_exposed() -> None:
    """edge-function-restrictions-all, "Disallowed headers"."""
    headers = (("connection", "x"), ("x-edge-y", "1"), ("x-cache", "1"), ("accept", "a"))
    assert list(
        serialize_request(CdnRequest(method="GET", path="/", headers=headers))["headers"]
    ) == ["accept"]


def test_a_status_without_a_name_has_an_empty_description() -> None:
    """`status` is a string, `statusDescription` too."""
    assert serialize_response(CdnResponse(status=299))["statusDescription"] == ""


async def stream() -> AsyncIterator[bytes]:
    yield b"abc"
    yield b"def"


@pytest.mark.parametrize(
    ("limit", "exposed", "truncated"), [(4, b"abcd", True), (6, b"abcdef", False)]
)
def test_a_function_sees_a_body_up_to_the_limit(
    limit: int, exposed: bytes, truncated: bool
) -> None:
    """`inputTruncated` is set if it was cut; the whole body stays available."""

    async def use() -> bytes:
        body = await read_exposed_body(stream(), limit)
        assert (body.visible, body.to_event()["inputTruncated"]) == (exposed, truncated)
        whole = body.body
        return whole if isinstance(whole, bytes) else b"".join([part async for part in whole])

    assert asyncio.run(use()) == b"abcdef"
