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
STORED_TYPE = "AWS::SSM::Parameter::Value<String>"  # of a template's parameter
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
    data = json.loads(template.read_bytes())
    resources: Resources = data["Resources"]
    names = {name: name for name in resources} | read_parameters(data, assembly, stage) | PSEUDO
    service = _find_service(resources, template)
    (target,) = service["LoadBalancers"]
    rows = resources[service["TaskDefinition"]["Ref"]]["Properties"]["ContainerDefinitions"]
    task = parse_task_definition([resolve_value(row, row["Name"], names) for row in rows])
    group = resources[target["TargetGroupArn"]["Ref"]]["Properties"]
    return GpuServiceStack(
        task=task,
        service=target["ContainerName"],
        port=target["ContainerPort"],
        ready_path=group["HealthCheckPath"],
        grace_s=service.get("HealthCheckGracePeriodSeconds", 0),
        sources=_find_sources(task, template),
    )


def read_parameters(template: Mapping[str, Any], assembly: Path, stage: str) -> dict[str, str]:
    """What CloudFormation reads from Systems Manager for `template`: values by parameter.

    They are the values that stacks of the stage give their own parameters, such as the model's live
    version. AWS's, such as the newest machine image, are left out.
    """
    stored = {
        row["Properties"]["Name"]: row["Properties"]["Value"]
        for file in assembly.glob(f"Edgefill-{stage}-*.template.json")
        for row in json.loads(file.read_bytes())["Resources"].values()
        if row["Type"] == "AWS::SSM::Parameter"
    }
    return {
        name: stored[row["Default"]]
        for name, row in template.get("Parameters", {}).items()
        if row["Type"] == STORED_TYPE and row["Default"] in stored
    }


def resolve_value(value: Any, place: str, names: Mapping[str, str]) -> Any:
    """`value` with intrinsic functions resolved; InputRefused for one that is not known here.

    `names` has what `Ref` gives. A value that another stack exports becomes the last part of the
    export's name in lower case, which is also a valid name of a bucket.
    """
    if isinstance(value, list):
        return [resolve_value(each, f"{place}.{index}", names) for index, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    name = next(iter(value), "")
    if len(value) == 1 and (name == "Ref" or name.startswith("Fn::")):
        return _resolve_function(name, value[name], place, names)
    return {name: resolve_value(each, f"{place}.{name}", names) for name, each in value.items()}


def _resolve_function(name: str, argument: Any, place: str, names: Mapping[str, str]) -> Any:
    if name == "Fn::Join":
        return argument[0].join(resolve_value(argument[1], place, names))
    if name == "Fn::Sub" and isinstance(argument, str):
        return _VARIABLE.sub(lambda match: PSEUDO.get(match[1], match[1]), argument)
    if name == "Fn::ImportValue" and isinstance(argument, str):
        return argument.rpartition(":")[2].lower()[:MAX_BUCKET_CHARS]
    if name == "Ref" and argument in names:
        return names[argument]
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
