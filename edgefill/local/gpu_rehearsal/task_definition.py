"""A task definition of ECS as values, read from resolved CloudFormation properties.

Only what the rehearsal models is read; a property that it does not know is refused. Source of
properties and defaults: docs.aws.amazon.com/AmazonECS/latest/developerguide,
task_definition_parameters_ec2; where that page leaves a default to the agent, ecs-agent-config.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from edgefill.core.errors import InputRefused

CONDITIONS = ("START", "COMPLETE", "SUCCESS", "HEALTHY")
AGENT_STOP_S = 30  # ECS_CONTAINER_STOP_TIMEOUT
AGENT_START_S = 180  # ECS_CONTAINER_START_TIMEOUT
MODELLED = frozenset({
    "Name", "Image", "Command", "Environment", "Essential", "DependsOn", "HealthCheck",
    "StartTimeout", "StopTimeout", "PortMappings",
})  # fmt: skip
# Properties without an effect on a process of this machine: what happens to each of them here.
NOT_MODELLED = {
    "LinuxParameters": "no limit of shared memory; no init process, which only forwards signals",
    "LogConfiguration": "the output is written to a file",
    "MemoryReservation": "the machine has no other task",
    "ResourceRequirements": "no GPU: vLLM's CPU build",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerHealthCheck:
    """How ECS asks whether a container is healthy; times are in seconds."""

    command: tuple[str, ...]  # as a process is started, without CMD
    interval_s: float = 30
    timeout_s: float = 5
    retries: int = 3
    start_period_s: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerDefinition:
    """One container of a task; `depends_on` maps a container's name to a condition."""

    name: str
    image: str
    command: tuple[str, ...] = ()  # (): the image's own
    environment: Mapping[str, str] = field(default_factory=dict)
    essential: bool = True
    depends_on: Mapping[str, str] = field(default_factory=dict)
    health_check: ContainerHealthCheck | None = None
    start_timeout_s: float = AGENT_START_S  # until a container that depends on it gives up
    stop_timeout_s: float = AGENT_STOP_S  # between the stop signal and SIGKILL
    ports: tuple[int, ...] = ()
    not_modelled: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefinition:
    """The containers of a task, in the order in which they start; ECS stops them in reverse."""

    containers: tuple[ContainerDefinition, ...]

    def find(self, name: str) -> ContainerDefinition:
        """The container `name`; InputRefused lists the containers."""
        for container in self.containers:
            if container.name == name:
                return container
        names = ", ".join(each.name for each in self.containers)
        raise InputRefused(f"the task has no container {name!r}; it has {names}")


def parse_task_definition(rows: Sequence[Mapping[str, Any]]) -> TaskDefinition:
    """The task of resolved ContainerDefinitions; InputRefused names container and property."""
    containers = {row["Name"]: _parse_container(row) for row in rows}
    for container in containers.values():
        _check_dependencies(container, containers)
    if not any(each.essential for each in containers.values()):
        raise InputRefused("ContainerDefinitions: no container is essential, which ECS refuses")
    sorter = TopologicalSorter({name: each.depends_on for name, each in containers.items()})
    try:
        order = tuple(sorter.static_order())
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise InputRefused(f"DependsOn: no container can start first: {circle}") from None
    return TaskDefinition(containers=tuple(containers[name] for name in order))


def _parse_container(row: Mapping[str, Any]) -> ContainerDefinition:
    name = row["Name"]
    if unknown := sorted(row.keys() - MODELLED - NOT_MODELLED.keys()):
        raise InputRefused(
            f"container {name}: {unknown[0]}: the rehearsal does not model this property; add it to"
            " edgefill/local/gpu_rehearsal/task_definition.py"
        )
    if not row.get("LinuxParameters", {}).get("InitProcessEnabled"):
        raise InputRefused(
            f"container {name}: LinuxParameters.InitProcessEnabled: not true; the first process of"
            " a container ignores a signal without a handler, and a process here does not"
        )
    return ContainerDefinition(
        name=name,
        image=row["Image"],
        command=tuple(row.get("Command", ())),
        environment={each["Name"]: each["Value"] for each in row.get("Environment", ())},
        essential=row.get("Essential", True),
        depends_on={each["ContainerName"]: each["Condition"] for each in row.get("DependsOn", ())},
        health_check=_parse_health_check(name, row["HealthCheck"])
        if "HealthCheck" in row
        else None,
        start_timeout_s=row.get("StartTimeout", AGENT_START_S),
        stop_timeout_s=row.get("StopTimeout", AGENT_STOP_S),
        ports=tuple(each["ContainerPort"] for each in row.get("PortMappings", ())),
        not_modelled={key: row[key] for key in NOT_MODELLED if key in row},
    )


def _parse_health_check(name: str, row: Mapping[str, Any]) -> ContainerHealthCheck:
    kind, *words = row["Command"]
    if kind not in ("CMD", "CMD-SHELL") or not words:
        raise InputRefused(f"container {name}: HealthCheck.Command: starts with {kind!r}, not CMD")
    command = ("/bin/sh", "-c", words[0]) if kind == "CMD-SHELL" else tuple(words)
    usual = ContainerHealthCheck(command=command)
    return ContainerHealthCheck(
        command=command,
        interval_s=row.get("Interval", usual.interval_s),
        timeout_s=row.get("Timeout", usual.timeout_s),
        retries=row.get("Retries", usual.retries),
        start_period_s=row.get("StartPeriod", usual.start_period_s),
    )


def _check_dependencies(
    container: ContainerDefinition, containers: Mapping[str, ContainerDefinition]
) -> None:
    for other, condition in container.depends_on.items():
        place = f"container {container.name}: DependsOn: {other}"
        if other not in containers:
            raise InputRefused(f"{place}: the task has no such container")
        if condition not in CONDITIONS:
            raise InputRefused(f"{place}: {condition!r} is not one of {', '.join(CONDITIONS)}")
        if condition == "HEALTHY" and containers[other].health_check is None:
            raise InputRefused(f"{place}: HEALTHY, but it has no health check")
        if condition in ("COMPLETE", "SUCCESS") and containers[other].essential:
            raise InputRefused(f"{place}: {condition}, but ECS ends the task when it ends")
