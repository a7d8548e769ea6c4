"""A GPU service with one version of a model in moto, as the service stack deploys it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from edgefill.operations.rollout.target import RolloutTarget, parse_target
from infra.rollout.configuration import build_canary, build_rest, build_rolling

CLUSTER, SERVICE, BUCKET = "gpu", "gpu", "edgefill-prod-models"
STAGE, LIVE_PARAMETER = "prod", "/edgefill/prod/model"
ALARMS = ["errors", "fallbacks"]
HOOK, ROLE = (
    "arn:aws:lambda:us-east-1:123456789012:function:smoke",
    "arn:aws:iam::123456789012:role/hook",
)


def describe_target(*, is_double: bool = True, instance_type: str = "g6.xlarge") -> str:
    """The value of the parameter that the service stack writes."""
    canary = build_canary(ALARMS, hook=HOOK, role=ROLE)
    return json.dumps(
        {
            "cluster": CLUSTER,
            "service": SERVICE,
            "bucket": BUCKET,
            "folder": "models",
            "live_parameter": LIVE_PARAMETER,
            "instance_types": [instance_type],
            "deployment": canary if is_double else build_rolling(ALARMS),
            "rest": build_rest(is_double=is_double),
        }
    )


def make_target(*, is_double: bool = True) -> RolloutTarget:
    return parse_target(describe_target(is_double=is_double))


def describe_task(version: str = "default") -> dict[str, Any]:
    """The arguments that register the task of a version (infra/service/gpu_task.py)."""
    return {
        "family": "gpu",
        "networkMode": "awsvpc",
        "containerDefinitions": [
            {
                "name": "vllm",
                "image": "vllm/vllm-openai:v0.32.0",
                "memoryReservation": 8192,
                "command": [
                    *("--model", f"s3://{BUCKET}/models/{version}"),
                    *("--served-model-name", version, "--port", "8000"),
                ],
                "environment": [{"name": "HF_HUB_OFFLINE", "value": "1"}],
            },
            {
                "name": "gpu-service",
                "image": "gpu-service",
                "memoryReservation": 512,
                "environment": [
                    {"name": "EDGEFILL_GPU_URL_MODEL", "value": version},
                    {"name": "EDGEFILL_GPU_MODEL_NAME", "value": version},
                    {"name": "EDGEFILL_GPU_PORT", "value": "8090"},
                ],
            },
        ],
    }


def create_service(ecs: Any, ssm: Any, *, desired: int = 1, is_double: bool = True) -> None:
    """Cluster, task, service and both parameters."""
    ecs.create_cluster(clusterName=CLUSTER)
    ecs.register_task_definition(**describe_task())
    ecs.create_service(
        cluster=CLUSTER, serviceName=SERVICE, taskDefinition="gpu", desiredCount=desired
    )
    if desired:  # moto counts running tasks when the number is set again
        ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=desired)
    ssm.put_parameter(Name=LIVE_PARAMETER, Value="default", Type="String")
    value = describe_target(is_double=is_double)
    ssm.put_parameter(Name=f"/edgefill/{STAGE}/model-rollout", Value=value, Type="String")


def read_task(ecs: Any) -> Mapping[str, Any]:
    """The task definition of the service."""
    (row,) = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
    task: Mapping[str, Any] = ecs.describe_task_definition(taskDefinition=row["taskDefinition"])[
        "taskDefinition"
    ]
    return task
