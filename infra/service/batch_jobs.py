"""The jobs of batch drafting: a job queue on GPU machines, and the job that drafts one shard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam

from infra.lambda_functions import allow_actions, allow_objects
from infra.nag_suppressions import suppress_finding, suppress_registry_login_finding
from infra.service.network import MACHINES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from infra.settings import GpuSettings

MAX_ATTEMPTS = 3
VCPUS_PER_MACHINE = 4  # as g6.xlarge has, the smallest machine with one GPU
RUN_OBJECTS = "batch/*"
WEIGHTS = "/tmp/weights"  # noqa: S108 in the container


def create_job_queue(scope: Construct, *, gpu: GpuSettings, vpc: ec2.IVpc) -> batch.JobQueue:
    """A queue for shards; at most `gpu.max_batch_machines` machines run them."""
    machines = batch.ManagedEc2EcsComputeEnvironment(
        scope,
        "Machines",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_group_name=MACHINES),
        instance_types=[ec2.InstanceType(gpu.instance_type)],
        use_optimal_instance_classes=False,
        images=[batch.EcsMachineImage(image_type=batch.EcsMachineImageType.ECS_AL2023_NVIDIA)],
        spot=gpu.spot,
        minv_cpus=0,
        maxv_cpus=gpu.max_batch_machines * VCPUS_PER_MACHINE,
    )
    suppress_finding(
        machines,
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
        "AmazonEC2ContainerServiceforEC2Role]",
        "AWS Batch manages these machines and updates this policy when its agent changes.",
    )
    environment = batch.OrderedComputeEnvironment(compute_environment=machines, order=1)
    return batch.JobQueue(scope, "Queue", compute_environments=[environment])


def create_shard_job(
    scope: Construct,
    *,
    image: ecs.ContainerImage,
    weights: str,
    environment: Mapping[str, str],
    role: iam.IRole,
    log: logs.ILogGroup,
) -> batch.EcsJobDefinition:
    """A job with one GPU: download the weights, then run lambdas/batch/shard_job.py."""
    fetch = f"/opt/aws/bin/aws s3 sync --only-show-errors {weights} {WEIGHTS}"
    container = batch.EcsEc2ContainerDefinition(
        scope,
        "Container",
        image=image,
        gpu=1,
        cpu=VCPUS_PER_MACHINE - 1,
        memory=Size.gibibytes(12),
        command=["sh", "-c", f"{fetch} && exec python -m lambdas.batch.shard_job"],
        environment={**environment, "EDGEFILL_GPU_MODEL": WEIGHTS},
        job_role=role,
        logging=ecs.LogDriver.aws_logs(stream_prefix="shard", log_group=log),
    )
    suppress_registry_login_finding(container.execution_role)
    return batch.EcsJobDefinition(
        scope, "Shard", container=container, retry_attempts=MAX_ATTEMPTS, timeout=Duration.hours(2)
    )


def create_shard_role(
    scope: Construct, *, bucket: s3.Bucket, models: s3.Bucket, model: str
) -> iam.Role:
    """A role that may read the shard and the weights, and write the drafts."""
    role = iam.Role(scope, "ShardRole", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    allow_objects(role, ["s3:GetObject", "s3:PutObject"], bucket, RUN_OBJECTS)
    allow_objects(role, ["s3:GetObject"], models, f"{model}/*")
    allow_actions(role, ["s3:ListBucket"], bucket.bucket_arn, models.bucket_arn)
    return role
