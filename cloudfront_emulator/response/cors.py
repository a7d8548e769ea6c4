"""The CORS headers of a response headers policy.

Source: Developer Guide, understanding-response-headers-policies, "CORS headers".
"""

from __future__ import annotations

import re
from functools import lru_cache

from cloudfront_emulator.distribution import CorsConfig
from cloudfront_emulator.message import CdnRequest, Headers

METHODS = ("GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")  # the meaning of ALL


def make_cors_headers(cors: CorsConfig, request: CdnRequest) -> Headers:
    """The CORS headers for a request with an allowed Origin; empty for any other request.

    Preflights (OPTIONS with Access-Control-Request-Method) get methods, headers and max-age.
    """
    origin = request.header("origin")
    if origin is None or (allowed := _match_origin(cors, origin)) is None:
        return ()
    pairs = [("access-control-allow-origin", allowed)]
    if cors.credentials:
        pairs.append(("access-control-allow-credentials", "true"))
    if request.method == "OPTIONS" and request.header("access-control-request-method"):
        pairs += _make_preflight_headers(cors, request)
    elif cors.expose:
        pairs.append(("access-control-expose-headers", ", ".join(cors.expose)))
    if allowed != "*":
        pairs.append(("vary", "Origin"))
    return tuple(pairs)


def _match_origin(cors: CorsConfig, origin: str) -> str | None:
    if "*" in cors.origins:
        return "*"
    matched = any(_compile_pattern(each).fullmatch(origin) for each in cors.origins)
    return origin if matched else None


def _make_preflight_headers(cors: CorsConfig, request: CdnRequest) -> list[tuple[str, str]]:
    methods = METHODS if "ALL" in cors.methods else cors.methods
    pairs = [("access-control-allow-methods", ", ".join(methods))]
    if headers := _list_allowed_headers(cors, request):
        pairs.append(("access-control-allow-headers", headers))
    if cors.max_age is not None:
        pairs.append(("access-control-max-age", str(cors.max_age)))
    return pairs


def _list_allowed_headers(cors: CorsConfig, request: CdnRequest) -> str:
    """The policy's names. Partial wildcards are replaced by the matching requested names."""
    if not any("*" in name and name != "*" for name in cors.headers):
        return ", ".join(cors.headers)
    requested = (request.header("access-control-request-headers") or "").split(",")
    names = (name.strip() for name in requested)
    covered = (
        n for n in names if n and any(_compile_pattern(e).fullmatch(n) for e in cors.headers)
    )
    return ", ".join(covered)


@lru_cache(maxsize=256)
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*"), re.IGNORECASE)
