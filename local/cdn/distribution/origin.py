"""Origins and origin groups as a distribution describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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
    signed: bool = False
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
