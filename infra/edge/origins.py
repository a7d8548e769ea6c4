"""Where the CDN's misses go: the templates' bucket, the API, the product's own site."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.nag_suppressions import acknowledge

API_FAILS = (500, 502, 503, 504)  # of the API; its refusals are 4xx
ORIGIN_S = 30  # for the API to begin its answer
# The edge function reads it off its event; its bundle cannot know a bucket that is yet to be made.
STORE_HEADER = "X-Edgefill-Store"


def templates(scope: Construct, bucket: s3.IBucket) -> cloudfront.IOrigin:
    """The bucket by its name alone: CDK would else write this distribution into its policy.

    That policy stands with the bucket, a stack earlier (infra/store/template_store.py).
    """
    named = s3.Bucket.from_bucket_attributes(
        scope,
        "Templates",
        bucket_name=bucket.bucket_name,
        bucket_regional_domain_name=bucket.bucket_regional_domain_name,
    )
    acknowledge(
        scope,
        "@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac",
        "The bucket's own stack admits CloudFront.",
    )
    return origins.S3BucketOrigin.with_origin_access_control(
        named, origin_id="templates", custom_headers=_store(bucket)
    )


def misses(
    api: lambda_.IFunctionUrl, bucket: s3.IBucket, templates: cloudfront.IOrigin
) -> cloudfront.IOrigin:
    """The API, then the edge function once more, for CloudFront runs it for a second origin too.

    It sees the bucket there and answers with the fallback; the bucket itself is not asked.
    Developer Guide, high_availability_origin_failover.html.
    """
    return origins.OriginGroup(
        primary_origin=_api(api, bucket),
        fallback_origin=templates,
        fallback_status_codes=list(API_FAILS),
    )


def site(host: str) -> cloudfront.IOrigin:
    """The product's own site, over TLS."""
    return origins.HttpOrigin(
        host, origin_id="site", protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY
    )


def _api(api: lambda_.IFunctionUrl, bucket: s3.IBucket) -> cloudfront.IOrigin:
    """The API's Function URL, signed for."""
    return origins.FunctionUrlOrigin.with_origin_access_control(
        api,
        origin_id="api",
        read_timeout=Duration.seconds(ORIGIN_S),
        custom_headers=_store(bucket),
    )


def _store(bucket: s3.IBucket) -> dict[str, str]:
    return {STORE_HEADER: f"https://{bucket.bucket_regional_domain_name}"}
