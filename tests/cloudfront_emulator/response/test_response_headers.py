"""Response headers policies: Developer Guide, understanding-response-headers-policies."""

from cloudfront_emulator.distribution import CorsConfig, HeaderRule, ResponseHeadersPolicy
from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.response.response_headers import apply_policy

ORIGIN = "https://www.example.org"
CORS = CorsConfig(origins=("https://*.example.org",), methods=("GET",), headers=("X-A",))


def apply(
    policy: ResponseHeadersPolicy,
    *headers: tuple[str, str],
    hit: bool = False,
    origin: str | None = None,
) -> dict[str, str]:
    request = CdnRequest(method="GET", path="/", headers=(("origin", origin),) if origin else ())
    return dict(
        apply_policy(policy, request, CdnResponse(status=200, headers=headers), hit=hit).headers
    )


def test_an_empty_policy_changes_nothing() -> None:
    """A behaviour need not have a policy."""
    assert apply(ResponseHeadersPolicy(), ("x-a", "1")) == {"x-a": "1"}


def test_headers_are_removed_first_and_then_added() -> None:
    """ "If you specify a header to remove but also add the same ... CloudFront includes it"."""
    policy = ResponseHeadersPolicy(
        remove=frozenset({"x-powered-by", "server"}),
        set=(HeaderRule(name="Server", value="mine", override=False),),
    )
    assert apply(policy, ("x-powered-by", "x"), ("server", "y")) == {"server": "mine"}


def test_the_origins_header_wins_unless_the_policy_overrides() -> None:
    """ "Origin override"; a header that the origin did not send is added either way."""

    def policy(*, override: bool) -> ResponseHeadersPolicy:
        return ResponseHeadersPolicy(set=(HeaderRule(name="x-a", value="2", override=override),))

    assert apply(policy(override=True), ("x-a", "1")) == {"x-a": "2"}
    assert apply(policy(override=False), ("x-a", "1")) == {"x-a": "1"}
    assert apply(policy(override=False)) == {"x-a": "2"}


def test_cors_headers_override_or_yield_too() -> None:
    """ "Origin override" of the CORS headers; what the origin sent of Vary stays."""
    name = "access-control-allow-origin"
    over = ResponseHeadersPolicy(cors=CORS)
    back = ResponseHeadersPolicy(
        cors=CorsConfig(origins=("*",), methods=("GET",), headers=("*",), override=False)
    )
    assert apply(over, (name, "*"), origin=ORIGIN) == {name: ORIGIN, "vary": "Origin"}
    assert apply(back, (name, "mine"), origin=ORIGIN) == {name: "mine"}
    assert apply(over, (name, "*")) == {name: "*"}


def test_server_timing_says_whether_it_was_a_hit() -> None:
    """On a miss with the origin's metrics, on a hit without them ("Server-Timing header")."""
    policy = ResponseHeadersPolicy(server_timing=True)
    origin_value = ("server-timing", "db;dur=5")
    assert apply(policy, origin_value)["server-timing"] == "cdn-cache-miss,db;dur=5"
    assert apply(policy, origin_value, hit=True)["server-timing"] == "cdn-cache-hit"
