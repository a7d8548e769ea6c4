"""The CloudFront-* headers about a viewer, which policies may name.

Source: Developer Guide, adding-cloudfront-headers (once using-cloudfront-headers).
"""

from __future__ import annotations

from functools import lru_cache

from cloudfront_emulator.message import CdnRequest, Headers

# CloudFront makes these; the emulator does not. A policy that names them gets nothing.
NOT_EMULATED = frozenset(
    {
        "cloudfront-viewer-asn",
        "cloudfront-viewer-city",
        "cloudfront-viewer-country-name",
        "cloudfront-viewer-country-region",
        "cloudfront-viewer-country-region-name",
        "cloudfront-viewer-header-order",
        "cloudfront-viewer-header-count",
        "cloudfront-viewer-ja3-fingerprint",
        "cloudfront-viewer-ja4-fingerprint",
        "cloudfront-viewer-latitude",
        "cloudfront-viewer-longitude",
        "cloudfront-viewer-metro-code",
        "cloudfront-viewer-postal-code",
        "cloudfront-viewer-time-zone",
        "cloudfront-viewer-tls",
    }
)

_TABLETS = ("ipad", "tablet", "kindle", "silk/", "playbook")
_MOBILES = ("mobi", "iphone", "ipod", "windows phone", "blackberry", "opera mini")
_TELEVISIONS = ("smart-tv", "smarttv", "googletv", "appletv", "hbbtv", "netcast", "crkey", "roku")


def make_cloudfront_headers(request: CdnRequest, country: str) -> Headers:
    """CloudFront's headers about this viewer; the protocol is always https.

    `country` is an ISO 3166-1 alpha-2 code. AWS does not document how it classifies user agents:
    here well-known words decide. A device may have several types, as on AWS.
    """
    return (
        ("cloudfront-viewer-address", f"{request.client_ip}:{request.client_port}"),
        ("cloudfront-viewer-country", country),
        ("cloudfront-forwarded-proto", "https"),
        ("cloudfront-viewer-http-version", request.http_version),
        *_detect_device(request.header("user-agent") or ""),
    )


@lru_cache(maxsize=1024)
def _detect_device(user_agent: str) -> Headers:
    agent = user_agent.lower()
    android = "android" in agent
    television = any(word in agent for word in _TELEVISIONS)
    phone = any(word in agent for word in _MOBILES)
    tablet = any(word in agent for word in _TABLETS) or (android and not phone and not television)
    kinds = {
        "android": android,
        "desktop": not (phone or tablet or television),
        "ios": any(word in agent for word in ("iphone", "ipad", "ipod")),
        "mobile": phone,
        "smarttv": television,
        "tablet": tablet,
    }
    return tuple(
        (f"cloudfront-is-{kind}-viewer", str(is_it).lower()) for kind, is_it in kinds.items()
    )
