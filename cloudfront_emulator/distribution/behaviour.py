"""Behaviours: which requests are cached, forwarded and run through functions in which way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from cloudfront_emulator.distribution.policies import (
    NOTHING_MORE,
    UNTOUCHED,
    CachePolicy,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
)

Trigger = Literal["viewer-request", "origin-request", "origin-response", "viewer-response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionAssociation:
    """A function at one of the four triggers; `function` is its logical id."""

    trigger: Trigger
    function: str
    include_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What happens to requests whose path matches `path`; `origin` names an origin or a group."""

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
        named = self.cache.headers.kind != "only" or any(
            name.startswith("cloudfront-") for name in self.cache.headers.names
        )
        keyed = self.cache.headers.kind != "none" and named
        object.__setattr__(self, "keys_on_cloudfront_headers", keyed)

    def find_function(self, trigger: Trigger) -> FunctionAssociation | None:
        """The association at `trigger`."""
        return next((each for each in self.functions if each.trigger == trigger), None)


def match_path(pattern: str, path: str) -> bool:
    """Whether a path pattern covers `path`: `*` is any run, `?` one character; case counts.

    A pattern without a leading slash means the same as with one.
    Source: CloudFront Developer Guide, DownloadDistValuesPathPattern.
    """
    return _compile_pattern(pattern).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    written = re.escape("/" + pattern.removeprefix("/") if pattern != "*" else pattern)
    return re.compile(written.replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def find_behaviour(behaviours: Iterable[Behaviour], path: str) -> Behaviour:
    """The first behaviour, in listed order, whose pattern covers `path`; the last is `*`."""
    return next(each for each in behaviours if match_path(each.path, path))
