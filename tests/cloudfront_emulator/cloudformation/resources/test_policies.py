"""Policies: AWS's own by id, those of the template, legacy settings."""

from typing import Any

import pytest

from cloudfront_emulator.cloudformation.resources.managed import (
    CACHE,
    ORIGIN_REQUEST,
    RESPONSE_HEADERS,
)
from cloudfront_emulator.distribution import (
    ALL,
    NONE,
    CorsConfig,
    HeaderRule,
    Selection,
    select_only,
)

PLAIN = {
    "HeadersConfig": {"HeaderBehavior": "none"},
    "CookiesConfig": {"CookieBehavior": "none"},
    "QueryStringsConfig": {"QueryStringBehavior": "none"},
}


def cache(stack: Any, key: dict[str, Any], **ttls: int) -> Any:
    config = {"Name": "p", "MinTTL": 0, "DefaultTTL": 5, "MaxTTL": 60, **ttls}
    config["ParametersInCacheKeyAndForwardedToOrigin"] = PLAIN | key
    stack.add_policy("Policy", "CachePolicy", config)
    stack.default["CachePolicyId"] = {"Ref": "Policy"}


def test_a_cache_policy_is_read(stack: Any) -> None:
    """API Reference, ParametersInCacheKeyAndForwardedToOrigin; header names in lower case."""
    key = {
        "EnableAcceptEncodingGzip": True,
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": ["Accept-Language"]},
        "CookiesConfig": {"CookieBehavior": "allExcept", "Cookies": ["Ad"]},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    cache(stack, key, MinTTL=1)
    policy = stack.read().behaviours[0].cache
    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (1, 5, 60)
    assert (policy.headers, policy.query) == (select_only("accept-language"), ALL)
    assert policy.cookies == Selection("except", frozenset({"Ad"}))
    assert (policy.gzip, policy.brotli) == (True, False)


def test_ttls_out_of_order_are_refused(stack: Any) -> None:
    """API Reference, CachePolicyConfig: MinTTL <= DefaultTTL <= MaxTTL."""
    cache(stack, {}, MinTTL=10)
    assert "Policy: CachePolicyConfig.DefaultTTL: MinTTL 10" in stack.read_refusal()


def test_a_key_without_caching_is_refused(stack: Any) -> None:
    """API Reference, CachePolicyConfig: with MaxTTL 0 the key takes nothing."""
    cache(stack, {"EnableAcceptEncodingGzip": True}, DefaultTTL=0, MaxTTL=0)
    assert "nothing is cached" in stack.read_refusal()


def test_wrong_values_name_property_and_remedy(stack: Any) -> None:
    """CloudFormation, AWS::CloudFront::CachePolicy: types of the properties."""
    cache(stack, {"HeadersConfig": {"HeaderBehavior": "some"}})
    policy = stack.resources["Policy"]["Properties"]["CachePolicyConfig"]
    policy.update({"MinTTL": "soon", "MaxTTL": {"Ref": "Told"}})
    refused = stack.read_refusal()
    assert "MinTTL: expected a number of at least 0, found 'soon'; write a value" in refused
    assert "MaxTTL: expected a number" in refused
    assert "HeadersConfig.HeaderBehavior: 'some' is not one of none | whitelist" in refused


@pytest.mark.parametrize(
    "name", ["CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId"]
)
def test_an_undeclared_policy_is_refused(stack: Any, name: str) -> None:
    """CloudFormation, CacheBehavior: an id is AWS's own or a Ref."""
    stack.default[name] = {"Ref": "Gone"}
    assert f"DefaultCacheBehavior.{name}: Gone is not an AWS::CloudFront::" in stack.read_refusal()
    stack.default[name] = "11111111-2222-3333-4444-555555555555"
    assert "not one of AWS's managed policies" in stack.read_refusal()


@pytest.mark.parametrize("id_", CACHE)
def test_managed_cache_policies_are_in_order(id_: str) -> None:
    """Developer Guide, using-managed-cache-policies."""
    policy = CACHE[id_]
    assert policy.name
    assert policy.min_ttl <= policy.default_ttl <= policy.max_ttl


def test_managed_policies_are_those_that_aws_documents(stack: Any) -> None:
    """Developer Guide, using-managed-{cache,origin-request,response-headers}-policies."""
    assert (len(CACHE), len(ORIGIN_REQUEST), len(RESPONSE_HEADERS)) == (7, 8, 5)
    stack.default.update(
        {
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            "OriginRequestPolicyId": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
            "ResponseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03",
        }
    )
    read = stack.read().behaviours[0]
    assert (read.cache.min_ttl, read.cache.brotli) == (1, True)
    assert read.origin_request.headers == Selection("except", frozenset({"host"}))
    nosniff = HeaderRule(name="X-Content-Type-Options", value="nosniff")
    assert [each for each in read.response_headers.set if each.override] == [nosniff]


def test_an_origin_request_policy_adds_cloudfronts_headers(stack: Any) -> None:
    """API Reference, OriginRequestPolicyHeadersConfig: allViewerAndWhitelistCloudFront."""
    headers = {
        "HeaderBehavior": "allViewerAndWhitelistCloudFront",
        "Headers": ["CloudFront-Viewer-Country"],
    }
    stack.add_policy("Orp", "OriginRequestPolicy", PLAIN | {"Name": "o", "HeadersConfig": headers})
    stack.default["OriginRequestPolicyId"] = {"Ref": "Orp"}
    policy = stack.read().behaviours[0].origin_request
    assert (policy.headers, policy.added) == (ALL, {"cloudfront-viewer-country"})


def test_a_response_headers_policy_is_read(stack: Any) -> None:
    """API Reference, ResponseHeadersPolicyConfig."""
    config = {
        "Name": "r",
        "CorsConfig": {
            "AccessControlAllowOrigins": {"Items": ["https://a.example"]},
            "AccessControlAllowMethods": {"Items": ["GET"]},
            "AccessControlAllowHeaders": {"Items": ["*"]},
            "AccessControlAllowCredentials": False,
            "AccessControlMaxAgeSec": 600,
            "OriginOverride": True,
        },
        "RemoveHeadersConfig": {"Items": [{"Header": "X-Key"}]},
        "CustomHeadersConfig": {"Items": [{"Header": "X-A", "Value": "b", "Override": False}]},
        "SecurityHeadersConfig": {
            "StrictTransportSecurity": {
                "AccessControlMaxAgeSec": 60, "IncludeSubdomains": True, "Override": True,
            },
            "XSSProtection": {"Protection": True, "ModeBlock": True, "Override": True},
        },
        "ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 100},
    }  # fmt: skip
    stack.add_policy("Rhp", "ResponseHeadersPolicy", config)
    stack.default["ResponseHeadersPolicyId"] = {"Ref": "Rhp"}
    policy = stack.read().behaviours[0].response_headers
    assert policy.cors == CorsConfig(
        origins=("https://a.example",), methods=("GET",), headers=("*",), max_age=600
    )
    assert (policy.remove, policy.server_timing) == ({"x-key"}, True)
    assert {each.name: (each.value, each.override) for each in policy.set} == {
        "Strict-Transport-Security": ("max-age=60; includeSubDomains", True),
        "X-XSS-Protection": ("1; mode=block", True),
        "X-A": ("b", False),
    }


def read_legacy(stack: Any, forwarded: dict[str, Any], **ttls: int) -> Any:
    del stack.default["CachePolicyId"]
    stack.default.update({"ForwardedValues": forwarded, **ttls})
    return stack.read().behaviours[0]


def test_legacy_settings_become_a_key_and_a_forwarding_policy(stack: Any) -> None:
    """API Reference, ForwardedValues: QueryStringCacheKeys narrows the key, not the request."""
    forwarded = {
        "QueryString": True,
        "QueryStringCacheKeys": ["size"],
        "Headers": ["Origin"],
        "Cookies": {"Forward": "whitelist", "WhitelistedNames": ["session"]},
    }
    read = read_legacy(stack, forwarded, MinTTL=1, DefaultTTL=2, MaxTTL=3)
    assert (read.cache.min_ttl, read.cache.default_ttl, read.cache.max_ttl) == (1, 2, 3)
    assert (read.cache.headers, read.cache.cookies) == (
        select_only("origin"),
        select_only("session"),
    )
    assert (read.cache.query, read.origin_request.query) == (select_only("size"), ALL)


def test_legacy_settings_forward_most_headers(stack: Any) -> None:
    """Developer Guide, RequestAndResponseBehaviorCustomOrigin: the table of request headers."""
    read = read_legacy(stack, {"QueryString": False})
    includes = read.origin_request.headers.includes
    assert (includes("x-own"), includes("authorization"), includes("user-agent")) == (
        True,
        False,
        False,
    )
    assert (read.cache.default_ttl, read.cache.query) == (86_400, NONE)


def test_every_legacy_header_means_no_caching(stack: Any) -> None:
    """Developer Guide, header-caching: with all headers nothing is cached."""
    read = read_legacy(stack, {"QueryString": False, "Headers": ["*"]}, MinTTL=60)
    assert (read.cache.max_ttl, read.origin_request.headers) == (0, ALL)


def test_a_behaviour_needs_one_kind_of_cache_settings(stack: Any) -> None:
    """CloudFormation, CacheBehavior: CachePolicyId or ForwardedValues."""
    stack.default["ForwardedValues"] = {"QueryString": False}
    assert "not allowed together with CachePolicyId" in stack.read_refusal()
    del stack.default["ForwardedValues"], stack.default["CachePolicyId"]
    assert "neither CachePolicyId nor ForwardedValues" in stack.read_refusal()
