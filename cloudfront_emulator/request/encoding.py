"""Normalises Accept-Encoding for cache keys and origins as CloudFront does.

Source: Developer Guide, cache-key-understand-cache-policy, "Compression support".
"""

from __future__ import annotations

from functools import lru_cache

from cloudfront_emulator.distribution import CachePolicy
from cloudfront_emulator.message import CdnRequest


def normalise_accept_encoding(policy: CachePolicy, request: CdnRequest) -> str:
    """The codings that viewer and policy both accept: "br,gzip", "br", "gzip" or "".

    A viewer with HTTP/1.0 gets nothing compressed (Developer Guide, ServingCompressedFiles).
    """
    if not (policy.gzip or policy.brotli) or request.http_version == "1.0":
        return ""
    value = request.header("accept-encoding")
    return _normalise(value, gzip=policy.gzip, brotli=policy.brotli) if value else ""


def normalise_for_origin(policy: CachePolicy, request: CdnRequest) -> str | None:
    """The Accept-Encoding for the origin; "identity" if no coding is accepted by both.

    None if CloudFront sends no such header, for example because the viewer sent none.
    """
    if not (policy.gzip or policy.brotli) or request.http_version == "1.0":
        return None
    if request.header("accept-encoding") is None:
        return None
    return normalise_accept_encoding(policy, request) or "identity"


@lru_cache(maxsize=1024)
def _normalise(value: str, *, gzip: bool, brotli: bool) -> str:
    accepted = {name for name, weight in map(_parse_coding, value.lower().split(",")) if weight > 0}
    codings = (("br", brotli), ("gzip", gzip))
    return ",".join(name for name, enabled in codings if enabled and name in accepted)


def _parse_coding(item: str) -> tuple[str, float]:
    """A content coding and its weight (RFC 9110, section 12.5.3)."""
    name, *parameters = (part.strip() for part in item.split(";"))
    weights = (part.removeprefix("q=") for part in parameters if part.startswith("q="))
    try:
        return name, float(next(weights, "1"))
    except ValueError:
        return name, 1.0
