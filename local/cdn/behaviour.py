"""Behaviours: which requests are cached, forwarded and run through functions in which way."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Literal

from pydantic import ConfigDict, model_validator
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid")
Names = Literal["none", "all"] | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CachePolicy:
    """What is in the cache key, and for how long responses are kept (seconds).

    Everything in the key is forwarded to the origin too.
    Source: CloudFront API Reference, CachePolicyConfig.
    """

    headers: tuple[str, ...] = ()
    cookies: Names = "none"
    query: Names = "none"
    min_ttl: float = 0
    default_ttl: float = 86_400
    max_ttl: float = 31_536_000

    @model_validator(mode="after")
    def _ordered(self) -> CachePolicy:
        if not self.min_ttl <= self.default_ttl <= self.max_ttl:
            raise ValueError("write min_ttl <= default_ttl <= max_ttl")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Forwarded:
    """What goes to the origin without being in the cache key (an origin request policy)."""

    headers: tuple[str, ...] = ()
    cookies: Names = "none"
    query: Names = "none"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Behaviour:
    """What happens to requests whose path matches `path`."""

    path: str
    origin: str
    cache: CachePolicy
    forward: Forwarded = field(default_factory=Forwarded)
    origin_request: str | None = None  # the function that runs before the origin is asked
    methods: tuple[str, ...] = ("GET", "HEAD")


def matches(pattern: str, path: str) -> bool:
    """Whether a path pattern covers `path`: `*` is any run, `?` one character; case counts.

    A pattern without a leading slash means the same as with one.
    Source: CloudFront Developer Guide, DownloadDistValuesPathPattern.
    """
    written = re.escape("/" + pattern.removeprefix("/") if pattern != "*" else pattern)
    return bool(re.fullmatch(written.replace(r"\*", ".*").replace(r"\?", "."), path, re.DOTALL))


def behaviour_for(behaviours: tuple[Behaviour, ...], path: str) -> Behaviour:
    """The first behaviour, in listed order, whose pattern covers `path`; the last is `*`."""
    return next(each for each in behaviours if matches(each.path, path))
