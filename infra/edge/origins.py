"""Where the CDN's misses go: the templates' bucket, the API, the product's own site."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.nag_suppressions import suppress_finding

API_FAILS = (500, 502, 503, 504)  # of the API; its refusals are 4xx
ORIGIN_S = 30  # for the API to begin its answer
# The edge function reads it off its event; its bundle cannot know a bucket that is yet to be made.
STORE_HEADER = "X-Edgefill-Store"


def create_store_origin(scope: Construct, bucket: s3.IBucket) -> cloudfront.IOrigin:
    """The bucket by its name alone: CDK would else write this distribution into its policy.

    That policy stands with the bucket, a stack earlier (infra/store/template_store.py).
    """
    bucket_by_name = s3.Bucket.from_bucket_attributes(
        scope,
        "Templates",
        bucket_name=bucket.bucket_name,
        bucket_regional_domain_name=bucket.bucket_regional_domain_name,
    )
    suppress_finding(
        scope,
        "@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac",
        "The bucket's own stack admits CloudFront.",
    )
    return origins.S3BucketOrigin.with_origin_access_control(
        bucket_by_name, origin_id="templates", custom_headers=_build_store_header(bucket)
    )


def create_miss_origin(
    api: lambda_.IFunctionUrl, bucket: s3.IBucket, templates: cloudfront.IOrigin
) -> cloudfront.IOrigin:
    """The API, then the edge function once more, for CloudFront runs it for a second origin too.

    It sees the bucket there and answers with the fallback; the bucket itself is not asked.
    Developer Guide, high_availability_origin_failover.html.
    """
    return origins.OriginGroup(
        primary_origin=_create_api_origin(api, bucket),
        fallback_origin=templates,
        fallback_status_codes=list(API_FAILS),
    )


def create_site_origin(host: str) -> cloudfront.IOrigin:
    """The product's own site, over TLS."""
    return origins.HttpOrigin(
        host, origin_id="site", protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY
    )


def _create_api_origin(api: lambda_.IFunctionUrl, bucket: s3.IBucket) -> cloudfront.IOrigin:
    """The API's Function URL, signed for."""
    return origins.FunctionUrlOrigin.with_origin_access_control(
        api,
        origin_id="api",
        read_timeout=Duration.seconds(ORIGIN_S),
        custom_headers=_build_store_header(bucket),
    )


def _build_store_header(bucket: s3.IBucket) -> dict[str, str]:
    return {STORE_HEADER: f"https://{bucket.bucket_regional_domain_name}"}
