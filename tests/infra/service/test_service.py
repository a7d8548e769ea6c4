"""The service stack: the miss path, the GPU service and batch drafting."""

import json
from typing import Any

import pytest
from aws_cdk.assertions import Match, Template

from edgefill.core.keys import Key
from edgefill.packs.layout import SHARDS, held_key, pack_key
from infra.store.demand import VISIBILITY_TIMEOUT_S, WORKER_TIMEOUT_S
from lambdas.api.settings import ApiSettings
from lambdas.batch.settings import BatchSettings


def find_function(service: Template, handler: str) -> dict[str, Any]:
    (resource,) = (
        row["Properties"]
        for row in service.find_resources("AWS::Lambda::Function").values()
        if row["Properties"].get("Handler") == handler
    )
    properties: dict[str, Any] = resource
    return properties


def list_statements(template: Template) -> list[dict[str, Any]]:
    return [
        statement
        for row in template.find_resources("AWS::IAM::Policy").values()
        for statement in row["Properties"]["PolicyDocument"]["Statement"]
    ]


@pytest.mark.parametrize("name", ["handler", "worker"])
def test_the_apis_environment_has_every_required_setting(service: Template, name: str) -> None:
    """Every variable is a setting, and every setting without a default is set."""
    handler = find_function(service, f"lambdas.api.{name}.handler")
    variables = dict.fromkeys(handler["Environment"]["Variables"], "x")
    assert ApiSettings.from_environment(variables).bucket == "x"


def test_the_environment_of_the_batch_steps_has_every_required_setting(service: Template) -> None:
    """Both steps get the bucket and the table."""
    for name in ("plan", "publish"):
        step = find_function(service, f"lambdas.batch.steps.{name}")
        assert (
            BatchSettings.from_environment(
                dict.fromkeys(step["Environment"]["Variables"], "x")
            ).table
            == "x"
        )


def test_only_signed_requests_reach_the_api(service: Template) -> None:
    """The Function URL requires IAM authentication."""
    service.all_resources_properties("AWS::Lambda::Url", {"AuthType": "AWS_IAM"})


def test_the_worker_reports_failed_messages(service: Template) -> None:
    """One message per event; the queue hides it six times as long as the worker may run."""
    service.has_resource_properties(
        "AWS::Lambda::EventSourceMapping",
        {"BatchSize": 1, "FunctionResponseTypes": ["ReportBatchItemFailures"]},
    )
    assert find_function(service, "lambdas.api.worker.handler")["Timeout"] == WORKER_TIMEOUT_S
    assert VISIBILITY_TIMEOUT_S >= 6 * WORKER_TIMEOUT_S


def test_no_policy_allows_all_actions(templates: dict[str, Template]) -> None:
    """No statement has the action `*` or `service:*`."""
    for template in templates.values():
        for statement in list_statements(template):
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                assert not action.endswith(":*"), statement
                assert action != "*"


def test_a_miss_may_write_only_the_overlay(service: Template) -> None:
    """The API may put public objects only under t/live/; releases are written by `publish`."""
    puts = [
        json.dumps(row["Resource"])
        for row in list_statements(service)
        if row["Action"] == "s3:PutObject"
    ]
    assert len([put for put in puts if "/t/live/*" in put]) == 2
    assert not [put for put in puts if "/t/*" in put]
    assert pack_key("r", "e", "l").startswith("t/r/")


def test_a_miss_may_read_held_texts_but_not_delete_them(service: Template) -> None:
    """The API asks whether a text waits; only a person's decision removes one."""
    actions = [
        row["Action"]
        for row in list_statements(service)
        if "/held/*" in json.dumps(row["Resource"])
    ]
    assert actions == [["s3:GetObject", "s3:PutObject"]] * 2
    assert held_key(Key(experience="e", locale="l", case="any")).startswith("held/")


def test_the_number_of_gpu_tasks_follows_the_work(service: Template) -> None:
    """Zero tasks without work, exact numbers, and one scalable target that sets them."""
    service.resource_count_is("AWS::ApplicationAutoScaling::ScalableTarget", 1)
    service.has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalableTarget", {"MinCapacity": 0, "MaxCapacity": 4}
    )
    service.all_resources_properties(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {"StepScalingPolicyConfiguration": Match.object_like({"AdjustmentType": "ExactCapacity"})},
    )
    (ecs,) = service.find_resources("AWS::ECS::Service").values()
    assert "DesiredCount" not in ecs["Properties"]


def test_only_auto_scaling_may_change_the_count(service: Template) -> None:
    """No role of ours may call ecs:UpdateService."""
    assert not [
        row for row in list_statements(service) if "ecs:UpdateService" in str(row["Action"])
    ]


def test_machines_have_encrypted_disks_and_imdsv2(service: Template) -> None:
    """The group is empty without tasks, and ECS scales it."""
    service.has_resource_properties(
        "AWS::AutoScaling::AutoScalingGroup", {"MinSize": "0", "MaxSize": "4"}
    )
    service.has_resource_properties(
        "AWS::ECS::CapacityProvider",
        {
            "AutoScalingGroupProvider": Match.object_like(
                {"ManagedScaling": Match.object_like({"Status": "ENABLED"})}
            )
        },
    )
    service.has_resource_properties(
        "AWS::EC2::LaunchTemplate",
        {
            "LaunchTemplateData": Match.object_like(
                {
                    "MetadataOptions": Match.object_like({"HttpTokens": "required"}),
                    "BlockDeviceMappings": [
                        Match.object_like({"Ebs": Match.object_like({"Encrypted": True})})
                    ],
                }
            )
        },
    )


def test_dev_uses_spot_and_prod_does_not(templates: dict[str, Template]) -> None:
    """Spot is a setting."""
    for stage, percent in (("dev", 0), ("prod", 100)):
        templates[f"{stage}-Service"].has_resource_properties(
            "AWS::AutoScaling::AutoScalingGroup",
            {
                "MixedInstancesPolicy": Match.object_like(
                    {"InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": percent}}
                )
            },
        )


def test_a_task_starts_after_its_weights_are_downloaded(service: Template) -> None:
    """The service waits for the download from S3, has one GPU, and is checked by /ready."""
    service.has_resource_properties(
        "AWS::ECS::TaskDefinition",
        {
            "ContainerDefinitions": Match.array_with(
                [
                    Match.object_like(
                        {
                            "DependsOn": [{"Condition": "SUCCESS", "ContainerName": "weights"}],
                            "ResourceRequirements": [{"Type": "GPU", "Value": "1"}],
                        }
                    )
                ]
            )
        },
    )
    service.has_resource_properties(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {"HealthCheckPath": "/ready", "HealthCheckPort": "traffic-port"},
    )
    service.all_resources_properties(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internal"}
    )


def test_shards_are_array_jobs_on_gpus_with_retries(service: Template) -> None:
    """Three attempts per shard, one GPU each, and no machine without a shard."""
    service.has_resource_properties(
        "AWS::Batch::JobDefinition",
        {
            "RetryStrategy": Match.object_like({"Attempts": 3}),
            "ContainerProperties": Match.object_like(
                {"ResourceRequirements": Match.array_with([{"Type": "GPU", "Value": "1"}])}
            ),
        },
    )
    service.has_resource_properties(
        "AWS::Batch::ComputeEnvironment",
        {"ComputeResources": Match.object_like({"MinvCpus": 0, "MaxvCpus": 16})},
    )


def test_the_state_machine_maps_groups_of_shards_and_publishes(service: Template) -> None:
    """Plan, a distributed map over JSON lines, one array job of SHARDS shards each, publish."""
    (machine,) = service.find_resources("AWS::StepFunctions::StateMachine").values()
    joined = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    states = json.loads("".join(part if isinstance(part, str) else "x" for part in joined))[
        "States"
    ]
    groups = states["Groups"]
    assert states["PlanRun"]["Next"] == "Groups"
    assert groups["Next"] == "PublishRun"
    assert groups["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert groups["ItemReader"]["ReaderConfig"]["InputType"] == "JSONL"
    (submit,) = groups["ItemProcessor"]["States"].values()
    assert submit["Resource"].endswith("batch:submitJob.sync")
    assert submit["Parameters"]["ArrayProperties"]["Size"] == SHARDS >= 2
