"""The version of the model in a task definition of ECS: read, and replaced by another.

A version is a folder next to the others in the model bucket. Its name is vLLM's name of the model,
so it is in every answer (infra/service/gpu_task.py, infra/service/vllm_arguments.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from edgefill.core.errors import InputRefused

WEIGHTS, NAME = "--model", "--served-model-name"
NAME_VARIABLES = frozenset({"EDGEFILL_GPU_URL_MODEL", "EDGEFILL_GPU_MODEL_NAME"})
_VERSION = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
# docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
_REGISTERED = (
    "family", "taskRoleArn", "executionRoleArn", "networkMode", "containerDefinitions", "volumes",
    "placementConstraints", "requiresCompatibilities", "cpu", "memory", "pidMode", "ipcMode",
    "proxyConfiguration", "inferenceAccelerators", "ephemeralStorage", "runtimePlatform",
)  # fmt: skip


def check_version(version: str) -> str:
    """`version` if it can be the name of a folder and of a model; InputRefused otherwise."""
    if not _VERSION.fullmatch(version):
        raise InputRefused(
            f"version {version!r}: write up to 63 of a-z, 0-9, '.', '_' and '-', for example"
            " 2026-11-30"
        )
    return version


def read_version(definition: Mapping[str, Any]) -> str:
    """The version that the tasks of `definition` run; InputRefused when no container names one."""
    for container in definition["containerDefinitions"]:
        command = container.get("command", [])
        if NAME in command[:-1]:
            return str(command[command.index(NAME) + 1])
    raise InputRefused(
        f"task definition {definition.get('taskDefinitionArn', '')}: no container has the argument"
        f" {NAME}; deploy the stack again"
    )


def change_version(definition: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The arguments that register the same tasks with another version of the model."""
    fields = {name: definition[name] for name in _REGISTERED if definition.get(name)}
    containers = [
        _change_container(container, check_version(version))
        for container in definition["containerDefinitions"]
    ]
    return fields | {"containerDefinitions": containers}


def _change_container(container: Mapping[str, Any], version: str) -> dict[str, Any]:
    copy = dict(container)
    if "command" in container:
        copy["command"] = _change_command(container["command"], version)
    if "environment" in container:
        copy["environment"] = [
            {**row, "value": version} if row["name"] in NAME_VARIABLES else row
            for row in container["environment"]
        ]
    return copy


def _change_command(command: Sequence[str], version: str) -> list[str]:
    words = list(command)
    for index, word in enumerate(command[:-1]):
        if word == NAME:
            words[index + 1] = version
        elif word == WEIGHTS:
            words[index + 1] = f"{command[index + 1].rpartition('/')[0]}/{version}"
    return words
