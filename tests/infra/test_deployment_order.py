"""Nothing created waits for what comes later: a person's content, a quota, or a later stack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from infra.settings import STAGES
from tests.infra.conftest import STACKS
from tests.infra.stage_templates import Stage, StageTemplates, read_stage

# Resources whose creation only calls an API of AWS: it waits neither for content nor for machines.
AT_ONCE = {
    *("AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"),
    *("AWS::Budgets::Budget", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"),
    *("AWS::CloudFront::CachePolicy", "AWS::CloudFront::MonitoringSubscription"),
    *("AWS::CloudFront::OriginAccessControl", "AWS::CloudFront::OriginRequestPolicy"),
    "AWS::CloudFront::ResponseHeadersPolicy",
    *("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::S3::BucketPolicy"),
    *("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy"),
    *("AWS::EC2::EIP", "AWS::EC2::FlowLog", "AWS::EC2::InternetGateway", "AWS::EC2::NatGateway"),
    *("AWS::EC2::LaunchTemplate", "AWS::EC2::Route", "AWS::EC2::RouteTable", "AWS::EC2::Subnet"),
    *("AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupEgress"),
    *("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPC"),
    *("AWS::EC2::VPCEndpoint", "AWS::EC2::VPCGatewayAttachment"),
    *("AWS::ECS::CapacityProvider", "AWS::ECS::Cluster", "AWS::ECS::TaskDefinition"),
    "AWS::ECS::ClusterCapacityProviderAssociations",
    *("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
    *("AWS::ElasticLoadBalancingV2::ListenerRule", "AWS::ElasticLoadBalancingV2::TargetGroup"),
    *("AWS::Events::Rule", "AWS::IAM::InstanceProfile", "AWS::IAM::Policy", "AWS::IAM::Role"),
    *("AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission", "AWS::Lambda::Url"),
    "AWS::Lambda::Version",
    *("AWS::Logs::Delivery", "AWS::Logs::DeliveryDestination", "AWS::Logs::DeliverySource"),
    *("AWS::Logs::LogGroup", "AWS::Logs::MetricFilter", "AWS::SecretsManager::Secret"),
    *("AWS::SSM::Parameter", "AWS::StepFunctions::StateMachine", "AWS::WAFv2::WebACL"),
}


def find_waits(templates: Stage) -> list[str]:
    """What a creation would wait for; a type that nobody has judged is a finding."""
    return sorted(
        f"{stack}: {row['Type']}: {reason}"
        for stack, template in templates.items()
        for row in template["Resources"].values()
        for reason in list_reasons(row)
    )


def list_reasons(row: dict[str, Any]) -> Iterator[str]:
    properties = row.get("Properties", {})
    if "CreationPolicy" in row:
        yield "it waits for signals of machines"
    match row["Type"]:
        case "AWS::ECS::Service":
            # Without a number ECS starts one task (containers-roadmap#493, aws-cdk#13130).
            if properties.get("DesiredCount") != 0:
                yield "it waits for a task, which needs a machine and weights"
        case "AWS::AutoScaling::AutoScalingGroup":
            if {str(properties.get(name, 0)) for name in ("MinSize", "DesiredCapacity")} != {"0"}:
                yield "it waits for machines, which need a quota"
        case "AWS::Lambda::Function":
            if "S3Bucket" not in properties["Code"]:
                yield "its code is no asset of this deployment"
            elif "cdk-" not in json.dumps(properties["Code"]["S3Bucket"]):
                yield "its code is in a bucket that a person fills"
        case "AWS::CloudFront::Distribution":
            if "DefaultRootObject" in properties["DistributionConfig"]:
                yield "it names an object that a person publishes"
        case type_ if type_ not in AT_ONCE:
            yield "nobody has said what it waits for; judge it in this test"


def find_late_needs(templates: Stage) -> list[str]:
    """What a stack needs of the same or a later one, or of a place that nothing here creates."""
    exports = {
        output["Export"]["Name"]: stack
        for stack, template in templates.items()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }
    order = {stack: number for number, stack in enumerate(STACKS)}
    findings = []
    for stack, template in templates.items():
        text = json.dumps(template)
        for name in sorted(set(re.findall(r'"Fn::ImportValue": "([^"]+)"', text))):
            home = exports.get(name)
            if home is None or order[home] >= order[stack]:
                findings.append(f"{stack} imports {name} of {home or 'nobody'}")
        findings += [f"{stack}: {each}" for each in list_foreign_values(stack, templates)]
    return findings


def list_foreign_values(stack: str, templates: Stage) -> Iterator[str]:
    """Parameters and secrets that are read at deployment and that this deployment does not make."""
    template, stage = templates[stack], StageTemplates(templates)
    earlier = STACKS[: STACKS.index(stack)]
    rows = stage.find_all("AWS::SSM::Parameter")
    made = {row["Name"] for home, _, row in rows if home in earlier}
    for parameter in template.get("Parameters", {}).values():
        path = str(parameter.get("Default", ""))
        if path not in made and not path.startswith(("/aws/service/", "/cdk-bootstrap/")):
            yield f"a parameter that neither AWS nor an earlier stack makes: {path!r}"
    secrets = {f"<{home}.{id_}>" for home, id_, _ in stage.find_all("AWS::SecretsManager::Secret")}
    for value in find_values(template["Resources"]):
        text = stage.resolve(value, stack)
        for service, name in re.findall(r"\{\{resolve:(\w+(?:-\w+)?):(<[^>]+>|[^:}]+)", text):
            if name not in secrets:
                yield f"a value of {service} that nobody here creates: {name}"


def find_values(node: Any) -> Iterator[Any]:
    """Every text of a template, joined ones as a whole."""
    match node:
        case str() | {"Fn::Join": _}:
            yield node
        case dict():
            for each in node.values():
                yield from find_values(each)
        case list():
            for each in node:
                yield from find_values(each)


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_waits_for_what_a_person_adds_later(assembly: Path, stage: str) -> None:
    """Weights, releases and quotas: with none of them each resource is created at once."""
    assert find_waits(read_stage(assembly, stage)) == []


@pytest.mark.parametrize("stage", STAGES)
def test_no_stack_needs_a_later_one(assembly: Path, stage: str) -> None:
    """Nor a secret, parameter or export that this deployment does not create."""
    assert find_late_needs(read_stage(assembly, stage)) == []


@pytest.mark.parametrize("stage", STAGES)
def test_the_stacks_are_deployed_in_this_order(assembly: Path, stage: str) -> None:
    """The CDK reads the order from the assembly's manifest."""
    artifacts = json.loads((assembly / "manifest.json").read_bytes())["artifacts"]
    for number, stack in enumerate(STACKS):
        needs = artifacts[f"Edgefill-{stage}-{stack}"].get("dependencies", [])
        later = {f"Edgefill-{stage}-{each}" for each in STACKS[number:]}
        assert set(needs) & later == set()


def test_the_judged_types_are_those_of_the_templates(assembly: Path) -> None:
    """A type that no stage has any more is forgotten."""
    used = {
        each
        for stage in STAGES
        for each in StageTemplates(read_stage(assembly, stage)).list_types()
    }
    assert used >= AT_ONCE


def find_row(templates: Stage, type_: str) -> dict[str, Any]:
    return next(
        row
        for template in templates.values()
        for row in template["Resources"].values()
        if row["Type"] == type_
    )


def start_one_task(templates: Stage) -> None:
    """The old template's fault (P0-2)."""
    del find_row(templates, "AWS::ECS::Service")["Properties"]["DesiredCount"]


def start_machines(templates: Stage) -> None:
    find_row(templates, "AWS::AutoScaling::AutoScalingGroup")["Properties"]["MinSize"] = "1"


def wait_for_signals(templates: Stage) -> None:
    find_row(templates, "AWS::AutoScaling::AutoScalingGroup")["CreationPolicy"] = {}


def add_custom_resource(templates: Stage) -> None:
    templates["Store"]["Resources"]["C"] = {"Type": "Custom::S3BucketNotifications"}


def add_certificate(templates: Stage) -> None:
    """It waits until a person has added a record to the DNS."""
    templates["Edge"]["Resources"]["C"] = {"Type": "AWS::CertificateManager::Certificate"}


def fill_code_by_hand(templates: Stage) -> None:
    properties = find_row(templates, "AWS::Lambda::Function")["Properties"]
    properties["Code"]["S3Bucket"] = {"Ref": "Models"}


@pytest.mark.parametrize(
    ("plant", "finding"),
    [
        (start_one_task, "Service: AWS::ECS::Service: it waits for a task"),
        (start_machines, "Service: AWS::AutoScaling::AutoScalingGroup: it waits for machines"),
        (wait_for_signals, "Service: AWS::AutoScaling::AutoScalingGroup: it waits for signals"),
        (add_custom_resource, "Store: Custom::S3BucketNotifications: nobody has said"),
        (add_certificate, "Edge: AWS::CertificateManager::Certificate: nobody has said"),
        (fill_code_by_hand, "Service: AWS::Lambda::Function: its code is in a bucket"),
    ],
)
def test_a_planted_wait_is_found(assembly: Path, plant: Any, finding: str) -> None:
    """The check is able to fail."""
    templates = deepcopy(read_stage(assembly, "prod"))
    plant(templates)
    assert any(each.startswith(finding) for each in find_waits(templates))


def import_from_edge(templates: Stage) -> None:
    export = {"Value": "x", "Export": {"Name": "late"}}
    templates["Edge"].setdefault("Outputs", {})["Late"] = export
    find_row(templates, "AWS::S3::Bucket")["Properties"]["BucketName"] = {"Fn::ImportValue": "late"}


def read_secret(templates: Stage) -> None:
    row = find_row(templates, "AWS::Lambda::Function")["Properties"]
    row["Environment"]["Variables"]["K"] = "{{resolve:secretsmanager:by-hand:SecretString:::}}"


def read_parameter(stack: str, path: str) -> Any:
    def plant(templates: Stage) -> None:
        parameter = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": path}
        templates[stack].setdefault("Parameters", {})["P"] = parameter

    return plant


NOT_MADE = "a parameter that neither AWS nor an earlier stack makes"
LATE = "/edgefill/prod/model-rollout"  # of the service stack


@pytest.mark.parametrize(
    ("plant", "finding"),
    [
        (import_from_edge, "Store imports late of Edge"),
        (read_secret, "Service: a value of secretsmanager that nobody here creates: by-hand"),
        (read_parameter("Service", "/by-hand"), f"Service: {NOT_MADE}: '/by-hand'"),
        (read_parameter("Service", LATE), f"Service: {NOT_MADE}: '{LATE}'"),
        (read_parameter("Store", LATE), f"Store: {NOT_MADE}: '{LATE}'"),
    ],
)
def test_a_planted_need_is_found(assembly: Path, plant: Any, finding: str) -> None:
    """The check is able to fail."""
    templates = deepcopy(read_stage(assembly, "prod"))
    plant(templates)
    assert finding in find_late_needs(templates)
