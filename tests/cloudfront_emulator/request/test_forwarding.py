"""What goes to the origin: Developer Guide, controlling-origin-requests and
RequestAndResponseBehaviorCustomOrigin, "HTTP request headers and CloudFront behavior"."""

import pytest

from cloudfront_emulator.distribution import (
    ALL,
    Behaviour,
    CachePolicy,
    OriginRequestPolicy,
    Selection,
    select_only,
)
from cloudfront_emulator.message import CdnRequest, Headers
from cloudfront_emulator.request.forwarding import build_forwarded_request

CACHE = CachePolicy(
    headers=select_only("x-key"), cookies=select_only("token"), query=select_only("locale")
)
ALL_VIEWER = OriginRequestPolicy(headers=ALL, cookies=ALL, query=ALL)
MADE = (("cloudfront-viewer-country", "DE"), ("via", "2.0 d.cloudfront.net (CloudFront)"))


def forward(
    extra: OriginRequestPolicy = OriginRequestPolicy(),  # noqa: B008
    *headers: tuple[str, str],
    cache: CachePolicy = CACHE,
    method: str = "GET",
    own_headers: Headers = MADE,
) -> dict[str, str]:
    behaviour = Behaviour(path="*", origin="o", cache=cache, origin_request=extra)
    viewer_request = CdnRequest(method=method, path="/", headers=headers, client_ip="192.0.2.2")
    return dict(build_forwarded_request(behaviour, viewer_request, own_headers).headers)


def test_only_the_key_and_the_origin_request_policy_are_forwarded() -> None:
    """The cache policy's part plus the origin request policy's (controlling-origin-requests)."""
    extra = OriginRequestPolicy(
        headers=select_only("x-trace"), query=select_only("q"), cookies=select_only("seen")
    )
    viewer_request = CdnRequest(
        method="GET",
        path="/",
        query="locale=de&utm=1&q=2",
        headers=(
            ("x-key", "k"),
            ("x-trace", "t"),
            ("x-edgefill-key", "forged"),
            ("accept", "*/*"),
            ("cookie", "token=ada; seen=1; other=2"),
        ),
    )
    behaviour = Behaviour(path="*", origin="o", cache=CACHE, origin_request=extra)
    got = build_forwarded_request(behaviour, viewer_request, ())
    assert got.query == "locale=de&q=2"
    assert dict(got.headers) == {
        "x-key": "k",
        "x-trace": "t",
        "cookie": "seen=1; token=ada",
        "user-agent": "Amazon CloudFront",
        "x-forwarded-for": "127.0.0.1",
    }


def test_host_is_the_viewers_only_if_a_policy_selects_it() -> None:
    """ "CloudFront sets the value to the domain name of the origin" unless Host is forwarded."""
    host = ("host", "www.example.org")
    assert "host" not in forward(OriginRequestPolicy(), host)
    assert forward(ALL_VIEWER, host)["host"] == "www.example.org"
    but_host = OriginRequestPolicy(headers=Selection("except", frozenset({"host"})))
    assert "host" not in forward(but_host, host)


def test_cloudfront_headers_are_never_the_viewers() -> None:
    """CloudFront-* are forwarded if a policy names them; "all viewer headers" excludes them."""
    forged = ("cloudfront-viewer-country", "FR")
    policy = OriginRequestPolicy(headers=select_only("cloudfront-viewer-country"))
    added = OriginRequestPolicy(headers=ALL, added=frozenset({"cloudfront-viewer-country"}))
    assert forward(policy, forged)["cloudfront-viewer-country"] == "DE"
    assert forward(added, forged)["cloudfront-viewer-country"] == "DE"
    assert "cloudfront-viewer-country" not in forward(ALL_VIEWER, forged)
    assert forward(ALL_VIEWER, ("via", "1.1 proxy"))["via"] == MADE[1][1]


def test_the_user_agent_is_cloudfronts_unless_forwarded() -> None:
    """User-Agent = Amazon CloudFront (page above, "User-Agent header")."""
    assert forward(OriginRequestPolicy(), ("user-agent", "Mozilla"))["user-agent"] == (
        "Amazon CloudFront"
    )
    assert forward(ALL_VIEWER, ("user-agent", "Mozilla"))["user-agent"] == "Mozilla"


def test_the_viewers_address_is_appended() -> None:
    """X-Forwarded-For grows by the address of the connection (page above, "Client IP ...")."""
    forwarded_for = ("x-forwarded-for", "192.0.2.4,192.0.2.3")
    assert forward(ALL_VIEWER, forwarded_for)["x-forwarded-for"] == "192.0.2.4,192.0.2.3,192.0.2.2"
    assert forward()["x-forwarded-for"] == "192.0.2.2"


@pytest.mark.parametrize(
    ("method", "cache", "extra", "goes"),
    [
        ("GET", CACHE, OriginRequestPolicy(), False),
        ("GET", CACHE, OriginRequestPolicy(headers=select_only("authorization")), False),
        ("GET", CACHE, ALL_VIEWER, True),
        ("GET", CachePolicy(headers=select_only("authorization")), OriginRequestPolicy(), True),
        ("POST", CACHE, OriginRequestPolicy(), True),
    ],
)
def test_authorization_of_a_get_needs_the_key_or_all_viewer_headers(
    method: str, cache: CachePolicy, extra: OriginRequestPolicy, goes: bool
) -> None:
    """Page add-origin-custom-headers, "... to forward the Authorization header"."""
    got = forward(extra, ("authorization", "Bearer ada"), cache=cache, method=method)
    assert ("authorization" in got) == goes


def test_connection_headers_and_those_that_cloudfront_removes_are_dropped() -> None:
    """ "CloudFront removes the header", even under all viewer headers (table of the page above)."""
    removed = ("connection", "te", "upgrade", "x-edge-a", "x-real-ip", "x-forwarded-proto")
    assert not set(removed) & forward(ALL_VIEWER, *((name, "x") for name in removed)).keys()


def test_ranges_are_forwarded_only_without_caching() -> None:
    """The whole object is fetched for the cache, which may ask for more (RangeGETs)."""
    viewer_request = (("range", "bytes=0-1"), ("if-range", '"a"'))
    assert not {"range", "if-range"} & forward(ALL_VIEWER, *viewer_request).keys()
    disabled = CachePolicy(default_ttl=0, max_ttl=0)
    assert {"range", "if-range"} <= forward(ALL_VIEWER, *viewer_request, cache=disabled).keys()


@pytest.mark.parametrize(
    "name", ["if-match", "if-modified-since", "if-none-match", "if-unmodified-since"]
)
def test_conditions_are_forwarded(name: str) -> None:
    """Whatever the policies say ("HTTP request headers and CloudFront behavior")."""
    assert forward(OriginRequestPolicy(), (name, '"a"'))[name] == '"a"'


def test_accept_encoding_is_normalised_or_removed() -> None:
    """Normalised by gzip and brotli of the cache policy (cache-key-understand-cache-policy)."""
    viewer_request = ("accept-encoding", "gzip, deflate")
    both = CachePolicy(gzip=True, brotli=True)
    assert forward(ALL_VIEWER, viewer_request, cache=both)["accept-encoding"] == "gzip"
    assert "accept-encoding" not in forward(OriginRequestPolicy(), viewer_request)
    assert forward(ALL_VIEWER, viewer_request)["accept-encoding"] == "gzip, deflate"
