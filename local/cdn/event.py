"""CloudFront's origin-request event: built from a request, and its result read back.

Source: CloudFront Developer Guide, "Lambda@Edge event structure".
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from local.cdn.description import Distribution, OriginConfig
from local.cdn.limits import FORBIDDEN, ResultRefused, check_request, check_response
from local.cdn.message import HOP_BY_HOP, Headers, Request, Response

USER_AGENT = "Amazon CloudFront"  # what origins see unless a policy forwards the viewer's
VIA = "1.1 edgefill-local.cloudfront.net (CloudFront)"


def origin_request_event(
    request: Request, *, distribution: Distribution, origin: OriginConfig, request_id: str
) -> dict[str, Any]:
    """The event for a request that is about to go to `origin`."""
    config = {
        "distributionDomainName": distribution.domain_name,
        "distributionId": distribution.id,
        "eventType": "origin-request",
        "requestId": request_id,
    }
    written = {
        "clientIp": request.client_ip,
        "headers": _event_headers(with_cloudfront_headers(request, origin)),
        "method": request.method,
        "origin": _event_origin(origin),
        "querystring": request.query,
        "uri": request.path,
    }
    return {"Records": [{"cf": {"config": config, "request": written}}]}


def with_cloudfront_headers(request: Request, origin: OriginConfig) -> Headers:
    """The headers of `request` with those that CloudFront adds."""
    given = {name for name, _ in request.headers}
    added = (
        ("host", origin.domain_name),
        ("user-agent", USER_AGENT),
        ("via", VIA),
        ("x-forwarded-for", request.client_ip),
    )
    return request.headers + tuple(pair for pair in added if pair[0] not in given)


def read_result(
    result: object, *, event: Mapping[str, Any], request: Request
) -> Request | Response:
    """What a function returned: the request to forward or the response to answer with.

    ResultRefused on whatever CloudFront would answer with a 502.
    """
    if not isinstance(result, dict):
        raise ResultRefused(f"the function returned {type(result).__name__}, not an object")
    return _response(result) if "status" in result else _request(result, event, request)


def _request(result: Mapping[str, Any], event: Mapping[str, Any], sent: Request) -> Request:
    before = event["Records"][0]["cf"]["request"]
    headers = _read_headers(result.get("headers", {}))
    check_request(result, before)
    return replace(
        sent,
        path=result.get("uri", sent.path),
        query=result.get("querystring", sent.query),
        headers=headers,
    )


def _response(result: Mapping[str, Any]) -> Response:
    status = result["status"]
    if not re.fullmatch(r"[2-5]\d\d", str(status)):
        raise ResultRefused(f"status {status!r} is not from 200 to 599")
    headers = _read_headers(result.get("headers", {}))
    body = _body(result)
    check_response(headers, body)
    return Response(status=int(status), headers=headers, body=body, generated=True)


def _body(result: Mapping[str, Any]) -> bytes:
    body = result.get("body", "")
    if not isinstance(body, str):
        raise ResultRefused(f"body is {type(body).__name__}, not a string")
    if result.get("bodyEncoding", "text") != "base64":
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise ResultRefused("body is no base64") from error


def _read_headers(written: object) -> Headers:
    if not isinstance(written, dict):
        raise ResultRefused("headers must be an object of arrays of {key, value}")
    try:
        return tuple(
            (name, pair["value"]) for name, pairs in written.items() for pair in _pairs(name, pairs)
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ResultRefused("headers must be an object of arrays of {key, value}") from error


def _pairs(name: str, pairs: list[dict[str, str]]) -> list[dict[str, str]]:
    for pair in pairs:
        if name != name.lower() or pair.get("key", name).lower() != name:
            raise ResultRefused(f"header {name!r} must be the lower-case form of its key")
        if not isinstance(pair["value"], str) or re.search(r"[\r\n\0]", pair["value"]):
            raise ResultRefused(f"header {name!r} has a value that is no header value")
    return pairs


def _event_headers(headers: Headers) -> dict[str, list[dict[str, str]]]:
    written: dict[str, list[dict[str, str]]] = {}
    for name, value in headers:
        if name not in HOP_BY_HOP and not FORBIDDEN.fullmatch(name):
            written.setdefault(name, []).append({"key": name.title(), "value": value})
    return written


def _event_origin(origin: OriginConfig) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "customHeaders": _event_headers(tuple((k.lower(), v) for k, v in origin.headers.items())),
        "domainName": origin.domain_name,
        "path": origin.path,
    }
    if origin.type == "s3":
        return {"s3": {**shared, "authMethod": "none", "region": "us-east-1"}}
    return {
        "custom": {
            **shared,
            "keepaliveTimeout": 5,
            "port": 443,
            "protocol": "https",
            "readTimeout": int(origin.read_timeout),
            "sslProtocols": ["TLSv1.2"],
        }
    }
