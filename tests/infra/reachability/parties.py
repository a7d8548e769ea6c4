"""Finds the ends of connections in the service stack: by what they run, never by logical id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.infra.reachability.network import Party
from tests.infra.stage_templates import StageTemplates

STACK = "Service"
FUNCTIONS = {
    "lambdas.api.handler.handler": "api",
    "lambdas.api.worker.handler": "worker",
    "lambdas.rollout.smoke_hook.handler": "smoke test",
}
BRIDGE_PORTS = range(32768, 65536)  # of tasks without a network interface of their own


def find_parties(stage: StageTemplates) -> list[Party]:
    """The functions in the network, balancer, tasks and machines."""
    machines = dict(_find_machines(stage))
    services = list(_list(stage, "AWS::ECS::Service"))
    clusters = {_name(stage, row["Cluster"]): "gpu" for _, row in services}
    parties = [*_find_functions(stage), *_find_balancers(stage)]
    for _, row in services:
        parties += _find_task(stage, row, machines)
    for cluster, (groups, subnets, public) in machines.items():
        name = f"{clusters.get(cluster, 'batch')} machine"
        parties.append(Party(name=name, groups=groups, subnets=subnets, public=public))
    return [*parties, *_find_shards(stage)]


def _find_functions(stage: StageTemplates) -> Iterator[Party]:
    for _, row in _list(stage, "AWS::Lambda::Function"):
        if "VpcConfig" in row:
            groups, subnets = row["VpcConfig"]["SecurityGroupIds"], row["VpcConfig"]["SubnetIds"]
            yield _make(stage, FUNCTIONS[row["Handler"]], groups, subnets)


def _find_balancers(stage: StageTemplates) -> Iterator[Party]:
    ports = {row["Port"] for _, row in _list(stage, "AWS::ElasticLoadBalancingV2::Listener")}
    for _, row in _list(stage, "AWS::ElasticLoadBalancingV2::LoadBalancer"):
        yield _make(
            stage,
            "balancer",
            row["SecurityGroups"],
            row["Subnets"],
            ports=frozenset(ports),
            public=row.get("Scheme", "internet-facing") != "internal",
        )


Machines = tuple[frozenset[str], frozenset[str], bool]


def _find_task(
    stage: StageTemplates, service: dict[str, Any], machines: dict[str, Machines]
) -> Iterator[Party]:
    """A task has its own groups and port, or else its machines' groups and any high port."""
    if "NetworkConfiguration" in service:
        (balanced,) = service["LoadBalancers"]
        port = balanced["ContainerPort"]
        network = service["NetworkConfiguration"]["AwsvpcConfiguration"]
        yield _make_task(stage, "gpu task", network, ports=range(port, port + 1))
        return
    groups, subnets, public = machines[_name(stage, service["Cluster"])]
    yield Party(name="gpu task", groups=groups, subnets=subnets, public=public, ports=BRIDGE_PORTS)


def _make_task(stage: StageTemplates, name: str, network: dict[str, Any], ports: range) -> Party:
    return _make(
        stage,
        name,
        network["SecurityGroups"],
        network["Subnets"],
        ports=ports,
        public=network.get("AssignPublicIp") == "ENABLED",
    )


def _find_shards(stage: StageTemplates) -> Iterator[Party]:
    """Batch's tasks, which the state machine runs; nothing listens in them."""
    for _, row in _list(stage, "AWS::StepFunctions::StateMachine"):
        for state in _list_states(json.loads(_name(stage, row["DefinitionString"]))):
            if "ecs:runTask" in state.get("Resource", ""):
                network = state["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
                yield _make_task(stage, "batch task", network, ports=range(0))


def _list_states(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for state in definition["States"].values():
        yield state
        for key in ("ItemProcessor", "Iterator"):
            if key in state:
                yield from _list_states(state[key])


def _find_machines(stage: StageTemplates) -> Iterator[tuple[str, Machines]]:
    """Cluster, and the groups and subnets of all of its machines."""
    templates = dict(_list(stage, "AWS::EC2::LaunchTemplate"))
    scaling = dict(_list(stage, "AWS::AutoScaling::AutoScalingGroup"))
    providers = dict(_list(stage, "AWS::ECS::CapacityProvider"))
    public = {id_ for id_, row in _list(stage, "AWS::EC2::Subnet") if row["MapPublicIpOnLaunch"]}
    for _, row in _list(stage, "AWS::ECS::ClusterCapacityProviderAssociations"):
        groups, subnets = set[str](), set[str]()
        for provider in row["CapacityProviders"]:
            arn = providers[_name(stage, provider)]["AutoScalingGroupProvider"]
            group = scaling[_name(stage, arn["AutoScalingGroupArn"])]
            data = templates[_name(stage, _find_template_id(group))]["LaunchTemplateData"]
            groups |= {_name(stage, each) for each in data["SecurityGroupIds"]}
            subnets |= {_name(stage, each) for each in group["VPCZoneIdentifier"]}
        machines = frozenset(groups), frozenset(subnets), subnets <= public
        yield _name(stage, row["Cluster"]), machines


def _find_template_id(group: dict[str, Any]) -> Any:
    if "LaunchTemplate" in group:
        return group["LaunchTemplate"]["LaunchTemplateId"]
    mixed = group["MixedInstancesPolicy"]["LaunchTemplate"]
    return mixed["LaunchTemplateSpecification"]["LaunchTemplateId"]


def _make(
    stage: StageTemplates, name: str, groups: list[Any], subnets: list[Any], **facts: Any
) -> Party:
    return Party(
        name=name,
        groups=frozenset(_name(stage, each) for each in groups),
        subnets=frozenset(_name(stage, each) for each in subnets),
        **facts,
    )


def _list(stage: StageTemplates, type_: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for stack, id_, row in stage.find_all(type_):
        if stack == STACK:
            yield f"<{stack}.{id_}>", row


def _name(stage: StageTemplates, value: Any) -> str:
    return stage.resolve(value, STACK)
