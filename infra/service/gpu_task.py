"""The task of the GPU service: vLLM's own container, and gpu_service/ next to it.

1. Both images are pulled; vLLM streams the weights from S3 into the GPU.
2. When vLLM is healthy the service starts on engine `openai`; `/ready` answers 200.
3. At the end the service is stopped first and drains, then vLLM.

Both containers are essential: when one ends, the task ends and ECS starts another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_ecs as ecs

from infra.lambda_functions import allow_actions, allow_objects
from infra.nag_suppressions import suppress_finding, suppress_registry_login_finding
from infra.service.vllm_arguments import (
    ADAPTER_FOLDER,
    VLLM_DRAIN_S,
    VLLM_PORT,
    build_vllm_arguments,
    build_vllm_environment,
)
from infra.store.model_store import ADAPTERS, list_model_objects

if TYPE_CHECKING:
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from infra.gpu_settings import GpuSettings

SERVICE, VLLM, ADAPTER_FETCH = "gpu-service", "vllm", "adapters"
PORT = 8090
START_S = 900  # for weights and warm-up, before health checks count
# After its drain vLLM waits 5 s for its workers, then 4 s after SIGTERM; measured by `make
# rehearse-gpu` on two shared cores: 11 to 17 s in all.
VLLM_TEARDOWN_S = 20
# Together below the 120 s of a Spot interruption: the service drains, then vLLM ends.
DRAIN_S, STOP_S, VLLM_STOP_S = 75, 85, VLLM_DRAIN_S + VLLM_TEARDOWN_S
AWS_CLI = "public.ecr.aws/aws-cli/aws-cli:2.31.20"
_PROBE = "import urllib.request as r; r.urlopen('http://127.0.0.1:{port}/health', timeout=4)"


def create_gpu_task(
    scope: Construct,
    *,
    gpu: GpuSettings,
    image: ecs.ContainerImage,
    models: s3.Bucket,
    log_group: logs.ILogGroup,
) -> ecs.Ec2TaskDefinition:
    """A task with all GPUs of a machine; `image` is that of gpu_service/Dockerfile."""
    task = create_task(scope, "Task")
    vllm = add_vllm_container(task, gpu=gpu, models=models, log_group=log_group)
    service = task.add_container(
        SERVICE,
        image=image,
        memory_reservation_mib=512,
        linux_parameters=create_init_process(task, "ServiceInit"),
        logging=ecs.LogDriver.aws_logs(stream_prefix="gpu", log_group=log_group),
        stop_timeout=Duration.seconds(STOP_S),
        port_mappings=[ecs.PortMapping(container_port=PORT)],
        environment=build_service_environment(gpu)
        | {
            "EDGEFILL_GPU_HOST": "0.0.0.0",  # noqa: S104 the task's own network interface
            "EDGEFILL_GPU_ALLOW_OPEN": "1",  # its security group admits only the load balancer
        },
        health_check=build_health_check("python", PORT, start_s=60, retries=3),
    )
    wait_for_vllm(service, vllm)
    return task


def create_task(scope: Construct, id_: str) -> ecs.Ec2TaskDefinition:
    """An empty task with a network interface, and so a security group, of its own."""
    task = ecs.Ec2TaskDefinition(scope, id_, network_mode=ecs.NetworkMode.AWS_VPC)
    suppress_finding(
        task,
        "AwsSolutions-ECS2",
        "The variables are names, paths and numbers; the containers have no secrets.",
    )
    suppress_registry_login_finding(task.obtain_execution_role())
    return task


def create_init_process(task: ecs.Ec2TaskDefinition, id_: str) -> ecs.LinuxParameters:
    """An init process as the first one of a container.

    The first process ignores a signal for which it has no handler (pid_namespaces(7)), so without
    this a SIGTERM while Python imports is lost, and ECS waits for the whole stop timeout.
    """
    return ecs.LinuxParameters(task, id_, init_process_enabled=True)


def build_service_environment(gpu: GpuSettings) -> dict[str, str]:
    """The variables of gpu_service/settings.py for the vLLM of the same task."""
    variables = {
        "EDGEFILL_GPU_ENGINE": "openai",
        "EDGEFILL_GPU_URL": f"http://127.0.0.1:{VLLM_PORT}/v1",
        "EDGEFILL_GPU_URL_MODEL": gpu.model_name,
        "EDGEFILL_GPU_MODEL_NAME": gpu.model_name,
        "EDGEFILL_GPU_PORT": str(PORT),
        "EDGEFILL_GPU_SLOTS_IN_FLIGHT": str(gpu.concurrency),
        "EDGEFILL_GPU_DRAIN_S": str(DRAIN_S),
    }
    adapters = ",".join(f"{name}={name}" for name in gpu.adapters)
    return variables | ({"EDGEFILL_GPU_ADAPTERS": adapters} if adapters else {})


def add_vllm_container(
    task: ecs.Ec2TaskDefinition,
    *,
    gpu: GpuSettings,
    models: s3.Bucket,
    log_group: logs.ILogGroup,
    essential: bool = True,
) -> ecs.ContainerDefinition:
    """VLLM's unmodified image, on all GPUs of the machine, with the weights of `gpu.model`."""
    vllm = task.add_container(
        VLLM,
        image=ecs.ContainerImage.from_registry(gpu.vllm_image),
        essential=essential,
        gpu_count=gpu.gpus_per_machine,
        memory_reservation_mib=_reserve_memory_mib(gpu),
        linux_parameters=_share_memory(task, gpu),
        logging=ecs.LogDriver.aws_logs(stream_prefix="vllm", log_group=log_group),
        command=build_vllm_arguments(gpu, weights=models.s3_url_for_object(gpu.model)),
        environment=build_vllm_environment(Stack.of(task).region),
        start_timeout=Duration.seconds(START_S),
        stop_timeout=Duration.seconds(VLLM_STOP_S),
        health_check=build_health_check("python3", VLLM_PORT, start_s=300, retries=10),
    )
    for objects in list_model_objects(gpu):
        allow_objects(task.task_role, ["s3:GetObject"], models, objects)
    allow_actions(task.task_role, ["s3:ListBucket"], models.bucket_arn)
    if gpu.adapters:
        _add_adapter_container(task, vllm, gpu.adapters, models, log_group)
    return vllm


def wait_for_vllm(container: ecs.ContainerDefinition, vllm: ecs.ContainerDefinition) -> None:
    """Start `container` when vLLM is healthy; ECS stops them in the reverse order."""
    healthy = ecs.ContainerDependencyCondition.HEALTHY
    container.add_container_dependencies(ecs.ContainerDependency(container=vllm, condition=healthy))


def build_health_check(python: str, port: int, *, start_s: int, retries: int) -> ecs.HealthCheck:
    """Ask `/health`; failures count `start_s` seconds after the start, and then `retries` times.

    ECS ignores them altogether during the service's grace period of START_S.
    """
    return ecs.HealthCheck(
        command=["CMD", python, "-c", _PROBE.format(port=port)],
        interval=Duration.seconds(10),
        timeout=Duration.seconds(5),
        start_period=Duration.seconds(start_s),
        retries=retries,
    )


def _add_adapter_container(
    task: ecs.Ec2TaskDefinition,
    vllm: ecs.ContainerDefinition,
    adapters: tuple[str, ...],
    models: s3.Bucket,
    log_group: logs.ILogGroup,
) -> None:
    """Copy the adapters, a few megabytes each, to a volume before vLLM starts."""
    task.add_volume(name=ADAPTERS)
    chosen = [word for name in adapters for word in ("--include", f"{name}/*")]
    fetch = task.add_container(
        ADAPTER_FETCH,
        image=ecs.ContainerImage.from_registry(AWS_CLI),
        essential=False,
        memory_reservation_mib=128,
        linux_parameters=create_init_process(task, "AdaptersInit"),
        logging=ecs.LogDriver.aws_logs(stream_prefix="adapters", log_group=log_group),
        command=["s3", "sync", "--only-show-errors", "--exclude", "*", *chosen,
                 models.s3_url_for_object(ADAPTERS), ADAPTER_FOLDER],
    )  # fmt: skip
    for container, read_only in ((fetch, False), (vllm, True)):
        container.add_mount_points(
            ecs.MountPoint(
                container_path=ADAPTER_FOLDER, source_volume=ADAPTERS, read_only=read_only
            )
        )
    success = ecs.ContainerDependencyCondition.SUCCESS
    vllm.add_container_dependencies(ecs.ContainerDependency(container=fetch, condition=success))


def _reserve_memory_mib(gpu: GpuSettings) -> int:
    """Half of the smallest machine: enough to keep a second task of ours off it."""
    return min(each.memory_gb for each in gpu.types) * 512


def _share_memory(task: ecs.Ec2TaskDefinition, gpu: GpuSettings) -> ecs.LinuxParameters:
    """Workers of several GPUs exchange tensors through /dev/shm, which Docker limits to 64 MB."""
    mib = 1024 if gpu.gpus_per_machine == 1 else 8192
    return ecs.LinuxParameters(
        task, "VllmMemory", shared_memory_size=mib, init_process_enabled=True
    )
