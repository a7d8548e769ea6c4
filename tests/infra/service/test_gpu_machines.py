"""The GPU machines: one auto scaling group and capacity provider for each kind in the settings."""

import json
from typing import Any

from aws_cdk import App, Environment, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template

from infra.gpu_settings import GpuCapacity, GpuSettings
from infra.service.gpu_machines import AGENT_SETTINGS, GpuMachines
from infra.service.network import ServiceNetwork
from infra.settings import DEV
from tests.infra.conftest import read_context
from tests.infra.service.conftest import find_all


def read_templates(stage: Template) -> list[dict[str, Any]]:
    return [row["LaunchTemplateData"] for row in find_all(stage, "AWS::EC2::LaunchTemplate")]


def test_every_kind_has_its_own_provider_twice(templates: dict[str, Template]) -> None:
    """For the service and for batch; the first one is what the service starts on."""
    assert DEV.gpu is not None
    dev = templates["dev-Service"]
    kinds = [(each.instance_type, each.spot) for each in DEV.gpu.capacity]
    assert len(kinds) == 3
    dev.resource_count_is("AWS::ECS::CapacityProvider", 2 * len(kinds))
    templates_of_machines = [
        (row["InstanceType"], "InstanceMarketOptions" in row) for row in read_templates(dev)
    ]
    assert sorted(templates_of_machines) == sorted(2 * kinds)
    (service,) = find_all(dev, "AWS::ECS::Service")
    (strategy,) = service["CapacityProviderStrategy"]
    assert kinds[0][0].replace(".", "") in strategy["CapacityProvider"]["Ref"]


def test_no_group_has_a_machine_before_there_is_a_task(stage: Template) -> None:
    """ECS scales each from 0, one machine at a time (P1-10)."""
    stage.all_resources_properties("AWS::AutoScaling::AutoScalingGroup", {"MinSize": "0"})
    stage.all_resources_properties(
        "AWS::ECS::CapacityProvider",
        {
            "AutoScalingGroupProvider": Match.object_like(
                {
                    "ManagedScaling": Match.object_like(
                        {"Status": "ENABLED", "MaximumScalingStepSize": 1}
                    ),
                    "ManagedDraining": "ENABLED",
                }
            )
        },
    )


def test_no_machine_is_protected_from_termination(stage: Template) -> None:
    """P1-5: protected machines make a rollback and `cdk destroy` hang."""
    stage.all_resources_properties(
        "AWS::ECS::CapacityProvider",
        {
            "AutoScalingGroupProvider": Match.object_like(
                {"ManagedTerminationProtection": "DISABLED"}
            )
        },
    )
    for group in find_all(stage, "AWS::AutoScaling::AutoScalingGroup"):
        assert "NewInstancesProtectedFromScaleIn" not in group


def test_disks_are_large_fast_and_encrypted(stage: Template) -> None:
    """P1-9 and P2: 200 GB and 500 MB/s, for batch too; IMDSv2 only."""
    rows = read_templates(stage)
    assert rows
    for row in rows:
        (disk,) = row["BlockDeviceMappings"]
        assert disk["Ebs"]["VolumeSize"] >= 200
        assert disk["Ebs"]["Throughput"] >= 500
        assert disk["Ebs"]["VolumeType"] == "gp3"
        assert disk["Ebs"]["Encrypted"] is True
        assert row["MetadataOptions"]["HttpTokens"] == "required"


def test_the_agent_drains_spot_machines_and_pulls_both_images_at_once(stage: Template) -> None:
    """P2: each launch template writes the agent's settings."""
    assert any("SPOT_INSTANCE_DRAINING=true" in line for line in AGENT_SETTINGS)
    assert any("PULL_DEPENDENT_CONTAINERS_UPFRONT=true" in line for line in AGENT_SETTINGS)
    for row in read_templates(stage):
        text = json.dumps(row["UserData"])
        assert all(line in text for line in AGENT_SETTINGS)
        assert "ECS_CLUSTER=" in text


def test_machines_run_amazons_image_with_the_driver(stage: Template) -> None:
    """Every kind: the ECS image for GPUs, by the parameter that AWS keeps current."""
    parameters = stage.to_json()["Parameters"]
    images = {
        row["LaunchTemplateData"]["ImageId"]["Ref"]
        for row in find_all(stage, "AWS::EC2::LaunchTemplate")
    }
    assert {parameters[name]["Default"] for name in images} == {
        "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"
    }


def test_a_session_can_be_opened_on_a_machine(stage: Template) -> None:
    """P2: Systems Manager's agent may open a session, without an inbound connection."""
    assert json.dumps(find_all(stage, "AWS::IAM::Policy")).count("ssmmessages:OpenDataChannel") == 2


def test_warm_machines_are_a_pool_of_stopped_ones() -> None:
    """A setting, off by default, for on-demand machines."""
    stack = Stack(
        App(context=read_context()),
        "Warm",
        env=Environment(account="000000000000", region="us-east-1"),
    )
    cluster = ecs.Cluster(stack, "Cluster", vpc=_create_vpc(stack))
    gpu = GpuSettings(capacity=(GpuCapacity(instance_type="g6.xlarge"),), warm_machines=1)
    GpuMachines(stack, "Machines", cluster=cluster, gpu=gpu, most=2, warm=gpu.warm_machines)
    Template.from_stack(stack).has_resource_properties(
        "AWS::AutoScaling::WarmPool", {"MinSize": 1, "PoolState": "Stopped"}
    )


def test_no_warm_pool_by_default(stage: Template) -> None:
    """It costs the price of its disks."""
    stage.resource_count_is("AWS::AutoScaling::WarmPool", 0)


def _create_vpc(stack: Stack) -> ec2.Vpc:
    return ec2.Vpc(
        stack,
        "Vpc",
        max_azs=2,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="Machines", subnet_type=ec2.SubnetType.PUBLIC)
        ],
    )


def test_the_zones_of_the_settings_are_used() -> None:
    """P2: a zone that lacks a kind of machine is left out by naming the others."""
    stack = Stack(
        App(context=read_context()),
        "Zones",
        env=Environment(account="000000000000", region="us-east-1"),
    )
    zones = ("us-east-1c", "us-east-1d")
    log = logs.LogGroup(stack, "Log")
    ServiceNetwork(stack, "Network", nat_gateways=0, zones=zones, flow_log=log)
    subnets = find_all(Template.from_stack(stack), "AWS::EC2::Subnet")
    assert {row["AvailabilityZone"] for row in subnets} == set(zones)
