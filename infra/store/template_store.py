"""The bucket of edgefill/store; CloudFront can read only the objects under `t/`."""

from __future__ import annotations

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from edgefill.packs.layout import OVERLAY, OVERLAY_DAYS
from infra.nag_suppressions import suppress_finding

# Packs, pointer and overlay (edgefill/packs/layout.py); template sources stay private.
PUBLIC_OBJECTS = "t/*"


class TemplateStore(Construct):
    """A private, versioned bucket that requires TLS, and a bucket for its access logs."""

    def __init__(self, scope: Construct, id_: str, *, keep: bool, log_days: int) -> None:
        super().__init__(scope, id_)
        removal = RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY
        self.logs = LogBucket(self, "Logs", keep=keep, days=log_days).bucket
        self.bucket = s3.Bucket(
            self,
            "Templates",
            versioned=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            server_access_logs_bucket=self.logs,
            server_access_logs_prefix="templates/",
            removal_policy=removal,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                ),
                s3.LifecycleRule(prefix="batch/", expiration=Duration.days(30)),
                s3.LifecycleRule(prefix=OVERLAY, expiration=Duration.days(OVERLAY_DAYS)),
                # what an expiration leaves in a versioned bucket
                s3.LifecycleRule(expired_object_delete_marker=True),
            ],
        )
        self._allow_cloudfront()

    def _allow_cloudfront(self) -> None:
        """Let the distributions of this account read `t/`, signed by origin access control.

        The policy cannot name one distribution: a later stack creates it and needs this bucket.
        The wildcard is AWS's own solution to this circular reference
        (docs.aws.amazon.com/cdk/api/v2, module aws_cloudfront_origins, "Setting up OAC with
        imported S3 buckets" and the KMS note).
        """
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                actions=["s3:GetObject"],
                resources=[self.bucket.arn_for_objects(PUBLIC_OBJECTS)],
                conditions={
                    "StringEquals": {"AWS:SourceAccount": Aws.ACCOUNT_ID},
                    "ArnLike": {
                        "AWS:SourceArn": f"arn:aws:cloudfront::{Aws.ACCOUNT_ID}:distribution/*"
                    },
                },
            )
        )


class LogBucket(Construct):
    """A bucket for access logs of other resources; each log expires after `days`."""

    def __init__(self, scope: Construct, id_: str, *, keep: bool, days: int) -> None:
        super().__init__(scope, id_)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            removal_policy=RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(days))],
        )
        suppress_finding(
            self.bucket,
            "AwsSolutions-S1",
            "It holds access logs; logging access to them would never end.",
        )
