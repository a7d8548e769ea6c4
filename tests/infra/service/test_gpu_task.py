"""The task of the GPU service: vLLM's own container with ours next to it."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from edgefill.local.gpu_rehearsal.assembly import read_gpu_service
from edgefill.local.gpu_rehearsal.substitutions import substitute
from gpu_service.settings import read_settings
from infra.gpu_settings import GpuSettings
from infra.service.gpu_task import (
    DRAIN_S,
    PORT,
    SERVICE,
    START_S,
    STOP_S,
    VLLM,
    VLLM_STOP_S,
    VLLM_TEARDOWN_S,
    create_gpu_task,
)
from infra.settings import PROD
from tests.infra.service.conftest import find_all, find_task, list_statements

SPOT_NOTICE_S = 120


def read_environment(container: dict[str, Any]) -> dict[str, str]:
    return {row["Name"]: row["Value"] for row in container["Environment"]}


def test_vllm_runs_unmodified_next_to_our_service(stage: Template) -> None:
    """P0-4: two containers, both essential, in one network; only ours is built here."""
    containers = find_task(stage, SERVICE)
    assert list(containers) == [VLLM, SERVICE]
    assert PROD.gpu is not None
    assert containers[VLLM]["Image"] == PROD.gpu.vllm_image
    assert "dkr.ecr" in json.dumps(containers[SERVICE]["Image"])
    assert all(each["Essential"] for each in containers.values())
    modes = {row["NetworkMode"] for row in find_all(stage, "AWS::ECS::TaskDefinition")}
    assert modes == {"awsvpc"}


def test_vllm_has_every_gpu_of_the_machine_and_ours_none(stage: Template) -> None:
    """The model is divided over as many as the machine has."""
    containers = find_task(stage, SERVICE)
    assert PROD.gpu is not None
    count = str(PROD.gpu.gpus_per_machine)
    assert containers[VLLM]["ResourceRequirements"] == [{"Type": "GPU", "Value": count}]
    command = containers[VLLM]["Command"]
    assert command[command.index("--tensor-parallel-size") + 1] == count
    assert "ResourceRequirements" not in containers[SERVICE]


def test_the_service_starts_when_vllm_is_healthy(stage: Template) -> None:
    """Both have a health check; vLLM's may take as long as a model needs to load."""
    containers = find_task(stage, SERVICE)
    assert containers[SERVICE]["DependsOn"] == [{"Condition": "HEALTHY", "ContainerName": VLLM}]
    for container in containers.values():
        assert "/health" in json.dumps(container["HealthCheck"]["Command"])
    assert containers[VLLM]["HealthCheck"]["StartPeriod"] == 300
    assert containers[VLLM]["StartTimeout"] == START_S


def test_both_containers_stop_within_the_notice_of_a_spot_machine(stage: Template) -> None:
    """The service drains first, then vLLM; ECS stops them in the reverse order of their start."""
    containers = find_task(stage, SERVICE)
    assert containers[SERVICE]["StopTimeout"] == STOP_S > DRAIN_S
    assert containers[VLLM]["StopTimeout"] == VLLM_STOP_S
    assert STOP_S + VLLM_STOP_S < SPOT_NOTICE_S
    command = containers[VLLM]["Command"]
    drain_s = int(command[command.index("--shutdown-timeout") + 1])
    assert drain_s + VLLM_TEARDOWN_S <= containers[VLLM]["StopTimeout"]
    for targets in find_all(stage, "AWS::ElasticLoadBalancingV2::TargetGroup"):
        delay = {row["Key"]: row["Value"] for row in targets["TargetGroupAttributes"]}
        assert delay["deregistration_delay.timeout_seconds"] == str(DRAIN_S)


def test_the_service_asks_vllm_over_the_tasks_own_network(stage: Template) -> None:
    """Its environment has valid settings for engine `openai`, at the port that vLLM serves."""
    containers = find_task(stage, SERVICE)
    settings = read_settings(read_environment(containers[SERVICE]))
    command = containers[VLLM]["Command"]
    assert settings.engine == "openai"
    assert settings.url == f"http://127.0.0.1:{command[command.index('--port') + 1]}/v1"
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert settings.url_model == command[command.index("--served-model-name") + 1]
    assert settings.slots_in_flight == int(command[command.index("--max-num-seqs") + 1])
    assert (settings.port, settings.drain_s) == (PORT, DRAIN_S)
    assert "PortMappings" not in containers[VLLM]


def test_weights_are_streamed_from_the_model_bucket(stage: Template) -> None:
    """The live version's; the task may read all versions, and asks Hugging Face for nothing."""
    vllm = find_task(stage, SERVICE)[VLLM]
    command = vllm["Command"]
    *_, folder, version = command[command.index("--model") + 1]["Fn::Join"][1]
    assert folder == "/models/"
    assert stage.to_json()["Parameters"][version["Ref"]]["Type"].startswith("AWS::SSM::Parameter")
    assert command[command.index("--served-model-name") + 1] == version
    assert command[command.index("--load-format") + 1] == "runai_streamer"
    environment = read_environment(vllm)
    assert environment["HF_HUB_OFFLINE"] == environment["VLLM_NO_USAGE_STATS"] == "1"
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    reads = [row for row in list_statements(stage) if "/models/*" in json.dumps(row)]
    assert reads
    assert {json.dumps(row["Action"]) for row in reads} == {'"s3:GetObject"'}


def test_every_container_ends_on_a_signal_at_any_time(stage: Template) -> None:
    """Without an init process, a SIGTERM that comes while Python imports is lost."""
    for task in find_all(stage, "AWS::ECS::TaskDefinition"):
        for container in task["ContainerDefinitions"]:
            assert container["LinuxParameters"]["InitProcessEnabled"], container["Name"]


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_rehearsal_knows_every_part_of_the_task(assembly: Path, name: str) -> None:
    """`make rehearse-gpu` runs it: no property, flag or variable is new to it."""
    stack = read_gpu_service(assembly, name)
    assert [each.name for each in stack.task.containers] == [VLLM, SERVICE]
    assert (stack.service, stack.port, stack.ready_path) == (SERVICE, PORT, "/ready")
    assert stack.grace_s == START_S
    assert list(stack.sources) == [SERVICE]
    values = {"s3": "", "bin": "", "home": ""}
    for container in stack.task.containers:
        assert substitute(container, entry_point=(), values=values).differences


def test_images_are_built_for_the_machines_on_any_laptop(assembly: Path) -> None:
    """P1-7: every image of every stage is for x86-64."""
    images = [
        image["source"]
        for path in assembly.glob("*.assets.json")
        for image in json.loads(path.read_bytes())["dockerImages"].values()
    ]
    assert images
    assert {image["platform"] for image in images} == {"linux/amd64"}


@pytest.fixture(scope="module")
def with_adapters() -> Template:
    stack = Stack(App(), "Adapters", env=Environment(account="000000000000", region="us-east-1"))
    create_gpu_task(
        stack,
        gpu=GpuSettings(adapters=("judge", "writer")),
        image=ecs.ContainerImage.from_registry("service"),
        models=s3.Bucket(stack, "Models"),
        log_group=logs.LogGroup(stack, "Log"),
    )
    return Template.from_stack(stack)


def test_adapters_are_copied_before_vllm_starts(with_adapters: Template) -> None:
    """vLLM reads them from folders; only the chosen ones are copied and may be read."""
    containers = find_task(with_adapters, SERVICE)
    fetch, vllm = containers["adapters"], containers[VLLM]
    assert fetch["Essential"] is False
    assert [word for word in fetch["Command"] if word in ("judge/*", "writer/*")]
    assert vllm["DependsOn"] == [{"Condition": "SUCCESS", "ContainerName": "adapters"}]
    assert vllm["MountPoints"][0]["ReadOnly"] is True
    assert "judge=/adapters/judge" in vllm["Command"]
    environment = read_environment(containers[SERVICE])
    assert environment["EDGEFILL_GPU_ADAPTERS"] == "judge=judge,writer=writer"
    assert "/adapters/judge/*" in json.dumps(list_statements(with_adapters))
