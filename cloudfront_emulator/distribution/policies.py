"""The three kinds of policy that a behaviour names."""

from __future__ import annotations

from dataclasses import dataclass

from cloudfront_emulator.distribution.selection import NONE, Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """What is in the cache key, and for how long responses are kept (seconds).

    Everything in the key is forwarded to the origin too. `gzip` and `brotli` put the normalised
    Accept-Encoding into the key. Source: CloudFront API Reference, CachePolicyConfig.
    """

    name: str = ""
    headers: Selection = NONE
    cookies: Selection = NONE
    query: Selection = NONE
    min_ttl: float = 0
    default_ttl: float = 86_400
    max_ttl: float = 31_536_000
    gzip: bool = False
    brotli: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRequestPolicy:
    """What goes to the origin without being in the key.

    `CloudFront-*` names in `headers` or `added` are headers that CloudFront itself makes; `added`
    is the list beside "all viewer headers". Source: API Reference, OriginRequestPolicyConfig.
    """

    name: str = ""
    headers: Selection = NONE
    added: frozenset[str] = frozenset()
    cookies: Selection = NONE
    query: Selection = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRule:
    """A header put on responses; `override`: also where the origin sent one of that name."""

    name: str
    value: str
    override: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsConfig:
    """The CORS part of a response headers policy (API Reference, ...CorsConfig); names as given."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    expose: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int | None = None  # seconds
    override: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHeadersPolicy:
    """What is done to the headers of every response that a viewer gets.

    First `remove`, then CORS, then `set`. Source: API Reference, ResponseHeadersPolicyConfig.
    """

    name: str = ""
    cors: CorsConfig | None = None
    remove: frozenset[str] = frozenset()
    set: tuple[HeaderRule, ...] = ()
    server_timing: bool = False


NOTHING_MORE = OriginRequestPolicy()  # than the key holds
UNTOUCHED = ResponseHeadersPolicy()
