"""Removes and changes headers of an origin's response before it is cached.

Source: Developer Guide, RequestAndResponseBehaviorCustomOrigin, "HTTP response headers that
CloudFront removes or replaces".
"""

from __future__ import annotations

from dataclasses import replace

from cloudfront_emulator.distribution import Behaviour
from cloudfront_emulator.message import HOP_BY_HOP, CdnResponse, drop_headers

DEVICE_HEADERS = frozenset(
    f"cloudfront-is-{kind}-viewer" for kind in ("desktop", "mobile", "smarttv", "tablet")
)


def filter_origin_headers(behaviour: Behaviour, response: CdnResponse) -> CdnResponse:
    """The origin's response without headers that never reach a viewer.

    Set-Cookie stays if cookies are forwarded. Vary keeps the names that CloudFront supports.
    """
    removed = HOP_BY_HOP | {"via", "vary"}
    if not _is_forwarding_cookies(behaviour):
        removed |= {"set-cookie"}
    vary = _filter_vary(behaviour, response)
    headers = drop_headers(response.headers, removed) + ((("vary", vary),) if vary else ())
    return replace(response, headers=headers)


def _is_forwarding_cookies(behaviour: Behaviour) -> bool:
    return "none" not in (behaviour.cache.cookies.kind, behaviour.origin_request.cookies.kind) or (
        behaviour.cache.cookies.kind != behaviour.origin_request.cookies.kind
    )


def _filter_vary(behaviour: Behaviour, response: CdnResponse) -> str:
    """Keep Accept-Encoding, Cookie and forwarded names, and `*` if Min TTL is 0."""
    values = (value.split(",") for name, value in response.headers if name == "vary")
    names = [item.strip() for items in values for item in items]
    return ", ".join(name for name in names if _is_effective(behaviour, name.lower()))


def _is_effective(behaviour: Behaviour, name: str) -> bool:
    if name in ("accept-encoding", "cookie"):
        return True
    if name == "*":
        return behaviour.cache.min_ttl == 0
    selections = (behaviour.cache.headers, behaviour.origin_request.headers)
    if name == "user-agent" and any(
        device in behaviour.origin_request.added
        or any(s.kind == "only" and s.includes(device) for s in selections)
        for device in DEVICE_HEADERS
    ):
        return True
    return bool(name) and any(selection.includes(name) for selection in selections)
