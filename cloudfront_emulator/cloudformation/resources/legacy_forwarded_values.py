"""Reads legacy cache settings, ForwardedValues and TTLs on a behaviour, as two policies.

Source: CloudFront API Reference, ForwardedValues; Developer Guide,
RequestAndResponseBehaviorCustomOrigin ("HTTP request headers and CloudFront behavior").
"""

from __future__ import annotations

from dataclasses import dataclass

from cloudfront_emulator.cloudformation.property_reader import PropertyReader
from cloudfront_emulator.cloudformation.resources.policies import check_ttls
from cloudfront_emulator.distribution import ALL, NONE, CachePolicy, OriginRequestPolicy, Selection

TTLS = ("MinTTL", "DefaultTTL", "MaxTTL")
REMOVED = frozenset({
    "accept", "accept-charset", "accept-language", "authorization", "cookie", "expect", "host",
    "proxy-authenticate", "proxy-authorization", "proxy-connection", "referer", "te", "trailer",
    "upgrade", "user-agent", "x-forwarded-proto", "x-http-method-override", "x-real-ip",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _ForwardedValues:
    """What ForwardedValues selects; `query_key` is the part of `query` that is in the key."""

    headers: Selection = NONE
    cookies: Selection = NONE
    query: Selection = NONE
    query_key: Selection = NONE


def read_legacy_policies(
    reader: PropertyReader, *, compress: bool
) -> tuple[CachePolicy, OriginRequestPolicy]:
    """A cache policy, and an origin request policy with every header that is not in REMOVED.

    Headers `*` means that nothing is cached and all headers are forwarded.
    """
    low = reader.read_number("MinTTL", 0)
    default, high = (
        reader.read_number("DefaultTTL", 86_400),
        reader.read_number("MaxTTL", 31_536_000),
    )
    check_ttls(reader, low, default, high)
    values = _read_values(reader.read_object("ForwardedValues"))
    if values.headers == ALL:
        cache = CachePolicy(name="legacy", min_ttl=0, default_ttl=0, max_ttl=0)
        every = OriginRequestPolicy(
            name="legacy", headers=ALL, cookies=values.cookies, query=values.query
        )
        return cache, every
    cache = CachePolicy(
        name="legacy",
        headers=values.headers,
        cookies=values.cookies,
        query=values.query_key,
        min_ttl=low,
        default_ttl=default,
        max_ttl=high,
        gzip=compress,  # Brotli needs a cache policy
    )
    rest = Selection("except", REMOVED - values.headers.names)
    return cache, OriginRequestPolicy(name="legacy", headers=rest, query=values.query)


def _read_values(reader: PropertyReader | None) -> _ForwardedValues:
    if reader is None:
        return _ForwardedValues()
    keys, query = (
        reader.read_texts("QueryStringCacheKeys"),
        ALL if reader.read_flag("QueryString") else NONE,
    )
    narrowed = query == ALL and keys not in ((), ("*",))
    headers = frozenset(each.lower() for each in reader.read_texts("Headers"))
    values = _ForwardedValues(
        headers=ALL if "*" in headers else Selection("only", headers) if headers else NONE,
        cookies=_read_cookies(reader.read_object("Cookies")),
        query=query,
        query_key=Selection("only", frozenset(keys)) if narrowed else query,
    )
    reader.close()
    return values


def _read_cookies(reader: PropertyReader | None) -> Selection:
    if reader is None:
        return NONE
    forward, names = (
        reader.read_choice("Forward", ("none", "whitelist", "all")),
        reader.read_texts("WhitelistedNames"),
    )
    reader.close()
    if forward == "whitelist":
        return Selection("only", frozenset(names))
    return ALL if forward == "all" else NONE
