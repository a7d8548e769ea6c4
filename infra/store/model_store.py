"""The bucket of the weights: one folder per version of the model, one per LoRA adapter.

It is in the store stack, because a person fills it after the deployment: no stack may wait for its
contents, and a service stack that is created again must find it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

if TYPE_CHECKING:
    from infra.gpu_settings import GpuSettings

ADAPTERS = "adapters"  # the folder of the LoRA adapters, each in a folder of its own


class ModelStore(Construct):
    """`bucket` is private and versioned."""

    def __init__(self, scope: Construct, id_: str, *, keep: bool, logs: s3.IBucket) -> None:
        super().__init__(scope, id_)
        self.bucket = s3.Bucket(
            self,
            "Models",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            server_access_logs_bucket=logs,
            server_access_logs_prefix="models/",
            removal_policy=RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
        )


def name_live_parameter(stage: str) -> str:
    """The parameter in Systems Manager with the live version, the name of its folder."""
    return f"/edgefill/{stage}/model"


def name_rollout_parameter(stage: str) -> str:
    """The parameter that tells `edgefill model` how a version becomes live."""
    return f"/edgefill/{stage}/model-rollout"


def list_model_objects(gpu: GpuSettings) -> list[str]:
    """The patterns of the objects that a GPU task reads: every version's and the adapters'."""
    return [f"{gpu.model_folder}/*", *(f"{ADAPTERS}/{name}/*" for name in gpu.adapters)]
