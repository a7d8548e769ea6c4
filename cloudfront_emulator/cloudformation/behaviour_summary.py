"""Routes: for each behaviour the effective cache key, TTLs, functions and origin, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from textwrap import wrap
from typing import Any

from cloudfront_emulator.cloudformation import descriptions as words
from cloudfront_emulator.distribution.behaviour import Behaviour
from cloudfront_emulator.distribution.distribution import DistributionConfig
from cloudfront_emulator.distribution.policies import CachePolicy
from cloudfront_emulator.distribution.selection import Selection

WIDTH = 80
_INDENT = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourSummary:
    """One behaviour in words; TTLs in seconds."""

    path: str
    origin: str
    methods: tuple[str, ...]
    cached_methods: tuple[str, ...]
    key: str
    forwarded: str
    kept: str
    min_ttl: float
    default_ttl: float
    max_ttl: float
    warnings: tuple[str, ...]
    functions: tuple[str, ...]
    compression: str
    response_headers: tuple[str, ...]
    errors: tuple[str, ...]
    policies: dict[str, str]
    in_key: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As a script reads it."""
        return asdict(self)

    def format_lines(self) -> Iterator[str]:
        """As a person reads it, within WIDTH columns."""
        yield self.path
        for label, texts in (
            ("origin", (self.origin,)),
            ("methods", (" ".join(self.methods),)),
            ("cache key", (self.key,)),
            ("forwarded too", (self.forwarded,)),
            ("TTL", (self.kept, *(f"WARNING: {each}" for each in self.warnings))),
            ("functions", self.functions or ("none",)),
            ("compression", (self.compression,)),
            ("sets", self.response_headers or ("no response headers",)),
            ("errors kept", self.errors or ("each for 10 s",)),
        ):
            yield from _format_entry(label, texts)


def summarize_behaviours(distribution: DistributionConfig) -> list[BehaviourSummary]:
    """Every behaviour, in order of precedence."""
    return [_summarize(distribution, each) for each in distribution.behaviours]


def _summarize(distribution: DistributionConfig, behaviour: Behaviour) -> BehaviourSummary:
    cache = behaviour.cache
    return BehaviourSummary(
        path=behaviour.path,
        origin=words.describe_target(distribution, behaviour.origin),
        methods=tuple(sorted(behaviour.methods)),
        cached_methods=tuple(sorted(behaviour.cached_methods)),
        key=words.describe_key(cache),
        forwarded=words.describe_forwarding(behaviour),
        kept=words.describe_ttls(cache),
        min_ttl=cache.min_ttl,
        default_ttl=cache.default_ttl,
        max_ttl=cache.max_ttl,
        warnings=(words.MIN_TTL_WARNING,) if cache.min_ttl > 0 else (),
        functions=words.describe_functions(behaviour),
        compression=words.describe_compression(behaviour),
        response_headers=words.describe_response_headers(behaviour.response_headers),
        errors=words.describe_errors(distribution),
        policies={
            "cache": cache.name,
            "origin_request": behaviour.origin_request.name,
            "response_headers": behaviour.response_headers.name,
        },
        in_key=_list_key_parts(cache),
    )


def _list_key_parts(cache: CachePolicy) -> dict[str, Any]:
    return {
        "headers": _selection_to_json(cache.headers),
        "cookies": _selection_to_json(cache.cookies),
        "query": _selection_to_json(cache.query),
        "gzip": cache.gzip,
        "brotli": cache.brotli,
    }


def _selection_to_json(chosen: Selection) -> dict[str, Any]:
    return {"kind": chosen.kind, "names": sorted(chosen.names)}


def _format_entry(label: str, texts: tuple[str, ...]) -> Iterator[str]:
    """The label once, then every text, wrapped beside it."""
    head = f"  {label}".ljust(_INDENT)
    for text in texts:
        for line in wrap(text, WIDTH - _INDENT, break_on_hyphens=False) or [""]:
            yield head + line
            head = " " * _INDENT
