"""Every connection that the stack needs is possible, and no other."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.infra.reachability.network import Network
from tests.infra.reachability.parties import find_parties
from tests.infra.stage_templates import Stage, StageTemplates, read_stage

SERVICES = ("s3", "dynamodb", "sqs", "ecs", "ecr", "logs", "ssm", "internet")
# Ports of this stack, and those at which an open group would be found first.
PORTS = (22, 80, 443, 3389, 8000, 8080, 8090, 32768, 65535)

Flow = tuple[str, str]
Flows = dict[Flow, str]

# What connects to what, and how. S3 has releases and weights, DynamoDB and SQS the miss path's
# state; by ECS the API wakes the service. `internet` is the registry of vLLM's image and a judge.
PRIVATE: Flows = {
    ("api", "balancer:80"): "network",
    ("worker", "balancer:80"): "network",
    ("balancer", "gpu task:8090"): "network",
    **{
        (source, service): way
        for source in ("api", "worker")
        for service, way in {
            "s3": "gateway endpoint",
            "dynamodb": "gateway endpoint",
            "sqs": "endpoint",
            "ecs": "endpoint",
        }.items()
    },
}


def list_outbound(sources: tuple[str, ...], way: str) -> Flows:
    """The connections to AWS and the internet of `sources`; endpoints with names take theirs."""
    ways = dict.fromkeys(SERVICES, way) | {
        "s3": "gateway endpoint",
        "dynamodb": "gateway endpoint",
        "sqs": "endpoint",
        "ecs": "endpoint",
    }
    return {
        (source, service): ways[service]
        for source in sources
        for service in SERVICES
        if ways[service]
    }


MACHINES = ("gpu machine", "batch machine")  # they pull images, write logs, register with ECS
TASKS = ("gpu task", "batch task")
FLOWS = {
    # Without a NAT gateway machines have public addresses, and tasks, which have none, reach the
    # endpoints only.
    "dev": PRIVATE | list_outbound(MACHINES, "internet gateway") | list_outbound(TASKS, ""),
    # Only prod has room for two versions of the model, and so a smoke test of the new one, which
    # calls nothing but it.
    "prod": PRIVATE
    | list_outbound((*MACHINES, *TASKS), "NAT gateway")
    | {("smoke test", "balancer:8080"): "network"},
}


def find_flows(templates: Stage) -> Flows:
    """Every connection that the templates make possible."""
    stage = StageTemplates(templates)
    network, parties = Network(stage), find_parties(stage)
    inside = {
        (source.name, f"{target.name}:{port}"): "network"
        for source in parties
        for target in parties
        for port in PORTS
        if network.connects(source, target, port)
    }
    outbound = {
        (source.name, service): way
        for source in parties
        for service in SERVICES
        if (way := network.find_way(source, service))
    }
    inbound = {
        ("anybody", f"{target.name}:{port}"): "internet gateway"
        for target in parties
        for port in PORTS
        if network.admits_internet(target, port)
    }
    return inside | outbound | inbound


def compare(templates: Stage, expected: Flows) -> list[str]:
    """What is impossible, what should be, and what goes another way."""
    found = find_flows(templates)
    return sorted(
        f"{source} -> {target}: {found.get((source, target)) or 'impossible'}, "
        f"not {expected.get((source, target)) or 'impossible'}"
        for source, target in found.keys() | expected.keys()
        if found.get((source, target)) != expected.get((source, target))
    )


@pytest.mark.parametrize("stage", FLOWS)
def test_every_flow_of_the_table_is_possible_and_no_other(assembly: Path, stage: str) -> None:
    """From groups, subnets, routes and endpoints of the service stack."""
    assert compare(read_stage(assembly, stage), FLOWS[stage]) == []


@pytest.mark.parametrize("stage", FLOWS)
def test_the_edge_reaches_nothing_private(assembly: Path, stage: str) -> None:
    """Its function is in no network, and no origin is: the API's URL asks for a signature."""
    templates = StageTemplates(read_stage(assembly, stage))
    (function,) = (
        row for stack, _, row in templates.find_all("AWS::Lambda::Function") if stack == "Edge"
    )
    assert "VpcConfig" not in function
    ((_, _, distribution),) = templates.find_all("AWS::CloudFront::Distribution")
    origins = distribution["DistributionConfig"]["Origins"]
    assert [each for each in origins if "VpcOriginConfig" in each] == []
    assert {row["AuthType"] for _, _, row in templates.find_all("AWS::Lambda::Url")} == {"AWS_IAM"}
    assert [
        stack for stack, _, _ in templates.find_all("AWS::EC2::SecurityGroup") if stack != "Service"
    ] == []


def test_the_rehearsal_has_no_network(assembly: Path) -> None:
    """Stage `local` has an existing GPU service."""
    assert StageTemplates(read_stage(assembly, "local")).list_types("AWS::EC2::") == set()


def find_ids(templates: Stage, type_: str, **properties: Any) -> list[str]:
    resources = templates["Service"]["Resources"]
    return [
        id_
        for id_, row in resources.items()
        if row["Type"] == type_
        and all(row["Properties"].get(key) == value for key, value in properties.items())
    ]


def delete(type_: str, **properties: Any) -> Any:
    """A fault: the first resource with these properties is missing."""
    return lambda templates: templates["Service"]["Resources"].pop(
        find_ids(templates, type_, **properties)[0]
    )


def change(type_: str, found_by: dict[str, Any], **properties: Any) -> Any:
    """A fault: the first resource with these properties has others, too."""

    def plant(templates: Stage) -> None:
        id_ = find_ids(templates, type_, **found_by)[0]
        templates["Service"]["Resources"][id_]["Properties"].update(properties)

    return plant


OPEN = [{"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}]
NOTHING = [{"CidrIp": "255.255.255.255/32", "IpProtocol": "icmp", "FromPort": 252, "ToPort": 86}]
MACHINE_GROUP = {"GroupDescription": "GPU machines; no inbound connection"}
TASK_GROUP = {"GroupDescription": "Tasks of the GPU service"}
CALLERS = {"GroupDescription": "May ask the GPU service for templates"}
TEST = {"FromPort": 8080}
TESTERS = {"GroupDescription": "May test a new model before it has traffic"}
INGRESS, EGRESS = "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"
GROUP, ENDPOINT = "AWS::EC2::SecurityGroup", "AWS::EC2::VPCEndpoint"
SQS, ECS = ({"ServiceName": f"com.amazonaws.us-east-1.{name}"} for name in ("sqs", "ecs"))


def forbid_balancer(templates: Stage) -> None:
    """The old template's fault: the balancer's group lets nothing out (P0-1)."""
    delete(EGRESS, FromPort=8090)(templates)
    ((group,), resources) = (
        {row["GroupId"]["Fn::GetAtt"][0] for row in find_rows(templates, INGRESS, FromPort=80)},
        templates["Service"]["Resources"],
    )
    resources[group]["Properties"]["SecurityGroupEgress"] = NOTHING


def find_rows(templates: Stage, type_: str, **properties: Any) -> list[Any]:
    resources = templates["Service"]["Resources"]
    return [resources[id_]["Properties"] for id_ in find_ids(templates, type_, **properties)]


def move_api(templates: Stage) -> None:
    """The API in the machines' subnets, whose functions get no public address."""
    machines = find_rows(templates, "AWS::AutoScaling::AutoScalingGroup")[0]
    (api,) = find_rows(templates, "AWS::Lambda::Function", Handler="lambdas.api.handler.handler")
    api["VpcConfig"]["SecurityGroupIds"] = [
        {"Fn::GetAtt": [find_ids(templates, GROUP, **TASK_GROUP)[0], "GroupId"]}
    ]
    api["VpcConfig"]["SubnetIds"] = machines["VPCZoneIdentifier"]


@pytest.mark.parametrize(
    ("plant", "finding"),
    [
        (delete(INGRESS, FromPort=8090), "balancer -> gpu task:8090: impossible, not network"),
        (delete(INGRESS, FromPort=80), "api -> balancer:80: impossible, not network"),
        (forbid_balancer, "balancer -> gpu task:8090: impossible, not network"),
        (delete(ENDPOINT, **SQS), "api -> sqs: impossible, not endpoint"),
        (delete(ENDPOINT, **ECS), "api -> ecs: impossible, not endpoint"),
        (delete(ENDPOINT, VpcEndpointType="Gateway"), "gpu task -> s3: impossible, not gateway"),
        (change(ENDPOINT, SQS, PrivateDnsEnabled=False), "worker -> sqs: impossible"),
        (
            change(ENDPOINT, {"VpcEndpointType": "Gateway"}, RouteTableIds=[]),
            "api -> s3: impossible, not gateway endpoint",
        ),
        (
            change(GROUP, MACHINE_GROUP, SecurityGroupIngress=OPEN),
            "anybody -> gpu machine:22: internet gateway, not impossible",
        ),
        (
            change(GROUP, TASK_GROUP, SecurityGroupIngress=OPEN),
            "batch machine -> gpu task:8090: network, not impossible",
        ),
        (change(GROUP, CALLERS, SecurityGroupEgress=NOTHING), "api -> balancer:80: impossible"),
        (delete("AWS::EC2::Route"), "gpu machine -> ecr: impossible, not internet gateway"),
        (move_api, "api -> balancer:80: impossible, not network"),
    ],
)
def test_a_planted_fault_is_found(assembly: Path, plant: Any, finding: str) -> None:
    """The check is able to fail: a rule, endpoint or route is missing, or a group is open."""
    templates = deepcopy(read_stage(assembly, "dev"))
    plant(templates)
    assert any(each.startswith(finding) for each in compare(templates, FLOWS["dev"]))


@pytest.mark.parametrize(
    ("plant", "finding"),
    [
        (delete(INGRESS, **TEST), "smoke test -> balancer:8080: impossible, not network"),
        (
            change(INGRESS, TEST, SourceSecurityGroupId=None, CidrIp="0.0.0.0/0"),
            "api -> balancer:8080: network, not impossible",
        ),
        (
            change(GROUP, TESTERS, SecurityGroupEgress=OPEN),
            "smoke test -> s3: gateway endpoint, not impossible",
        ),
    ],
)
def test_a_planted_fault_of_the_smoke_test_is_found(
    assembly: Path, plant: Any, finding: str
) -> None:
    """It reaches the new version, and nobody else does before it has traffic."""
    templates = deepcopy(read_stage(assembly, "prod"))
    plant(templates)
    assert any(each.startswith(finding) for each in compare(templates, FLOWS["prod"]))


def test_an_unknown_kind_of_network_is_refused(assembly: Path) -> None:
    """A peering could open what this model cannot see."""
    templates = deepcopy(read_stage(assembly, "prod"))
    templates["Service"]["Resources"]["P"] = {"Type": "AWS::EC2::VPCPeeringConnection"}
    with pytest.raises(LookupError, match="VPCPeeringConnection"):
        find_flows(templates)
