"""What CloudFront caches by, forwards and adds, for each kind of path (facts: docs/deploy.md).

A cache policy is the cache key and the bounds of a TTL; an origin request policy is what reaches
the origin beyond the key (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide:
controlling-the-cache-key, controlling-origin-requests).
"""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

YEAR = Duration.days(365)
PROFILE_COOKIE = "edgefill_profile"


def create_personal_cache_policy(scope: Construct) -> cloudfront.CachePolicy:
    """Everything that shapes a personal answer is in the key, and `no-store` holds.

    A Min TTL above 0 would override no-store and hand one visitor's answer to the next. Max TTL 0
    would switch caching off and empty the key, by which concurrent requests are collapsed.
    `Authorization` can be forwarded by a cache policy only.
    """
    return cloudfront.CachePolicy(
        scope,
        "Personal",
        comment="Edgefill: personal answers; the profile is in the key, no-store holds",
        min_ttl=Duration.seconds(0),
        default_ttl=Duration.seconds(0),
        max_ttl=Duration.seconds(60),
        header_behavior=cloudfront.CacheHeaderBehavior.allow_list(
            "Authorization", "Accept-Language"
        ),
        cookie_behavior=cloudfront.CacheCookieBehavior.allow_list(PROFILE_COOKIE),
        query_string_behavior=cloudfront.CacheQueryStringBehavior.all(),
        enable_accept_encoding_gzip=True,
        enable_accept_encoding_brotli=True,
    )


def create_pack_cache_policy(scope: Construct) -> cloudfront.CachePolicy:
    """Templates are the same for everybody: the path is the key, their Cache-Control the TTL.

    Stale-while-revalidate and stale-if-error come from edgefill/packs/layout.py with the objects.
    """
    return cloudfront.CachePolicy(
        scope,
        "Packs",
        comment="Edgefill: template packs; the path alone is the key",
        min_ttl=Duration.seconds(0),
        default_ttl=Duration.seconds(5),
        max_ttl=YEAR,
        header_behavior=cloudfront.CacheHeaderBehavior.none(),
        cookie_behavior=cloudfront.CacheCookieBehavior.none(),
        query_string_behavior=cloudfront.CacheQueryStringBehavior.none(),
        enable_accept_encoding_gzip=True,
        enable_accept_encoding_brotli=True,
    )


def create_viewer_request_policy(scope: Construct) -> cloudfront.OriginRequestPolicy:
    """Beyond the key the API learns the viewer's address and country, and nothing else.

    An allow-list, so that a viewer's own X-Edgefill-* never arrives; the edge function sets them.
    """
    return cloudfront.OriginRequestPolicy(
        scope,
        "Viewer",
        comment="Edgefill: who asks, as CloudFront says; no header of the viewer's",
        header_behavior=cloudfront.OriginRequestHeaderBehavior.allow_list(
            "CloudFront-Viewer-Address", "CloudFront-Viewer-Country"
        ),
        cookie_behavior=cloudfront.OriginRequestCookieBehavior.none(),
        query_string_behavior=cloudfront.OriginRequestQueryStringBehavior.none(),
    )


def create_security_headers_policy(scope: Construct) -> cloudfront.ResponseHeadersPolicy:
    """HSTS and the rest where the answer does not say it; its own CSP is never overridden."""
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
