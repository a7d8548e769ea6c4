"""The task definition of the GPU service: download the weights from S3, then start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs

from infra.lambda_functions import allow_actions, allow_objects
from infra.nag_suppressions import suppress_finding, suppress_registry_login_finding

if TYPE_CHECKING:
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3
    from constructs import Construct

CONTAINER = "gpu-service"
PORT = 8090
# EDGEFILL_GPU_DRAIN_S. ECS kills the task after STOP_S, EC2 stops a Spot machine after 120 s.
DRAIN_S = 110
STOP_S = 120
WEIGHTS = "/weights"
AWS_CLI = "public.ecr.aws/aws-cli/aws-cli:2.31.20"


def create_gpu_task(
    scope: Construct,
    *,
    image: ecs.ContainerImage,
    models: s3.Bucket,
    model: str,
    log_group: logs.ILogGroup,
) -> ecs.Ec2TaskDefinition:
    """A task with one GPU; the weights are the folder `model` in the bucket `models`."""
    task = ecs.Ec2TaskDefinition(
        scope,
        "Task",
        network_mode=ecs.NetworkMode.BRIDGE,
        volumes=[ecs.Volume(name="weights", host=ecs.Host(source_path="/var/lib/edgefill"))],
    )
    suppress_finding(
        task,
        "AwsSolutions-ECS2",
        "The variables are paths and numbers; the service has no secrets.",
    )
    log = ecs.LogDriver.aws_logs(stream_prefix="gpu", log_group=log_group)
    weights = _add_weights_container(task, models, model, log)
    _add_service_container(task, image, model, log).add_container_dependencies(
        ecs.ContainerDependency(
            container=weights, condition=ecs.ContainerDependencyCondition.SUCCESS
        )
    )
    suppress_registry_login_finding(task.obtain_execution_role())
    return task


def _add_weights_container(
    task: ecs.Ec2TaskDefinition, models: s3.Bucket, model: str, log: ecs.LogDriver
) -> ecs.ContainerDefinition:
    source, target = models.s3_url_for_object(model), f"{WEIGHTS}/{model}"
    weights = task.add_container(
        "weights",
        image=ecs.ContainerImage.from_registry(AWS_CLI),
        essential=False,
        memory_reservation_mib=256,
        logging=log,
        command=["s3", "sync", "--only-show-errors", source, target],
    )
    weights.add_mount_points(_build_mount(read_only=False))
    allow_objects(task.task_role, ["s3:GetObject"], models, f"{model}/*")
    allow_actions(task.task_role, ["s3:ListBucket"], models.bucket_arn)
    return weights


def _add_service_container(
    task: ecs.Ec2TaskDefinition, image: ecs.ContainerImage, model: str, log: ecs.LogDriver
) -> ecs.ContainerDefinition:
    service = task.add_container(
        CONTAINER,
        image=image,
        gpu_count=1,
        memory_reservation_mib=8 * 1024,
        logging=log,
        stop_timeout=Duration.seconds(STOP_S),
        port_mappings=[ecs.PortMapping(container_port=PORT)],
        environment={
            "EDGEFILL_GPU_HOST": "0.0.0.0",  # noqa: S104 the container's own network
            "EDGEFILL_GPU_ALLOW_OPEN": "1",  # its security group admits only the callers
            "EDGEFILL_GPU_PORT": str(PORT),
            "EDGEFILL_GPU_MODEL": f"{WEIGHTS}/{model}",
            "EDGEFILL_GPU_DRAIN_S": str(DRAIN_S),
        },
    )
    service.add_mount_points(_build_mount(read_only=True))
    return service


def _build_mount(*, read_only: bool) -> ecs.MountPoint:
    return ecs.MountPoint(container_path=WEIGHTS, source_volume="weights", read_only=read_only)
