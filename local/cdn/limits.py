"""What CloudFront refuses: requests of viewers, and results of origin-request functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from lambdas.core.errors import EdgefillError
from local.cdn.message import Headers, Request, Response, error_page

MAX_GENERATED = 1_048_576  # bytes, headers and body (facts: "Quotas on Lambda@Edge", origin events)
MAX_URL = 8_192  # characters of URI and query string together
MAX_HEADERS = 32_768  # bytes of a viewer's headers (Developer Guide, "General quotas")

# Developer Guide, "Restrictions on all edge functions": headers that functions may not add ...
FORBIDDEN = re.compile(
    r"connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer"
    r"|upgrade|x-accel-(buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-.*|x-cache"
    r"|x-edge-.*|x-forwarded-proto|x-real-ip",
    re.IGNORECASE,
)
# ... and those that an origin-request function may read but not change.
READ_ONLY = (
    "accept-encoding",
    "cdn-loop",
    "content-length",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "transfer-encoding",
    "via",
)


class ResultRefused(EdgefillError):
    """CloudFront would answer this result of a function with a 502."""


def refusal(request: Request, methods: Collection[str]) -> Response | None:
    """The error page for a viewer's request that goes no further; None when it may pass."""
    if request.method not in methods:
        return error_page(403, f"method {request.method} is not among {', '.join(methods)}")
    if len(request.path) + len(request.query) >= MAX_URL:
        return error_page(414, f"URI and query string must be under {MAX_URL} characters")
    if sum(len(name) + len(value) for name, value in request.headers) > MAX_HEADERS:
        return error_page(494, f"the request's headers have more than {MAX_HEADERS} bytes")
    return None


def check_response(headers: Headers, body: bytes) -> None:
    """ResultRefused for a forbidden header or a response above the limit."""
    for name, _ in headers:
        if FORBIDDEN.fullmatch(name) or name in ("transfer-encoding", "via", "content-length"):
            raise ResultRefused(f"a function may not set the header {name!r}")
    size = len(body) + sum(len(name) + len(value) + 4 for name, value in headers)
    if size > MAX_GENERATED:
        raise ResultRefused(
            f"the generated response has {size} bytes; CloudFront takes {MAX_GENERATED}"
        )


def check_request(after: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """ResultRefused for a request changed where a function may not change it."""
    old, new = before["headers"], after.get("headers", {})
    for name in new:
        if name not in old and FORBIDDEN.fullmatch(name):
            raise ResultRefused(f"a function may not set the header {name!r}")
    for name in READ_ONLY:
        if new.get(name) != old.get(name):
            raise ResultRefused(f"a function may not change the header {name!r}")
    for name in ("clientIp", "method"):
        if after.get(name) != before[name]:
            raise ResultRefused(f"a function may not change {name}")
    if len(str(after.get("uri", ""))) + len(str(after.get("querystring", ""))) >= MAX_URL:
        raise ResultRefused(f"URI and query string must be under {MAX_URL} characters")
