"""The CDN's access log, by standard logging v2, the only kind that can leave fields out.

Sources: docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html and, for
the permissions, docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Names
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.store.template_store import LogBucket

if TYPE_CHECKING:
    from infra.settings import DeploymentSettings

# Fields that may contain personal data are left out: addresses, cookies, the query string (it holds
# free questions) and the referrer (it may be the URL of a free question).
FIELDS = (
    *("date", "time", "x-edge-location", "sc-bytes", "cs-method", "cs(Host)", "cs-uri-stem"),
    *("sc-status", "cs(User-Agent)", "x-edge-result-type", "x-edge-request-id", "x-host-header"),
    *("cs-protocol", "cs-bytes", "time-taken", "ssl-protocol", "x-edge-response-result-type"),
    *("cs-protocol-version", "time-to-first-byte", "x-edge-detailed-result-type"),
    *("sc-content-type", "sc-content-len"),
)
FOLDERS = "{DistributionId}/{yyyy}/{MM}/{dd}/{HH}"
MAX_NAME_LENGTH = 60  # characters in the name of a delivery source or destination


class AccessLog(Construct):
    """Delivers the access log to `bucket`, which keeps it as long as the settings say."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        distribution: cloudfront.Distribution,
    ) -> None:
        super().__init__(scope, id_)
        self.bucket = LogBucket(
            self, "Bucket", keep=settings.keep_data, days=settings.log_days
        ).bucket
        self._create_delivery(
            distribution, Names.unique_resource_name(self, max_length=MAX_NAME_LENGTH)
        )

    def _create_delivery(self, distribution: cloudfront.Distribution, name: str) -> None:
        """Deliver FIELDS, and no other field, from the distribution to the bucket."""
        source = logs.CfnDeliverySource(
            self,
            "Source",
            name=name,
            log_type="ACCESS_LOGS",
            resource_arn=distribution.distribution_arn,
        )
        target = logs.CfnDeliveryDestination(
            self,
            "Target",
            name=name,
            destination_resource_arn=self.bucket.bucket_arn,
            output_format="json",
        )
        target.node.add_dependency(self._allow_delivery(name))
        delivery = logs.CfnDelivery(
            self,
            "Delivery",
            delivery_source_name=name,
            delivery_destination_arn=target.attr_arn,
            record_fields=list(FIELDS),
            s3_suffix_path=FOLDERS,
        )
        delivery.add_resource_dependency(source)

    def _allow_delivery(self, source: str) -> s3.BucketPolicy:
        """Let only this delivery source write to the bucket; returns the bucket's policy."""
        place = f"arn:aws:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:delivery-source:{source}"
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.bucket.arn_for_objects("AWSLogs/*")],
                conditions={
                    "StringEquals": {
                        "AWS:SourceAccount": Aws.ACCOUNT_ID,
                        "s3:x-amz-acl": "bucket-owner-full-control",
                    },
                    "ArnLike": {"AWS:SourceArn": place},
                },
            )
        )
        policy = self.bucket.policy
        assert policy is not None
        return policy
