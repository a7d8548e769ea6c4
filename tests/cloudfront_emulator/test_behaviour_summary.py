"""A distribution in words (Developer Guide: Expiration, cache-key-understand-cache-policy)."""

from typing import Any

from cloudfront_emulator.behaviour_summary import WIDTH, summarize_behaviours

OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def test_a_min_ttl_above_zero_is_warned_of(stack: Any) -> None:
    """Developer Guide, Expiration: Min TTL > 0 overrides no-cache, no-store and private."""
    assert not summarize_behaviours(stack.read())[0].warnings
    stack.default["CachePolicyId"] = OPTIMIZED
    (route,) = summarize_behaviours(stack.read())
    (warning,) = route.warnings
    assert "no-store" in warning
    assert "WARNING: Min TTL" in "\n".join(route.format_lines())


def test_the_key_lists_what_distinguishes_responses(stack: Any) -> None:
    """Developer Guide, cache-key-understand-cache-policy."""
    assert summarize_behaviours(stack.read())[0].key == "nothing is cached"
    stack.default.update({"CachePolicyId": OPTIMIZED, "Compress": True})
    (route,) = summarize_behaviours(stack.read())
    assert route.key == "path; Accept-Encoding as br or gzip"
    assert (
        route.ttls == "cached as the origin says, from 1 s to 365 days; if it says nothing, 1 day"
    )
    assert route.compression == "br or gzip"


def test_functions_errors_and_forwarded_values_are_named(stack: Any) -> None:
    """Developer Guide, lambda-cloudfront-trigger-events, custom-error-pages-expiration."""
    stack.associate(IncludeBody=True)
    stack.default["OriginRequestPolicyId"] = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    stack.config["CustomErrorResponses"] = [
        {"ErrorCode": code, "ErrorCachingMinTTL": 60} for code in (404, 403)
    ]
    (route,) = summarize_behaviours(stack.read())
    assert route.functions == ("origin-request FillAB12CD34, with the body",)
    assert route.errors == ("403, 404 for 1 minute",)
    assert route.forwarded == "every header except host; every cookie; every query parameter"
    assert route.to_json()["in_key"]["headers"] == {"kind": "none", "names": []}


def test_a_person_can_read_it_at_80_columns(stack: Any) -> None:
    """However long the names are (CloudFormation, CacheBehavior)."""
    stack.default["ResponseHeadersPolicyId"] = "eaab4381-ed33-4a86-88ca-d9558dc6cd63"
    stack.default["OriginRequestPolicyId"] = "33f36d7e-f396-46d9-90e0-52428a34d9dc"
    (route,) = summarize_behaviours(stack.read())
    assert max(map(len, route.format_lines())) <= WIDTH
