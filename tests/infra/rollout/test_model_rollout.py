"""The template's part of a rollout: its parameter, smoke test, alarms and recorder."""

import json
from typing import Any

from aws_cdk.assertions import Match, Template

from edgefill.operations.rollout.target import parse_target
from infra.rollout.configuration import build_rest
from infra.service.gpu_targets import TEST_PORT
from tests.infra.rollout.conftest import read_parameter
from tests.infra.service.conftest import find_all
from tests.infra.service.test_waking import find_function

SMOKE_TEST = "lambdas.rollout.smoke_hook.handler"
RECORDER = "lambdas.rollout.live_model.handler"


def to_lower(value: Any) -> Any:
    """A part of a template with the names of ECS's API."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: to_lower(each) for name, each in value.items()}
    return value


def test_the_command_reads_what_the_template_writes(templates: dict[str, Template]) -> None:
    """Every field, of stages with one and with more machines."""
    for stage, is_double in (("dev", False), ("prod", True)):
        data, names = read_parameter(templates[f"{stage}-Service"])
        target = parse_target(json.dumps(data))
        assert target.runs_two_models is is_double
        assert target.folder == "models"
        assert target.live_parameter == f"/edgefill/{stage}/model"
        (service,) = templates[f"{stage}-Service"].find_resources("AWS::ECS::Service")
        assert service in json.dumps(names[target.service])
        assert "g6.xlarge" in target.instance_types


def test_the_live_version_is_kept_by_the_store_stack(templates: dict[str, Template]) -> None:
    """The first one is that of the settings; the service stack reads it at each deployment."""
    templates["prod-Store"].has_resource_properties(
        "AWS::SSM::Parameter", {"Name": "/edgefill/prod/model", "Value": "default"}
    )
    parameters = templates["prod-Service"].to_json()["Parameters"].values()
    assert "/edgefill/prod/model" in {row.get("Default") for row in parameters}


def test_after_a_rollout_the_service_is_as_the_template_deploys_it(
    templates: dict[str, Template],
) -> None:
    """So a wake-up or a later deployment is no canary."""
    for stage, is_double in (("dev", False), ("prod", True)):
        (service,) = find_all(templates[f"{stage}-Service"], "AWS::ECS::Service")
        deployed = to_lower(service["DeploymentConfiguration"])
        rest = build_rest(is_double=is_double)
        assert deployed == {name: rest[name] for name in deployed}
        assert rest["strategy"] == deployed.get("strategy", "ROLLING")  # ECS's default
        recorder = find_function(templates[f"{stage}-Service"], RECORDER)
        variables = recorder["Environment"]["Variables"]
        assert json.loads(variables["EDGEFILL_ROLLOUT_REST"]) == rest


def test_the_smoke_test_reaches_the_new_version_only(service: Template) -> None:
    """By the test listener, which admits its security group and no other."""
    function = find_function(service, SMOKE_TEST)
    url = function["Environment"]["Variables"]["EDGEFILL_ROLLOUT_URL"]["Fn::Join"][1]
    assert url[-1] == f":{TEST_PORT}"
    (group,) = function["VpcConfig"]["SecurityGroupIds"]
    rules = [
        row
        for row in find_all(service, "AWS::EC2::SecurityGroupIngress")
        if row["FromPort"] == TEST_PORT
    ]
    assert [row["SourceSecurityGroupId"] for row in rules] == [group]


def test_ecs_may_invoke_the_smoke_test(service: Template) -> None:
    """By a role that may do nothing else."""
    data, names = read_parameter(service)
    (hook,) = data["deployment"]["lifecycleHooks"]
    function = names[hook["hookTargetArn"]]["Fn::GetAtt"][0]
    assert service.to_json()["Resources"][function]["Properties"]["Handler"] == SMOKE_TEST
    role = names[hook["roleArn"]]["Fn::GetAtt"][0]
    policies = [
        row for row in find_all(service, "AWS::IAM::Policy") if {"Ref": role} in row["Roles"]
    ]
    statements = [each for row in policies for each in row["PolicyDocument"]["Statement"]]
    assert [(row["Action"], row["Resource"]) for row in statements] == [
        ("lambda:InvokeFunction", {"Fn::GetAtt": [function, "Arn"]})
    ]


def test_a_stage_with_one_machine_has_no_smoke_test(templates: dict[str, Template]) -> None:
    """There is no room for two versions: the old one stops, and a bad one is rolled back."""
    dev = templates["dev-Service"]
    handlers = {row["Handler"] for row in find_all(dev, "AWS::Lambda::Function")}
    assert SMOKE_TEST not in handlers
    assert RECORDER in handlers
    assert len(find_all(dev, "AWS::ElasticLoadBalancingV2::TargetGroup")) == 1


def test_two_versions_have_room(templates: dict[str, Template]) -> None:
    """Twice the machines of the settings, and the quota's command asks for them."""
    groups = find_all(templates["prod-Service"], "AWS::AutoScaling::AutoScalingGroup")
    assert {row["MaxSize"] for row in groups} == {"8", "4"}  # the second for batch


def test_errors_are_measured_for_each_version_by_itself(service: Template) -> None:
    """A tenth of the traffic that fails would else be a tenth of the errors."""
    (alarm,) = [
        row
        for row in find_all(service, "AWS::CloudWatch::Alarm")
        if "of a model's answers are 5xx" in row["AlarmDescription"]
    ]
    (expression,) = [row["Expression"] for row in alarm["Metrics"] if "Expression" in row]
    assert expression.startswith("MAX([IF(FILL(requests0, 0) >= 5, 100 * FILL(errors0, 0)")
    assert "requests1" in expression


def test_the_alarms_of_the_parameter_exist(stage: Template) -> None:
    """Both are of this stack, which is deployed before anybody can start a rollout."""
    data, names = read_parameter(stage)
    alarms = stage.find_resources("AWS::CloudWatch::Alarm")
    chosen = {names[name]["Ref"] for name in data["deployment"]["alarms"]["alarmNames"]}
    assert len(chosen) == 2
    assert chosen <= set(alarms)


def test_every_finished_deployment_of_the_service_is_recorded(stage: Template) -> None:
    """Of this service only."""
    (service,) = stage.find_resources("AWS::ECS::Service")
    stage.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.ecs"],
                "detail-type": ["ECS Deployment State Change"],
                "resources": [{"Ref": service}],
                "detail": {"eventName": ["SERVICE_DEPLOYMENT_COMPLETED"]},
            },
            "Targets": [Match.object_like({"Id": Match.any_value()})],
        },
    )
