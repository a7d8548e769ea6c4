"""The distribution: `/p/*` personal, `/t/*` templates, `/ask*` reserved, the rest the site's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra import policies
from infra.findings import acknowledge
from infra.firewall import Firewall
from infra.template_store import LogBucket

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

    from infra.settings import Settings

CACHE_TAGS = "x-amz-meta-cache-tag"  # lambdas/store writes `cache-tag` as S3 metadata
ERROR_TTL_S = 1  # a template that a miss has just written must not stay missing
ERRORS = (403, 404, 500, 502, 503, 504)
ORIGIN_S = 30
# The edge function reads it off its event; its bundle cannot know a bucket that is yet to be made.
STORE_HEADER = "X-Edgefill-Store"


class Distribution(Construct):
    """`distribution` is the CDN, `logs` holds its access logs."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        edge: lambda_.IVersion,
        bucket: s3.IBucket,
        api: lambda_.IFunctionUrl,
    ) -> None:
        super().__init__(scope, id_)
        self._security = policies.security(self)
        self._by_path = policies.packs(self)
        self.logs = LogBucket(
            self, "Logs", keep=settings.keep_data, days=settings.log_days, acl=True
        ).bucket
        templates = self._templates(bucket)
        misses = origins.FunctionUrlOrigin.with_origin_access_control(
            api,
            origin_id="api",
            read_timeout=Duration.seconds(ORIGIN_S),
            custom_headers={STORE_HEADER: f"https://{bucket.bucket_regional_domain_name}"},
        )
        behaviours = {
            "/p/*": self._personal(misses, edge),
            "/t/*": self._packs(templates),
            "/ask*": self._reserved(misses),
        }
        self.distribution = self._distribution(
            settings, behaviours, rest=self._site(settings, templates)
        )
        self._tag()
        self._acknowledge(settings)

    def _distribution(
        self,
        settings: Settings,
        behaviours: dict[str, cloudfront.BehaviorOptions],
        *,
        rest: cloudfront.BehaviorOptions,
    ) -> cloudfront.Distribution:
        return cloudfront.Distribution(
            self,
            "Cdn",
            comment=f"Edgefill {settings.stage}",
            default_behavior=rest,
            additional_behaviors=behaviours,
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(ERROR_TTL_S))
                for status in ERRORS
            ],
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            enable_ipv6=True,
            enable_logging=True,
            log_bucket=self.logs,
            log_file_prefix="cdn/",
            log_includes_cookies=False,  # a cookie holds the visitor's token
            publish_additional_metrics=settings.detailed_metrics,
            web_acl_id=self._firewall(settings),
            **self._names(settings),
        )

    def _templates(self, bucket: s3.IBucket) -> cloudfront.IOrigin:
        """The bucket by its name alone: CDK would else write this distribution into its policy.

        That policy stands with the bucket, a stack earlier (infra/template_store.py).
        """
        named = s3.Bucket.from_bucket_attributes(
            self,
            "Templates",
            bucket_name=bucket.bucket_name,
            bucket_regional_domain_name=bucket.bucket_regional_domain_name,
        )
        acknowledge(
            self,
            "@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac",
            "The bucket's own stack admits CloudFront.",
        )
        return origins.S3BucketOrigin.with_origin_access_control(named, origin_id="templates")

    def _personal(
        self, misses: cloudfront.IOrigin, edge: lambda_.IVersion
    ) -> cloudfront.BehaviorOptions:
        """The edge function fills, or returns the request with its key for the API."""
        return cloudfront.BehaviorOptions(
            origin=misses,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=policies.personal(self),
            origin_request_policy=policies.viewer(self),
            edge_lambdas=[
                cloudfront.EdgeLambda(
                    event_type=cloudfront.LambdaEdgeEventType.ORIGIN_REQUEST,
                    function_version=edge,
                )
            ],
            **self._shared(),
        )

    def _packs(self, templates: cloudfront.IOrigin) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=templates, cache_policy=self._by_path, **self._shared()
        )

    def _reserved(self, misses: cloudfront.IOrigin) -> cloudfront.BehaviorOptions:
        """Free text to a template comes later; until then the API says 404."""
        return cloudfront.BehaviorOptions(
            origin=misses,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            **self._shared(),
        )

    def _site(
        self, settings: Settings, templates: cloudfront.IOrigin
    ) -> cloudfront.BehaviorOptions:
        """The product's own site, uncached; without one S3 refuses every path but `/t/`."""
        if settings.site is None:
            return self._packs(templates)
        return cloudfront.BehaviorOptions(
            origin=origins.HttpOrigin(
                settings.site,
                origin_id="site",
                protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            ),
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        )

    def _shared(self) -> dict[str, Any]:
        return {
            "viewer_protocol_policy": cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            "response_headers_policy": self._security,
            "compress": True,
        }

    def _firewall(self, settings: Settings) -> str | None:
        if settings.requests_per_5_minutes is None:
            return None
        return Firewall(self, "Firewall", requests=settings.requests_per_5_minutes).acl.attr_arn

    def _names(self, settings: Settings) -> dict[str, Any]:
        if settings.domain is None:
            return {}
        return {
            "domain_names": [settings.domain.name],
            "minimum_protocol_version": cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            "certificate": acm.Certificate.from_certificate_arn(
                self, "Certificate", settings.domain.certificate_arn
            ),
        }

    def _tag(self) -> None:
        """Invalidation by tag (DeveloperGuide: invalidation-by-tags); the L2 has no word for it."""
        resource = self.distribution.node.default_child
        assert isinstance(resource, cloudfront.CfnDistribution)
        resource.add_property_override(
            "DistributionConfig.CacheTagConfig", {"HeaderName": CACHE_TAGS}
        )

    def _acknowledge(self, settings: Settings) -> None:
        acknowledge(self, "AwsSolutions-CFR1", "Whom a product serves is the product's to say.")
        if settings.requests_per_5_minutes is None:
            acknowledge(self, "AwsSolutions-CFR2", "A stage without visitors; prod has a firewall.")
        if settings.domain is None:
            acknowledge(
                self,
                "AwsSolutions-CFR4",
                "CloudFront's own certificate fixes TLSv1; a domain in the settings brings 1.2.",
            )
