"""What CloudFront removes from an origin's response: Developer Guide,
RequestAndResponseBehaviorCustomOrigin, "HTTP response headers that CloudFront removes ..."."""

import pytest

from cloudfront_emulator.distribution import (
    ALL,
    Behaviour,
    CachePolicy,
    OriginRequestPolicy,
    select_only,
)
from cloudfront_emulator.message import CdnResponse
from cloudfront_emulator.response.origin_headers import filter_origin_headers

PLAIN = Behaviour(path="*", origin="o", cache=CachePolicy())


def filter_header(behaviour: Behaviour, name: str, value: str) -> str | None:
    return filter_origin_headers(
        behaviour, CdnResponse(status=200, headers=((name, value),))
    ).header(name)


def test_set_cookie_stays_only_where_cookies_are_forwarded() -> None:
    """By the cache policy or by the origin request policy."""
    keyed = Behaviour(path="*", origin="o", cache=CachePolicy(cookies=select_only("a")))
    extra = OriginRequestPolicy(cookies=ALL)
    forwarded = Behaviour(path="*", origin="o", cache=CachePolicy(), origin_request=extra)
    got = [filter_header(each, "set-cookie", "a=b") for each in (PLAIN, keyed, forwarded)]
    assert got == [None, "a=b", "a=b"]


@pytest.mark.parametrize("name", ["trailer", "upgrade", "via", "connection", "transfer-encoding"])
def test_connection_headers_are_dropped(name: str) -> None:
    """Trailer and Upgrade are removed, Via and Transfer-Encoding are CloudFront's own."""
    assert filter_header(PLAIN, name, "x") is None


def test_vary_keeps_only_names_that_cloudfront_supports() -> None:
    """Accept-Encoding, Cookie and forwarded names; User-Agent with device headers."""
    keyed = CachePolicy(headers=select_only("accept-language", "cloudfront-is-mobile-viewer"))
    behaviour = Behaviour(path="*", origin="o", cache=keyed)
    header_value = "Accept-Encoding, Cookie, Accept-Language, User-Agent, X-Other"
    assert filter_header(PLAIN, "vary", header_value) == "Accept-Encoding, Cookie"
    assert filter_header(behaviour, "vary", header_value) == (
        "Accept-Encoding, Cookie, Accept-Language, User-Agent"
    )
    assert filter_header(PLAIN, "vary", "X-Other") is None


def test_vary_star_is_removed_with_a_min_ttl() -> None:
    """ "Content negotiation": with Min TTL above 0 it is a value like any other."""
    least = Behaviour(path="*", origin="o", cache=CachePolicy(min_ttl=1))
    assert filter_header(PLAIN, "vary", "*") == "*"
    assert filter_header(least, "vary", "*") is None
