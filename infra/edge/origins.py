"""The CDN's origins: the template bucket, the API and the product's own site."""

from __future__ import annotations

from aws_cdk import Duration, SecretValue
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.nag_suppressions import suppress_finding

API_FAILS = (500, 502, 503, 504)  # the API refuses requests with 4xx
# Until the API must begin its response, a second more than its own deadline for a visitor
# (EDGEFILL_API_DEADLINE_S). CloudFront would repeat a GET that times out for each further attempt
# (DownloadDistValuesOrigin: "Connection attempts", "Response timeout"), before the fallback.
ORIGIN_S = 8
CONNECT_S = 2
ATTEMPTS = 1
# The edge function reads this header of its event: the bucket's name is not known at synthesis, so
# it cannot be in the bundle.
STORE_HEADER = "X-Edgefill-Store"
# The secret that hides which questions have been asked (edgefill/routing/question.py). CloudFront
# adds it to requests to origins and to the function's events, never to a response.
QUESTION_KEY_HEADER = "X-Edgefill-Question-Key"


def create_store_origin(
    scope: Construct, bucket: s3.IBucket, question_key: SecretValue
) -> cloudfront.IOrigin:
    """The template bucket, imported by its name.

    For a bucket of this application the CDK would add this distribution to the bucket's policy,
    which belongs to an earlier stack (infra/store/template_store.py).
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
        "The bucket's own stack gives CloudFront access.",
    )
    return origins.S3BucketOrigin.with_origin_access_control(
        bucket_by_name, origin_id="templates", custom_headers=_build_headers(bucket, question_key)
    )


def create_miss_origin(
    api: lambda_.IFunctionUrl,
    bucket: s3.IBucket,
    question_key: SecretValue,
    templates: cloudfront.IOrigin,
) -> cloudfront.IOrigin:
    """The API, with the template bucket as the origin for failures.

    CloudFront runs the edge function for the second origin too. The function sees the bucket as
    its origin and answers with the fallback, so the bucket gets no request. Source: Developer
    Guide, high_availability_origin_failover.html.
    """
    return origins.OriginGroup(
        primary_origin=_create_api_origin(api, bucket, question_key),
        fallback_origin=templates,
        fallback_status_codes=list(API_FAILS),
    )


def create_site_origin(host: str) -> cloudfront.IOrigin:
    """The product's own site, by TLS only."""
    return origins.HttpOrigin(
        host, origin_id="site", protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY
    )


def _create_api_origin(
    api: lambda_.IFunctionUrl, bucket: s3.IBucket, question_key: SecretValue
) -> cloudfront.IOrigin:
    """The API's Function URL; CloudFront signs the requests."""
    return origins.FunctionUrlOrigin.with_origin_access_control(
        api,
        origin_id="api",
        read_timeout=Duration.seconds(ORIGIN_S),
        connection_timeout=Duration.seconds(CONNECT_S),
        connection_attempts=ATTEMPTS,
        custom_headers=_build_headers(bucket, question_key),
    )


def _build_headers(bucket: s3.IBucket, question_key: SecretValue) -> dict[str, str]:
    """What the edge function reads of its origin; both origins of the group need it."""
    return {
        STORE_HEADER: f"https://{bucket.bucket_regional_domain_name}",
        QUESTION_KEY_HEADER: question_key.unsafe_unwrap(),
    }
