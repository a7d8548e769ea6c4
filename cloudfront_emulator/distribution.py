"""A distribution as values: behaviours, policies, origins, functions, error responses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

Kind = Literal["none", "only", "except", "all"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which names a policy selects: none, all, only these, or all except these.

    Header names are in lower case; names of cookies and query parameters keep theirs.
    """

    kind: Kind = "none"
    names: frozenset[str] = frozenset()

    def includes(self, name: str) -> bool:
        """Whether `name` is selected."""
        if self.kind in ("none", "all"):
            return self.kind == "all"
        return (name in self.names) == (self.kind == "only")


NONE = Selection("none")
ALL = Selection("all")


def select_only(*names: str) -> Selection:
    """A selection of these names."""
    return Selection("only", frozenset(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """What the cache key contains, and how long responses are cached (seconds).

    Everything in the key is also forwarded to the origin. `gzip` and `brotli` put the normalised
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
    """What is forwarded to the origin without being in the key.

    `CloudFront-*` names in `headers` or `added` are headers that CloudFront itself makes; `added`
    is the list that is given in addition to "all viewer headers".
    Source: API Reference, OriginRequestPolicyConfig.
    """

    name: str = ""
    headers: Selection = NONE
    added: frozenset[str] = frozenset()
    cookies: Selection = NONE
    query: Selection = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRule:
    """A header for responses; `override` also replaces a header of the origin."""

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
    """Changes to the headers of every response that a viewer gets.

    First `remove`, then CORS, then `set`. Source: API Reference, ResponseHeadersPolicyConfig.
    """

    name: str = ""
    cors: CorsConfig | None = None
    remove: frozenset[str] = frozenset()
    set: tuple[HeaderRule, ...] = ()
    server_timing: bool = False


NOTHING_MORE = OriginRequestPolicy()  # than the key holds
UNTOUCHED = ResponseHeadersPolicy()


Trigger = Literal["viewer-request", "origin-request", "origin-response", "viewer-response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionAssociation:
    """A function at one of the four triggers; `function` is its logical id."""

    trigger: Trigger
    function: str
    include_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How requests are handled whose path matches `path`; `origin` is an origin's or group's id."""

    path: str
    origin: str
    cache: CachePolicy
    origin_request: OriginRequestPolicy = NOTHING_MORE
    response_headers: ResponseHeadersPolicy = UNTOUCHED
    methods: frozenset[str] = frozenset({"GET", "HEAD"})
    cached_methods: frozenset[str] = frozenset({"GET", "HEAD"})
    compress: bool = False
    functions: tuple[FunctionAssociation, ...] = ()
    keys_on_cloudfront_headers: bool = field(init=False)  # on a header that CloudFront makes itself

    def __post_init__(self) -> None:
        names_cloudfront_header = self.cache.headers.kind != "only" or any(
            name.startswith("cloudfront-") for name in self.cache.headers.names
        )
        keyed = self.cache.headers.kind != "none" and names_cloudfront_header
        object.__setattr__(self, "keys_on_cloudfront_headers", keyed)

    def find_function(self, trigger: Trigger) -> FunctionAssociation | None:
        """The association at `trigger`."""
        return next((each for each in self.functions if each.trigger == trigger), None)


def match_path(pattern: str, path: str) -> bool:
    """Whether a path pattern covers `path`: `*` any run, `?` one character, case-sensitive.

    A pattern without a leading slash means the same as with one.
    Source: CloudFront Developer Guide, DownloadDistValuesPathPattern.
    """
    return _compile_pattern(pattern).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    escaped = re.escape("/" + pattern.removeprefix("/") if pattern != "*" else pattern)
    return re.compile(escaped.replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def find_behaviour(behaviours: Iterable[Behaviour], path: str) -> Behaviour:
    """The first behaviour whose pattern covers `path`; the last one covers all."""
    return next(each for each in behaviours if match_path(each.path, path))


# add-origin-custom-headers, "Custom headers that CloudFront can't add to origin requests"
DENIED_HEADERS = re.compile(
    r"cache-control|connection|content-length|cookie|host|if-match|if-modified-since|if-none-match"
    r"|if-range|if-unmodified-since|max-forwards|pragma|proxy-authorization|proxy-connection|range"
    r"|request-range|te|trailer|transfer-encoding|upgrade|via|x-amz-.*|x-edge-.*|x-real-ip"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where misses go; `domain_name` appears in events and the Host header.

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
    """A primary origin and a secondary one for its failures (API Reference, OriginGroup)."""

    id: str
    primary: str
    secondary: str
    statuses: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionConfig:
    """A Lambda@Edge function; `code` is the folder or zip with `handler`."""

    id: str  # the logical id of the AWS::Lambda::Function
    code: Path
    handler: str  # "package.module.function"
    runtime: str  # "python3.13"
    memory_mb: int = 128
    timeout: float = 3  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorResponse:
    """How long an error status is cached, and which page replaces it.

    `min_ttl` in seconds. Source: API Reference, CustomErrorResponse.
    """

    status: int
    min_ttl: float = 10
    page: str | None = None  # the path of the page within the distribution
    page_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionConfig:
    """Behaviours in order of precedence (the last is `*`), and by id what they refer to."""

    id: str
    domain_name: str
    behaviours: tuple[Behaviour, ...]
    origins: Mapping[str, Origin]
    groups: Mapping[str, OriginGroup] = field(default_factory=dict)
    functions: Mapping[str, FunctionConfig] = field(default_factory=dict)
    errors: Mapping[int, ErrorResponse] = field(default_factory=dict)
    default_root_object: str = ""  # DefaultRootObject
    tag_header: str | None = None  # CacheTagConfig.HeaderName, in lower case
