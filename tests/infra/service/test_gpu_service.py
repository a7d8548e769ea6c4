"""The GPU service: what the first deployment creates, and who reaches its tasks."""

import json
from typing import Any

from aws_cdk.assertions import Match, Template

from infra.service.gpu_task import PORT, START_S
from infra.settings import DEV, PROD
from tests.infra.service.conftest import find_all


def find_service(template: Template) -> dict[str, Any]:
    (service,) = find_all(template, "AWS::ECS::Service")
    return service


def test_the_first_deployment_starts_no_task(stage: Template) -> None:
    """P0-2: without a count ECS starts one, and CloudFormation waits for a GPU."""
    assert find_service(stage)["DesiredCount"] == 0


def test_nothing_in_the_stack_waits_for_its_contents(stage: Template) -> None:
    """P0-3: no wait condition, no custom resource, and the weights' bucket is elsewhere."""
    types = {row["Type"] for row in stage.to_json()["Resources"].values()}
    assert not {each for each in types if "Wait" in each or each.startswith("Custom::")}
    assert "AWS::CloudFormation::CustomResource" not in types
    assert "AWS::S3::Bucket" not in types


def test_the_store_stack_has_the_bucket_of_the_weights(templates: dict[str, Template]) -> None:
    """P0-3: a stage that keeps its data keeps the weights; the rehearsal has none."""
    for name, settings in (("dev", DEV), ("prod", PROD)):
        template = templates[f"{name}-Store"]
        policies = {
            row["DeletionPolicy"]
            for row in template.find_resources("AWS::S3::Bucket").values()
            if "models/" in json.dumps(row)
        }
        assert policies == {"Retain" if settings.keep_data else "Delete"}
    local = templates["local-Store"].find_resources("AWS::S3::Bucket").values()
    assert "models/" not in json.dumps(list(local))


def test_a_failed_deployment_of_the_service_is_rolled_back(templates: dict[str, Template]) -> None:
    """On one machine a new task takes the old one's; health checks start after the model loaded."""
    service = find_service(templates["dev-Service"])
    assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {
        "Enable": True,
        "Rollback": True,
    }
    assert service["DeploymentConfiguration"]["MinimumHealthyPercent"] == 0
    assert service["HealthCheckGracePeriodSeconds"] == START_S


def test_the_service_is_deleted_before_its_capacity_providers(stage: Template) -> None:
    """ECS keeps a provider that a service uses, so the opposite order would hang."""
    (service,) = stage.find_resources("AWS::ECS::Service").values()
    associations = stage.find_resources("AWS::ECS::ClusterCapacityProviderAssociations")
    assert set(service["DependsOn"]) & set(associations)


def test_the_load_balancer_reaches_the_tasks_and_nobody_else_does(stage: Template) -> None:
    """P0-1: from the balancer's group to the tasks' group, on the service's port, both ways."""
    (group,) = find_service(stage)["NetworkConfiguration"]["AwsvpcConfiguration"]["SecurityGroups"]
    (balancer,) = find_all(stage, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    (front,) = balancer["SecurityGroups"]
    ingress = [
        row for row in find_all(stage, "AWS::EC2::SecurityGroupIngress") if row["GroupId"] == group
    ]
    egress = [
        row for row in find_all(stage, "AWS::EC2::SecurityGroupEgress") if row["GroupId"] == front
    ]
    assert [(row["SourceSecurityGroupId"], row["FromPort"], row["ToPort"]) for row in ingress] == [
        (front, PORT, PORT)
    ]
    assert [
        (row["DestinationSecurityGroupId"], row["FromPort"], row["ToPort"]) for row in egress
    ] == [(group, PORT, PORT)]


def test_with_more_machines_the_old_tasks_stay_until_the_new_ones_are_ready(
    service: Template,
) -> None:
    """Blue/green, with a second target group and rules in which all traffic goes to the first."""
    properties = find_service(service)
    assert properties["DeploymentConfiguration"] == {
        "Strategy": "BLUE_GREEN",
        "BakeTimeInMinutes": 0,
        "MinimumHealthyPercent": 100,
        "MaximumPercent": 200,
        "Alarms": {"AlarmNames": [], "Enable": False, "Rollback": False},
    }
    (balancer,) = properties["LoadBalancers"]
    advanced = balancer["AdvancedConfiguration"]
    rules = service.find_resources("AWS::ElasticLoadBalancingV2::ListenerRule")
    chosen = {advanced[name]["Ref"] for name in ("ProductionListenerRule", "TestListenerRule")}
    assert chosen == set(rules)
    for rule in rules.values():
        (action,) = rule["Properties"]["Actions"]
        groups = action["ForwardConfig"]["TargetGroups"]
        assert [row["Weight"] for row in groups] == [1, 0]
        assert [row["TargetGroupArn"] for row in groups] == [
            balancer["TargetGroupArn"],
            advanced["AlternateTargetGroupArn"],
        ]


def test_every_action_of_the_balancer_forwards(stage: Template) -> None:
    """ECS refuses a listener that mixes forwarding with other actions."""
    types = {
        action["Type"]
        for kind in ("Listener", "ListenerRule")
        for row in find_all(stage, f"AWS::ElasticLoadBalancingV2::{kind}")
        for action in row.get("Actions", row.get("DefaultActions", []))
    }
    assert types == {"forward"}


def test_ecs_may_move_traffic_of_this_balancer_only(service: Template) -> None:
    """The role of the alternate target group: reading is unlimited, changing is not."""
    (balancer,) = find_service(service)["LoadBalancers"]
    role = balancer["AdvancedConfiguration"]["RoleArn"]["Fn::GetAtt"][0]
    (policy,) = [
        row for row in find_all(service, "AWS::IAM::Policy") if row["Roles"] == [{"Ref": role}]
    ]
    for statement in policy["PolicyDocument"]["Statement"]:
        actions = statement["Action"]
        names = [actions] if isinstance(actions, str) else actions
        assert (statement["Resource"] == "*") == all("Describe" in name for name in names)


def test_no_security_group_admits_the_internet(stage: Template) -> None:
    """No rule of any group allows an inbound connection from outside the VPC."""
    rules = find_all(stage, "AWS::EC2::SecurityGroupIngress") + [
        rule
        for group in find_all(stage, "AWS::EC2::SecurityGroup")
        for rule in group.get("SecurityGroupIngress", [])
    ]
    assert "0.0.0.0/0" not in json.dumps(rules)
    assert "::/0" not in json.dumps(rules)


def test_a_task_may_only_call_https(stage: Template) -> None:
    """It streams weights from S3; a task has no public address."""
    groups = [
        group
        for group in find_all(stage, "AWS::EC2::SecurityGroup")
        if group["GroupDescription"].startswith("Tasks of")
    ]
    assert len(groups) == 2
    for group in groups:
        (rule,) = group["SecurityGroupEgress"]
        assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 443, 443)
    network = find_service(stage)["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"


def test_the_tasks_subnets_have_a_way_to_s3_without_nat(stage: Template) -> None:
    """S3's gateway endpoint is in the route table of every subnet of the tasks."""
    endpoints = [
        row
        for row in find_all(stage, "AWS::EC2::VPCEndpoint")
        if row.get("VpcEndpointType") == "Gateway" and "s3" in json.dumps(row["ServiceName"])
    ]
    (endpoint,) = endpoints
    routed = {json.dumps(table) for table in endpoint["RouteTableIds"]}
    associations = find_all(stage, "AWS::EC2::SubnetRouteTableAssociation")
    table_of = {json.dumps(row["SubnetId"]): json.dumps(row["RouteTableId"])
                for row in associations}  # fmt: skip
    network = find_service(stage)["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert {table_of[json.dumps(subnet)] for subnet in network["Subnets"]} <= routed


def test_the_balancer_is_internal_and_asks_ready(stage: Template) -> None:
    """Targets are the tasks' own addresses, checked by /ready on their port."""
    stage.all_resources_properties(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internal"}
    )
    stage.has_resource_properties(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {
            "TargetType": "ip",
            "Port": PORT,
            "HealthCheckPath": "/ready",
            "HealthCheckPort": "traffic-port",
        },
    )


def test_what_is_missing_is_an_output_with_its_command(templates: dict[str, Template]) -> None:
    """The weights and every quota that limits the machines, each with a command and a check."""
    weights = templates["prod-Store"].find_outputs("MissingWeights")["MissingWeights"]
    assert "aws s3 sync" in json.dumps(weights["Value"])
    assert "models/default" in json.dumps(weights["Value"])
    quotas = templates["dev-Service"].find_outputs("*", Match.object_like({}))
    commands = {name: row for name, row in quotas.items() if name.startswith("MissingQuota")}
    assert sorted(commands) == ["MissingQuotaL3819A6DF", "MissingQuotaLDB2E81BA"]
    for row in commands.values():
        assert "request-service-quota-increase" in row["Value"]
        assert "get-service-quota" in row["Description"]
    assert "--desired-value 8" in commands["MissingQuotaL3819A6DF"]["Value"]
