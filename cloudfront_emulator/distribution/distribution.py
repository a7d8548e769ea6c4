"""A whole distribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cloudfront_emulator.distribution.behaviour import Behaviour
from cloudfront_emulator.distribution.function import FunctionConfig
from cloudfront_emulator.distribution.origin import Origin, OriginGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorResponse:
    """How an error status is kept, and what a viewer sees in its place.

    `min_ttl` in seconds. Source: API Reference, CustomErrorResponse.
    """

    status: int
    min_ttl: float = 10
    page: str | None = None  # the path of the page, asked through the distribution itself
    page_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionConfig:
    """Behaviours in order of precedence (the last is `*`), and what they name by id."""

    id: str
    domain_name: str
    behaviours: tuple[Behaviour, ...]
    origins: Mapping[str, Origin]
    groups: Mapping[str, OriginGroup] = field(default_factory=dict)
    functions: Mapping[str, FunctionConfig] = field(default_factory=dict)
    errors: Mapping[int, ErrorResponse] = field(default_factory=dict)
    default_root_object: str = ""  # DefaultRootObject
    tag_header: str | None = None  # CacheTagConfig.HeaderName, in lower case
