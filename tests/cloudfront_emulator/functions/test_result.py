"""Results that are accepted, and those that CloudFront's validation answers with a 502."""

from typing import Any

import pytest

from cloudfront_emulator.errors import ResultRefused
from cloudfront_emulator.functions.event import serialize_request, serialize_response
from cloudfront_emulator.functions.limits import get_limits
from cloudfront_emulator.functions.result import (
    is_response,
    read_generated,
    read_origin_response,
    read_request,
    read_viewer_response,
)
from cloudfront_emulator.message import CdnRequest, CdnResponse

VIEWER, ORIGIN = (
    get_limits("current", "viewer-request"),
    get_limits("current", "origin-request"),
)
SENT = CdnRequest(
    method="GET",
    path="/p/a",
    query="a b",  # as it came: only a changed one is checked
    headers=(("host", "h"), ("via", "v"), ("cookie", "c"), ("x-edge-hidden", "1")),
)
GIVEN = CdnResponse(
    status=200,
    headers=(("content-length", "4"), ("via", "v"), ("warning", "w"), ("x-cache", "Hit")),
    body=b"body",
)


def find_header(name: str, value: object = "1", key: str | None = None) -> dict[str, Any]:
    return {"status": "200", "headers": {name: [{"key": key or name, "value": value}]}}


@pytest.mark.parametrize(
    ("result", "complaint"),
    [
        ({"status": "99"}, "status '99'"),
        ({"status": "600"}, "status '600'"),
        ({"status": True}, "status True"),
        ({"status": "ok"}, "status 'ok'"),
        ({"status": "200", "body": {}}, "body is dict"),
        ({"status": "200", "body": "?", "bodyEncoding": "base64"}, "base64"),
        ({"status": "200", "body": "a", "bodyEncoding": "gzip"}, "neither text nor base64"),
        ({"status": "200", "headers": []}, "headers must be"),
        ({"status": "200", "headers": {"x-a": "1"}}, "must be an array"),
        ({"status": "200", "headers": {"x-a": ["1"]}}, "must have a value"),
        ({"status": "200", "headers": {"x-a": [{"key": "X-A"}]}}, "must have a value"),
        ({"status": "200", "headers": {"x a": [{"value": "1"}]}}, "not a header name"),
        (find_header("X-A"), "lower-case form"),
        (find_header("x-a", key="X-B"), "lower-case form"),
        (find_header("x-a", value="a\r\nb"), "control character"),
        (find_header("x-a", value="a\x1bb"), "control character"),
        (find_header("x-a", value="a\ud83db"), "control character"),
        ({"status": "200", "body": "\ud83d"}, "unpaired surrogate"),
        (find_header("x-a", value=1), "must have a value"),
        (find_header("connection"), "may not add the header 'connection'"),
        (find_header("x-amz-cf-id"), "may not add the header 'x-amz-cf-id'"),
        (find_header("x-cache"), "may not add"),
        (find_header("via"), "'via'"),
        (find_header("content-length"), "'content-length'"),
        ({"status": "200", "body": "x" * 1_048_577}, "1048577 bytes"),
    ],
)
def test_a_generated_response_that_is_not_valid_is_refused(
    result: dict[str, Any], complaint: str
) -> None:
    """lambda-generating-http-responses and edge-function-restrictions-all, "HTTP headers"."""
    with pytest.raises(ResultRefused, match=complaint):
        read_generated("origin-request", result, ORIGIN)


def test_a_response_generated_for_a_viewer_has_at_most_40_kb_and_no_body_with_204() -> None:
    """lambda-generating-http-responses, "Errors"."""
    assert read_generated("viewer-request", {"status": "200", "body": "x" * 40_960}, VIEWER)
    with pytest.raises(ResultRefused, match="40961 bytes"):
        read_generated("viewer-request", {"status": "200", "body": "x" * 40_961}, VIEWER)
    with pytest.raises(ResultRefused, match="204"):
        read_generated("viewer-request", {"status": "204", "body": "x"}, VIEWER)


def test_a_generated_response_is_read() -> None:
    """lambda-generating-http-responses, "Response object"; a header's key may be left out."""
    result = {
        "status": "201",
        "headers": {"x-a": [{"key": "X-A", "value": "1"}, {"value": "2"}]},
        "body": "dMOkeHQ=",
        "bodyEncoding": "base64",
    }
    headers = (("x-a", "1"), ("x-a", "2"))
    assert read_generated("origin-request", result, ORIGIN) == CdnResponse(
        status=201, headers=headers, body="täxt".encode(), generated=True
    )


@pytest.mark.parametrize(
    ("trigger", "change", "complaint"),
    [
        ("origin-request", {"method": "POST"}, "may not change method"),
        ("origin-request", {"clientIp": "1.2.3.4"}, "may not change clientIp"),
        ("origin-request", {"querystring": "q" * 9000}, "under 8192"),
        ("origin-request", {"querystring": "a#b"}, "not contain spaces"),
        ("origin-request", {"uri": "https://h/"}, "must be relative"),
        ("origin-request", {"uri": 1}, "uri is int"),
        ("origin-request", {"uri": "/a b"}, "not contain spaces"),
        ("origin-request", {"headers": {}}, "'via'"),
        ("origin-request", {"body": []}, "body is list"),
        ("origin-request", {"body": {"action": "drop"}}, "neither read-only nor replace"),
        ("origin-request", {"body": {"action": "replace", "data": "?"}}, "not base64"),
        (
            "viewer-request",
            {"body": {"action": "replace", "encoding": "text", "data": "x" * 40_961}},
            "40961 bytes",
        ),
    ],
)
def test_a_request_changed_where_it_may_not_be_is_refused(
    trigger: Any, change: dict[str, Any], complaint: str
) -> None:
    """lambda-event-structure (read-only fields), edge-function-restrictions-all, "URI"."""
    limits = get_limits("current", trigger)
    result = serialize_request(SENT) | change
    with pytest.raises(ResultRefused, match=complaint):
        read_request(trigger, result, before=SENT, limits=limits, body_included=True)


@pytest.mark.parametrize(
    ("trigger", "name"),
    [
        ("viewer-request", "host"),
        ("viewer-request", "content-length"),
        ("viewer-request", "cdn-loop"),
        ("viewer-request", "cloudfront-viewer-country"),
        ("origin-request", "accept-encoding"),
        ("origin-request", "if-none-match"),
        ("origin-request", "via"),
        ("origin-request", "x-edge-location"),
    ],
)
def test_read_only_headers_of_requests_stay(trigger: Any, name: str) -> None:
    """edge-function-restrictions-all, "Read-only headers", by trigger."""
    result = serialize_request(SENT)
    result["headers"][name] = [{"value": "changed"}]
    with pytest.raises(ResultRefused, match=name):
        read_request(trigger, result, before=SENT, limits=VIEWER, body_included=False)


def test_a_changed_request_keeps_what_was_never_exposed() -> None:
    """edge-function-restrictions-all: Host is read-only in viewer events only."""
    result = serialize_request(SENT)
    del result["headers"]["cookie"]
    result["headers"]["host"] = [{"value": "other"}]
    after = read_request("origin-request", result, before=SENT, limits=ORIGIN, body_included=False)
    assert after.headers == (("host", "other"), ("via", "v"), ("x-edge-hidden", "1"))
    assert after.query == "a b"


def test_a_body_is_replaced_only_where_it_was_included() -> None:
    """lambda-at-edge-function-restrictions, "include body option"."""
    result = serialize_request(SENT) | {"body": {"action": "replace", "data": "bmV3"}}
    after = read_request("origin-request", result, before=SENT, limits=ORIGIN, body_included=True)
    assert after.body == b"new"
    with pytest.raises(ResultRefused, match="IncludeBody"):
        read_request("origin-request", result, before=SENT, limits=ORIGIN, body_included=False)


@pytest.mark.parametrize("result", [None, "text", [], {}, {"Records": []}])
def test_neither_request_nor_response_is_refused(result: object) -> None:
    """http-502-bad-gateway, "Lambda function result failed validation"."""
    with pytest.raises(ResultRefused, match="returned"):
        is_response(result)


def test_an_origin_response_keeps_the_body_that_is_not_set() -> None:
    """lambda-generating-http-responses, "Update HTTP responses": unset stays, empty removes."""
    result = serialize_response(GIVEN)
    unchanged = read_origin_response(result, before=GIVEN, limits=ORIGIN)
    emptied = read_origin_response({**result, "body": ""}, before=GIVEN, limits=ORIGIN)
    assert (unchanged.body, sorted(unchanged.headers)) == (b"body", sorted(GIVEN.headers))
    assert (emptied.body, emptied.header("content-length")) == (b"", "0")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"status": "100"}, "status '100'"),
        ({"headers": {}}, "'via'"),
        ({"body": "x" * 1_048_577}, "CloudFront accepts 1048576"),
    ],
)
def test_an_origin_response_that_is_not_valid_is_refused(
    change: dict[str, Any], complaint: str
) -> None:
    """edge-function-restrictions-all: Transfer-Encoding and Via are read-only."""
    with pytest.raises(ResultRefused, match=complaint):
        read_origin_response(serialize_response(GIVEN) | change, before=GIVEN, limits=ORIGIN)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"status": "201"}, "may not change the status"),
        ({"body": "x"}, "may not set a body"),
        ({"headers": {"via": [{"value": "v"}]}}, "'warning'"),
    ],
)
def test_a_viewer_response_changes_only_headers(change: dict[str, Any], complaint: str) -> None:
    """lambda-at-edge-function-restrictions, "HTTP status codes"; Via and Warning are read-only."""
    with pytest.raises(ResultRefused, match=complaint):
        read_viewer_response(serialize_response(GIVEN) | change, before=GIVEN)
