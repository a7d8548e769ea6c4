"""Reads the GPU service from a cloud assembly: its task, its readiness check and its image.

`cdk synth -o FOLDER` writes the assembly. The service is the ECS service behind a load balancer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.task_definition import TaskDefinition, parse_task_definition

PSEUDO = {"AWS::URLSuffix": "amazonaws.com", "AWS::Region": "us-east-1", "AWS::Partition": "aws"}
MAX_BUCKET_CHARS = 63
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
Resources = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSource:
    """The folder from which `docker build` makes an image, and the Dockerfile in it."""

    folder: Path
    dockerfile: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuServiceStack:
    """What the synthesised stack says of the GPU service.

    `service` and `port` are the container and port that the load balancer calls, `ready_path` is
    the path that it checks. `grace_s` is the service's health check grace period. `sources` has the
    image source of each container that has one.
    """

    task: TaskDefinition
    service: str
    port: int
    ready_path: str
    grace_s: float
    sources: Mapping[str, ImageSource]


def read_gpu_service(assembly: Path, stage: str) -> GpuServiceStack:
    """Read the service stack of a stage; InputRefused names what the assembly does not have."""
    template = assembly / f"Edgefill-{stage}-Service.template.json"
    if not template.exists():
        raise InputRefused(
            f"{template} does not exist; write it with `cdk synth -c stage={stage} -o {assembly}`"
        )
    resources: Resources = json.loads(template.read_bytes())["Resources"]
    service = _find_service(resources, template)
    (target,) = service["LoadBalancers"]
    rows = resources[service["TaskDefinition"]["Ref"]]["Properties"]["ContainerDefinitions"]
    task = parse_task_definition([resolve_value(row, row["Name"]) for row in rows])
    group = resources[target["TargetGroupArn"]["Ref"]]["Properties"]
    return GpuServiceStack(
        task=task,
        service=target["ContainerName"],
        port=target["ContainerPort"],
        ready_path=group["HealthCheckPath"],
        grace_s=service.get("HealthCheckGracePeriodSeconds", 0),
        sources=_find_sources(task, template),
    )


def resolve_value(value: Any, place: str) -> Any:
    """`value` with intrinsic functions resolved; InputRefused for one that is not known here.

    A value that another stack exports becomes the last part of the export's name in lower case,
    which is also a valid name of a bucket. A resource becomes its logical id.
    """
    if isinstance(value, list):
        return [resolve_value(each, f"{place}.{number}") for number, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    name = next(iter(value), "")
    if len(value) == 1 and (name == "Ref" or name.startswith("Fn::")):
        return _resolve_function(name, value[name], place)
    return {name: resolve_value(each, f"{place}.{name}") for name, each in value.items()}


def _resolve_function(name: str, argument: Any, place: str) -> Any:
    if name == "Fn::Join":
        return argument[0].join(resolve_value(argument[1], place))
    if name == "Fn::Sub" and isinstance(argument, str):
        return _VARIABLE.sub(lambda match: PSEUDO.get(match[1], match[1]), argument)
    if name == "Fn::ImportValue" and isinstance(argument, str):
        return argument.rpartition(":")[2].lower()[:MAX_BUCKET_CHARS]
    if name == "Ref":
        return PSEUDO.get(argument, argument)
    raise InputRefused(f"{place}: the rehearsal does not resolve {name} {argument}")


def _find_service(resources: Resources, template: Path) -> Mapping[str, Any]:
    services: list[Mapping[str, Any]] = [
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::ECS::Service" and each["Properties"].get("LoadBalancers")
    ]
    if len(services) != 1:
        raise InputRefused(
            f"{template}: {len(services)} ECS services behind a load balancer instead of one;"
            " choose a stage with `gpu` in infra/settings.py"
        )
    return services[0]


def _find_sources(task: TaskDefinition, template: Path) -> dict[str, ImageSource]:
    """The image sources of the containers whose images the CDK builds, by their tags."""
    assets = template.with_name(template.name.replace(".template.", ".assets."))
    images = json.loads(assets.read_bytes()).get("dockerImages", {})
    sources = {}
    for container in task.containers:
        if image := images.get(container.image.rpartition(":")[2]):
            folder = template.parent / image["source"]["directory"]
            dockerfile = folder / image["source"].get("dockerFile", "Dockerfile")
            sources[container.name] = ImageSource(folder=folder, dockerfile=dockerfile)
    return sources
