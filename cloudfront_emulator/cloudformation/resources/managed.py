"""The policies that AWS manages, by id.

Source: CloudFront Developer Guide, using-managed-cache-policies,
using-managed-origin-request-policies and using-managed-response-headers-policies.
"""

from __future__ import annotations

from cloudfront_emulator.distribution import (
    ALL,
    CachePolicy,
    CorsConfig,
    HeaderRule,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
    Selection,
    select_only,
)

_HOUR, _YEAR = 3600, 31_536_000
_OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")

CACHE = {
    "2e54312d-136d-493c-8eb9-b001f22f67d2": CachePolicy(
        name="Amplify",
        headers=select_only("authorization", "cloudfront-viewer-country", "host"),
        cookies=ALL,
        query=ALL,
        min_ttl=2,
        default_ttl=2,
        max_ttl=600,
        gzip=True,
        brotli=True,
    ),
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CachePolicy(
        name="CachingDisabled", min_ttl=0, default_ttl=0, max_ttl=0
    ),
    "658327ea-f89d-4fab-a63d-7e88639e58f6": CachePolicy(
        name="CachingOptimized",
        min_ttl=1,
        default_ttl=24 * _HOUR,
        max_ttl=_YEAR,
        gzip=True,
        brotli=True,
    ),
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": CachePolicy(
        name="CachingOptimizedForUncompressedObjects",
        min_ttl=1,
        default_ttl=24 * _HOUR,
        max_ttl=_YEAR,
    ),
    "08627262-05a9-4f76-9ded-b50ca2e3a84f": CachePolicy(
        name="Elemental-MediaPackage",
        headers=select_only("origin"),
        query=select_only("aws.manifestfilter", "start", "end", "m"),
        min_ttl=0,
        default_ttl=24 * _HOUR,
        max_ttl=_YEAR,
        gzip=True,
    ),
    "83da9c7e-98b4-4e11-a168-04f0df8e2c65": CachePolicy(
        name="UseOriginCacheControlHeaders",
        headers=select_only("host", "origin", *_OVERRIDES),
        cookies=ALL,
        min_ttl=0,
        default_ttl=0,
        max_ttl=_YEAR,
        gzip=True,
        brotli=True,
    ),
    "4cc15a8a-d715-48a4-82b8-cc0b614638fe": CachePolicy(
        name="UseOriginCacheControlHeaders-QueryStrings",
        headers=select_only("host", "origin", *_OVERRIDES),
        cookies=ALL,
        query=ALL,
        min_ttl=0,
        default_ttl=0,
        max_ttl=_YEAR,
        gzip=True,
        brotli=True,
    ),
}

CLOUDFRONT_HEADERS_2022_06 = frozenset(
    "cloudfront-" + name
    for name in (
        "forwarded-proto", "is-android-viewer", "is-desktop-viewer", "is-ios-viewer",
        "is-mobile-viewer", "is-smarttv-viewer", "is-tablet-viewer", "viewer-address",
        "viewer-asn", "viewer-city", "viewer-country", "viewer-country-name",
        "viewer-country-region", "viewer-country-region-name", "viewer-http-version",
        "viewer-latitude", "viewer-longitude", "viewer-metro-code", "viewer-postal-code",
        "viewer-time-zone", "viewer-tls",
    )
)  # fmt: skip
_PREFLIGHT = ("origin", "access-control-request-headers", "access-control-request-method")

ORIGIN_REQUEST = {
    "216adef6-5c7f-47e4-b989-5492eafa07d3": OriginRequestPolicy(
        name="AllViewer", headers=ALL, cookies=ALL, query=ALL
    ),
    "33f36d7e-f396-46d9-90e0-52428a34d9dc": OriginRequestPolicy(
        name="AllViewerAndCloudFrontHeaders-2022-06",
        headers=ALL,
        added=CLOUDFRONT_HEADERS_2022_06,
        cookies=ALL,
        query=ALL,
    ),
    "b689b0a8-53d0-40ab-baf2-68738e2966ac": OriginRequestPolicy(
        name="AllViewerExceptHostHeader",
        headers=Selection("except", frozenset({"host"})),
        cookies=ALL,
        query=ALL,
    ),
    "59781a5b-3903-41f3-afcb-af62929ccde1": OriginRequestPolicy(
        name="CORS-CustomOrigin", headers=select_only("origin")
    ),
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": OriginRequestPolicy(
        name="CORS-S3Origin", headers=select_only(*_PREFLIGHT)
    ),
    "775133bc-15f2-49f9-abea-afb2e0bf67d2": OriginRequestPolicy(
        name="Elemental-MediaTailor-PersonalizedManifests",
        headers=select_only(*_PREFLIGHT, "user-agent", "x-forwarded-for"),
        query=ALL,
    ),
    "bf0718e1-ba1e-49d1-88b1-f726733018ae": OriginRequestPolicy(
        name="HostHeaderOnly", headers=select_only("host")
    ),
    "acba4595-bd28-49b8-b9fe-13317c0390fa": OriginRequestPolicy(
        name="UserAgentRefererHeaders", headers=select_only("user-agent", "referer")
    ),
}

_SIMPLE = CorsConfig(origins=("*",), methods=(), headers=(), override=False)
_WITH_PREFLIGHT = CorsConfig(
    origins=("*",),
    methods=("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"),
    headers=(),
    expose=("*",),
    override=False,
)
_SECURITY = (
    HeaderRule(name="Referrer-Policy", value="strict-origin-when-cross-origin", override=False),
    HeaderRule(name="Strict-Transport-Security", value=f"max-age={_YEAR}", override=False),
    HeaderRule(name="X-Content-Type-Options", value="nosniff"),
    HeaderRule(name="X-Frame-Options", value="SAMEORIGIN", override=False),
    HeaderRule(name="X-XSS-Protection", value="1; mode=block", override=False),
)

RESPONSE_HEADERS = {
    "60669652-455b-4ae9-85a4-c4c02393f86c": ResponseHeadersPolicy(name="SimpleCORS", cors=_SIMPLE),
    "5cc3b908-e619-4b99-88e5-2cf7f45965bd": ResponseHeadersPolicy(
        name="CORS-With-Preflight", cors=_WITH_PREFLIGHT
    ),
    "67f7725c-6f97-4210-82d7-5512b31e9d03": ResponseHeadersPolicy(
        name="SecurityHeadersPolicy", set=_SECURITY
    ),
    "e61eb60c-9c35-4d20-a928-2b84e02af89c": ResponseHeadersPolicy(
        name="CORS-and-SecurityHeadersPolicy", cors=_SIMPLE, set=_SECURITY
    ),
    "eaab4381-ed33-4a86-88ca-d9558dc6cd63": ResponseHeadersPolicy(
        name="CORS-with-preflight-and-SecurityHeadersPolicy", cors=_WITH_PREFLIGHT, set=_SECURITY
    ),
}
