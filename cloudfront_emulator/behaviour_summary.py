"""Descriptions of behaviours: cache key, TTLs, forwarding, functions and origin as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from textwrap import wrap
from typing import Any

from cloudfront_emulator.distribution import (
    Behaviour,
    CachePolicy,
    DistributionConfig,
    Origin,
    ResponseHeadersPolicy,
    Selection,
)

WIDTH = 80
_INDENT = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourSummary:
    """One behaviour as text; TTLs in seconds."""

    path: str
    origin: str
    methods: tuple[str, ...]
    cached_methods: tuple[str, ...]
    key: str
    forwarded: str
    ttls: str
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
        """The JSON object for scripts."""
        # The published name of this field is `kept`.
        return {("kept" if name == "ttls" else name): value for name, value in asdict(self).items()}

    def format_lines(self) -> Iterator[str]:
        """Lines for people, at most WIDTH columns wide."""
        yield self.path
        for label, texts in (
            ("origin", (self.origin,)),
            ("methods", (" ".join(self.methods),)),
            ("cache key", (self.key,)),
            ("also forwarded", (self.forwarded,)),
            ("TTL", (self.ttls, *(f"WARNING: {each}" for each in self.warnings))),
            ("functions", self.functions or ("none",)),
            ("compression", (self.compression,)),
            ("sets", self.response_headers or ("no response headers",)),
            ("errors cached", self.errors or ("each for 10 s",)),
        ):
            yield from _format_entry(label, texts)


def summarize_behaviours(distribution: DistributionConfig) -> list[BehaviourSummary]:
    """Every behaviour, in order of precedence."""
    return [_summarize(distribution, each) for each in distribution.behaviours]


def _summarize(distribution: DistributionConfig, behaviour: Behaviour) -> BehaviourSummary:
    cache = behaviour.cache
    return BehaviourSummary(
        path=behaviour.path,
        origin=describe_target(distribution, behaviour.origin),
        methods=tuple(sorted(behaviour.methods)),
        cached_methods=tuple(sorted(behaviour.cached_methods)),
        key=describe_key(cache),
        forwarded=describe_forwarding(behaviour),
        ttls=describe_ttls(cache),
        min_ttl=cache.min_ttl,
        default_ttl=cache.default_ttl,
        max_ttl=cache.max_ttl,
        warnings=(MIN_TTL_WARNING,) if cache.min_ttl > 0 else (),
        functions=describe_functions(behaviour),
        compression=describe_compression(behaviour),
        response_headers=describe_response_headers(behaviour.response_headers),
        errors=describe_errors(distribution),
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
    """The label once, then every text, wrapped in the column next to it."""
    head = f"  {label}".ljust(_INDENT)
    for text in texts:
        for line in wrap(text, WIDTH - _INDENT, break_on_hyphens=False) or [""]:
            yield head + line
            head = " " * _INDENT


_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60))
MIN_TTL_WARNING = (
    "Min TTL above 0 caches even no-store, no-cache and private responses (AWS: Expiration)"
)


def format_seconds(value: float) -> str:
    """`0 s`, `90 s`, `10 minutes`, `365 days`."""
    for unit, size in _UNITS:
        if value >= size and value % size == 0:
            count = int(value // size)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{value:g} s"


def join_sorted(values: Iterable[str]) -> str:
    """Sorted and separated by commas."""
    return ", ".join(sorted(values))


def describe_selection(chosen: Selection, what: str) -> str:
    """`no cookies`, `every cookie`, `cookies a, b`, `every cookie except a`; `what` is plural."""
    one = "every " + ("query parameter" if what.startswith("query") else what.rstrip("s"))
    if chosen.kind == "none":
        return f"no {what}"
    if chosen.kind == "only":
        return f"{what} {join_sorted(chosen.names)}"
    return one if chosen.kind == "all" else f"{one} except {join_sorted(chosen.names)}"


def describe_encoding(policy: CachePolicy) -> str | None:
    """The normalised Accept-Encoding, if it is in the key."""
    forms = [name for name, on in (("br", policy.brotli), ("gzip", policy.gzip)) if on]
    return f"Accept-Encoding as {' or '.join(forms)}" if forms else None


def describe_key(policy: CachePolicy) -> str:
    """The parts of the cache key."""
    if policy.max_ttl == 0:
        return "nothing is cached"
    parts = [
        describe_selection(policy.headers, "headers") if policy.headers.kind != "none" else None,
        describe_selection(policy.cookies, "cookies") if policy.cookies.kind != "none" else None,
        describe_selection(policy.query, "query parameters")
        if policy.query.kind != "none"
        else None,
        describe_encoding(policy),
    ]
    return "; ".join(["path", *filter(None, parts)])


def describe_forwarding(behaviour: Behaviour) -> str:
    """What is forwarded to the origin but not in the key."""
    policy = behaviour.origin_request
    cookies = policy.cookies.kind != "none"
    parts = [
        describe_selection(policy.headers, "headers") if policy.headers.kind != "none" else None,
        f"added {join_sorted(policy.added)}" if policy.added else None,
        describe_selection(policy.cookies, "cookies") if cookies else None,
        describe_selection(policy.query, "query parameters")
        if policy.query.kind != "none"
        else None,
    ]
    return "; ".join(filter(None, parts)) or "nothing"


def describe_ttls(policy: CachePolicy) -> str:
    """The TTLs in one sentence."""
    if policy.max_ttl == 0:
        return "not cached, whatever the origin says"
    low, high = format_seconds(policy.min_ttl), format_seconds(policy.max_ttl)
    default = format_seconds(policy.default_ttl) if policy.default_ttl else "not at all"
    return f"cached as the origin says, from {low} to {high}; if it says nothing, {default}"


def describe_functions(behaviour: Behaviour) -> tuple[str, ...]:
    """`origin-request Fill, with the body` for each function."""
    return tuple(
        f"{each.trigger} {each.function}{', with the body' if each.include_body else ''}"
        for each in behaviour.functions
    )


def describe_target(distribution: DistributionConfig, id_: str) -> str:
    """An origin, or a group with its failover statuses."""
    group = distribution.groups.get(id_)
    if group is None:
        return describe_origin(distribution.origins[id_])
    codes = ", ".join(map(str, sorted(group.statuses)))
    first, second = (distribution.origins[name] for name in (group.primary, group.secondary))
    return (
        f"group {id_}: {describe_origin(first)}; at {codes} or no answer, {describe_origin(second)}"
    )


def describe_origin(which: Origin) -> str:
    """An origin with domain, path, protocol and signing."""
    kind = "S3" if which.kind == "s3" else f"{which.protocol}, port {which.port}"
    signing = ", signed (replaces Authorization)" if which.signs_requests else ""
    return f"{which.id} ({which.domain_name}{which.path}; {kind}{signing})"


def describe_compression(behaviour: Behaviour) -> str:
    """The codings that CloudFront compresses with."""
    forms = describe_encoding(behaviour.cache)
    if behaviour.compress and forms:
        return forms.removeprefix("Accept-Encoding as ")
    return "none: the cache policy takes no encoding" if behaviour.compress else "none"


def describe_response_headers(policy: ResponseHeadersPolicy) -> tuple[str, ...]:
    """The changes to the headers of each response."""
    cors = policy.cors
    lines = [f"CORS for {', '.join(cors.origins)}"] if cors else []
    lines += [f"without {join_sorted(policy.remove)}"] if policy.remove else []
    lines += [
        f"{each.name}: {each.value}{'' if each.override else ' (unless the origin sends one)'}"
        for each in policy.set
    ]
    return (*lines, *(["Server-Timing"] if policy.server_timing else []))


def describe_errors(distribution: DistributionConfig) -> tuple[str, ...]:
    """How long errors are cached and which page replaces them; equal rules share one line."""
    alike: dict[str, list[str]] = {}
    for status, each in sorted(distribution.errors.items()):
        page = f", shown as {each.page_status} with {each.page}" if each.page else ""
        alike.setdefault(f"for {format_seconds(each.min_ttl)}{page}", []).append(str(status))
    return tuple(f"{', '.join(statuses)} {how}" for how, statuses in alike.items())
