"""Origins and origin groups as a distribution describes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# add-origin-custom-headers, "Custom headers that CloudFront can't add to origin requests"
DENIED_HEADERS = re.compile(
    r"cache-control|connection|content-length|cookie|host|if-match|if-modified-since|if-none-match"
    r"|if-range|if-unmodified-since|max-forwards|pragma|proxy-authorization|proxy-connection|range"
    r"|request-range|te|trailer|transfer-encoding|upgrade|via|x-amz-.*|x-edge-.*|x-real-ip"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where misses go; `domain_name` is what events and the Host header say.

    `signed`: an origin access control (or identity) signs requests, which replaces the viewer's
    Authorization header. Times in seconds. Source: API Reference, Origin and CustomOriginConfig.
    """

    id: str
    kind: Literal["s3", "custom"]
    domain_name: str
    path: str = ""
    headers: tuple[tuple[str, str], ...] = ()  # custom headers, names in lower case
    signs_requests: bool = False
    connection_attempts: int = 3
    connection_timeout: float = 10
    read_timeout: float = 30
    keepalive_timeout: float = 5
    port: int = 443
    protocol: Literal["http", "https"] = "https"
    ssl_protocols: tuple[str, ...] = ("TLSv1.2",)


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginGroup:
    """A primary origin and the one asked when it fails (API Reference, OriginGroup)."""

    id: str
    primary: str
    secondary: str
    statuses: frozenset[int]
