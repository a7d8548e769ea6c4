"""Validates what a function returned, as CloudFront does.

Source: Developer Guide, lambda-event-structure, lambda-generating-http-responses and
edge-function-restrictions-all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Literal

from cloudfront_emulator.distribution import Trigger
from cloudfront_emulator.errors import ResultRefused
from cloudfront_emulator.functions.body import decode_body, read_replaced_body
from cloudfront_emulator.functions.headers import (
    read_changed_headers,
    read_generated_headers,
    read_text,
)
from cloudfront_emulator.functions.limits import MAX_URL, TriggerLimits
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers, drop_headers

RequestTrigger = Literal["viewer-request", "origin-request"]
_NO_URI = re.compile(r"[\s\x00-\x1f\x7f#]")


def is_response(result: object) -> bool:
    """Whether a request trigger returned a response; ResultRefused if it is no request either."""
    if not isinstance(result, dict):
        raise ResultRefused(f"the function returned {_describe_type(result)}, not an object")
    if "status" not in result and "uri" not in result:
        raise ResultRefused("the function returned neither a request (uri) nor a response (status)")
    return "status" in result


def read_request(
    trigger: RequestTrigger,
    result: dict[str, Any],
    *,
    before: CdnRequest,
    limits: TriggerLimits,
    body_included: bool,
) -> CdnRequest:
    """The changed request; `body_included`: the event had the body."""
    for name, value in (("method", before.method), ("clientIp", before.client_ip)):
        if result.get(name, value) != value:
            raise ResultRefused(f"the function may not change {name}")
    path, query = (
        read_text(result, "uri", before.path),
        read_text(result, "querystring", before.query),
    )
    _check_url(path, query, before)
    headers = read_changed_headers(trigger, before.headers, result.get("headers", {}))
    after = replace(before, path=path, query=query, headers=headers)
    body = read_replaced_body(
        result.get("body"), limit=limits.body_bytes, body_included=body_included
    )
    if body is None:
        return after
    return replace(after, body=body, headers=_set_content_length(headers, body, always=True))


def _check_url(path: str, query: str, request: CdnRequest) -> None:
    if not path.startswith("/"):
        raise ResultRefused("uri must be relative: it must begin with a slash")
    if len(path) + len(query) >= MAX_URL:
        raise ResultRefused(f"uri and querystring must be under {MAX_URL} characters")
    for name, after, previous in (
        ("uri", path, request.path),
        ("querystring", query, request.query),
    ):
        if after != previous and _NO_URI.search(after):
            raise ResultRefused(f"{name} may not contain spaces, control characters or #")


def read_generated(
    trigger: RequestTrigger, result: dict[str, Any], limits: TriggerLimits
) -> CdnResponse:
    """The response that a function generated at a request trigger."""
    status = _read_status(result)
    headers = read_generated_headers(trigger, result.get("headers", {}))
    body = _read_body(result)
    if trigger == "viewer-request" and status == 204 and body:
        raise ResultRefused("a 204 response may have no body")
    _check_size(headers, body or b"", limits)
    return CdnResponse(status=status, headers=headers, body=body or b"", generated=True)


def read_origin_response(
    result: object, *, before: CdnResponse, limits: TriggerLimits
) -> CdnResponse:
    """The changed origin response; its body stays unless the function sets `body`."""
    after, body = _read_changed("origin-response", result, before), None
    if isinstance(result, dict):
        body = _read_body(result)
    if body is None:
        length = tuple(pair for pair in before.headers if pair[0] == "content-length")
        return replace(after, headers=drop_headers(after.headers, ["content-length"]) + length)
    _check_size(after.headers, body, limits)
    return replace(after, body=body, headers=_set_content_length(after.headers, body))


def read_viewer_response(result: object, *, before: CdnResponse) -> CdnResponse:
    """The response with changed headers; nothing else may change."""
    after = _read_changed("viewer-response", result, before)
    if after.status != before.status:
        raise ResultRefused("a viewer-response function may not change the status")
    if isinstance(result, dict) and result.get("body") is not None:
        raise ResultRefused("a viewer-response function may not set a body")
    return after


def _read_changed(trigger: Trigger, result: object, before: CdnResponse) -> CdnResponse:
    if not isinstance(result, dict):
        raise ResultRefused(f"the function returned {_describe_type(result)}, not an object")
    headers = read_changed_headers(trigger, before.headers, result.get("headers", {}))
    return replace(before, status=_read_status(result), headers=headers)


def _describe_type(result: object) -> str:
    return "None" if result is None else type(result).__name__


def _read_status(result: dict[str, Any]) -> int:
    status = result.get("status")
    if isinstance(status, bool) or not re.fullmatch(r"[2-5]\d\d", str(status)):
        raise ResultRefused(f"status {status!r} is not from 200 to 599")
    return int(str(status))


def _read_body(result: dict[str, Any]) -> bytes | None:
    """The body that a result sets; None if it sets none."""
    if result.get("body") is None:
        return None
    return decode_body(result["body"], result.get("bodyEncoding", "text"))


def _check_size(headers: Headers, body: bytes, limits: TriggerLimits) -> None:
    size = len(body) + sum(len(name) + len(value) + 4 for name, value in headers)
    if size > limits.body_bytes:
        raise ResultRefused(
            f"the generated response has {size} bytes; CloudFront accepts {limits.body_bytes}"
        )


def _set_content_length(headers: Headers, body: bytes, *, always: bool = False) -> Headers:
    """`headers` with the Content-Length of a replaced body."""
    if not always and not any(name == "content-length" for name, _ in headers):
        return headers
    others = drop_headers(headers, ["content-length", "transfer-encoding"])
    return (*others, ("content-length", str(len(body))))
