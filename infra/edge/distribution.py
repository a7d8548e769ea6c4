"""The distribution: `/p/*` and `/ask*` are personal, `/t/*` are packs, the rest is the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra.edge import origins
from infra.edge.access_log import AccessLog
from infra.edge.behaviours import PathBehaviours
from infra.edge.firewall import Firewall
from infra.nag_suppressions import suppress_finding

if TYPE_CHECKING:
    from aws_cdk import SecretValue
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_s3 as s3

    from infra.settings import DeploymentSettings

CACHE_TAGS = "x-amz-meta-cache-tag"  # edgefill/store writes the S3 metadata `cache-tag`
ERROR_TTL_S = 1  # a template that a miss has just generated must be found soon
ERRORS = (403, 404, 500, 502, 503, 504)


class CdnDistribution(Construct):
    """`distribution` is CloudFront's distribution with its log, firewall and behaviours."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        edge: lambda_.IVersion,
        bucket: s3.IBucket,
        api: lambda_.IFunctionUrl,
        question_key: SecretValue,
    ) -> None:
        super().__init__(scope, id_)
        self._domain = settings.domain
        templates = origins.create_store_origin(self, bucket, question_key)
        behaviours = PathBehaviours(
            self,
            templates=templates,
            misses=origins.create_miss_origin(api, bucket, question_key, templates),
            edge=edge,
            site=settings.site,
            query_slots=settings.query_slots,
        )
        self.distribution = self._create_distribution(settings, behaviours)
        if settings.access_log:
            AccessLog(self, "Log", settings=settings, distribution=self.distribution)
        self._enable_cache_tags()
        self._suppress_findings(settings)

    @property
    def public_name(self) -> str:
        """The host name that visitors use."""
        return self._domain.name if self._domain else self.distribution.distribution_domain_name

    def _create_distribution(
        self, settings: DeploymentSettings, behaviours: PathBehaviours
    ) -> cloudfront.Distribution:
        return cloudfront.Distribution(
            self,
            "Cdn",
            comment=f"Edgefill {settings.stage}",
            default_behavior=behaviours.default,
            additional_behaviors=behaviours.by_path,
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(ERROR_TTL_S))
                for status in ERRORS
            ],
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            enable_ipv6=True,
            publish_additional_metrics=settings.detailed_metrics,
            web_acl_id=self._create_firewall(settings),
            **self._read_domain(settings),
        )

    def _create_firewall(self, settings: DeploymentSettings) -> str | None:
        if settings.requests_per_5_minutes is None:
            return None
        return Firewall(self, "Firewall", requests=settings.requests_per_5_minutes).acl.attr_arn

    def _read_domain(self, settings: DeploymentSettings) -> dict[str, Any]:
        if settings.domain is None:
            return {}
        return {
            "domain_names": [settings.domain.name],
            "minimum_protocol_version": cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            "certificate": acm.Certificate.from_certificate_arn(
                self, "Certificate", settings.domain.certificate_arn
            ),
        }

    def _enable_cache_tags(self) -> None:
        """Enable invalidation by tag (DeveloperGuide: invalidation-by-tags).

        The CDK's Distribution has no property for it.
        """
        resource = self.distribution.node.default_child
        assert isinstance(resource, cloudfront.CfnDistribution)
        resource.add_property_override(
            "DistributionConfig.CacheTagConfig", {"HeaderName": CACHE_TAGS}
        )

    def _suppress_findings(self, settings: DeploymentSettings) -> None:
        suppress_finding(
            self, "AwsSolutions-CFR1", "Each product decides which countries it serves."
        )
        suppress_finding(
            self,
            "AwsSolutions-CFR3",
            "infra/edge/access_log.py uses standard logging v2, which the rule does not check."
            if settings.access_log
            else "No emulator delivers logs; dev and prod deliver them.",
        )
        if settings.requests_per_5_minutes is None:
            suppress_finding(
                self, "AwsSolutions-CFR2", "The stage has no visitors; prod has a firewall."
            )
        if settings.domain is None:
            suppress_finding(
                self,
                "AwsSolutions-CFR4",
                "CloudFront's own certificate requires TLSv1; a domain in the settings uses 1.2.",
            )
