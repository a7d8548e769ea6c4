"""CloudFront's policies: cache keys, forwarded headers and response headers.

A cache policy defines the cache key and the bounds of the TTL. An origin request policy defines
what the origin gets in addition to the key (docs.aws.amazon.com/AmazonCloudFront/latest/
DeveloperGuide: controlling-the-cache-key, controlling-origin-requests).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

YEAR = Duration.days(365)
PROFILE_COOKIE = "edgefill_profile"


def create_personal_cache_policy(
    scope: Construct, *, query: Sequence[str]
) -> cloudfront.CachePolicy:
    """The key holds everything that a personal response depends on, and `no-store` is obeyed.

    Of the query string only the parameters in `query` are in the key and sent to the origin, so
    what campaigns add to links (`utm_source`, `fbclid`) neither splits the cache nor arrives.
    A Min TTL above 0 would override no-store and serve one visitor's response to the next. A Max
    TTL of 0 would disable caching and empty the key, by which CloudFront collapses concurrent
    requests. Only a cache policy can forward `Authorization`.
    """
    return cloudfront.CachePolicy(
        scope,
        "Personal",
        comment="Edgefill: personal responses; the profile is in the key, no-store is obeyed",
        min_ttl=Duration.seconds(0),
        default_ttl=Duration.seconds(0),
        max_ttl=Duration.seconds(60),
        header_behavior=cloudfront.CacheHeaderBehavior.allow_list(
            "Authorization", "Accept-Language"
        ),
        cookie_behavior=cloudfront.CacheCookieBehavior.allow_list(PROFILE_COOKIE),
        query_string_behavior=cloudfront.CacheQueryStringBehavior.allow_list(*query),
        enable_accept_encoding_gzip=True,
        enable_accept_encoding_brotli=True,
    )


def create_pack_cache_policy(scope: Construct) -> cloudfront.CachePolicy:
    """Packs are the same for all visitors: the path is the key, Cache-Control sets the TTL.

    The objects' stale-while-revalidate and stale-if-error come from edgefill/packs/layout.py.
    """
    return cloudfront.CachePolicy(
        scope,
        "Packs",
        comment="Edgefill: template packs; only the path is in the key",
        min_ttl=Duration.seconds(0),
        default_ttl=Duration.seconds(5),
        max_ttl=YEAR,
        header_behavior=cloudfront.CacheHeaderBehavior.none(),
        cookie_behavior=cloudfront.CacheCookieBehavior.none(),
        query_string_behavior=cloudfront.CacheQueryStringBehavior.none(),
        enable_accept_encoding_gzip=True,
        enable_accept_encoding_brotli=True,
    )


def create_origin_request_policy(scope: Construct) -> cloudfront.OriginRequestPolicy:
    """In addition to the key the API gets only the viewer's address and country.

    The policy is an allow-list, so a viewer's own X-Edgefill-* headers are dropped; the edge
    function sets them.
    """
    return cloudfront.OriginRequestPolicy(
        scope,
        "Viewer",
        comment="Edgefill: the viewer's address and country; no header of the viewer",
        header_behavior=cloudfront.OriginRequestHeaderBehavior.allow_list(
            "CloudFront-Viewer-Address", "CloudFront-Viewer-Country"
        ),
        cookie_behavior=cloudfront.OriginRequestCookieBehavior.none(),
        query_string_behavior=cloudfront.OriginRequestQueryStringBehavior.none(),
    )


def create_security_headers_policy(scope: Construct) -> cloudfront.ResponseHeadersPolicy:
    """HSTS and other security headers; the response's own CSP is never overridden."""
    return cloudfront.ResponseHeadersPolicy(
        scope,
        "Security",
        comment="Edgefill: security headers",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=YEAR, include_subdomains=True, override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.SAMEORIGIN, override=False
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
                override=False,
            ),
        ),
    )
