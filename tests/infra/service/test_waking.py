"""Who may start the GPU service, how it is found, and what the way from zero reports."""

import json
from typing import Any

from aws_cdk.assertions import Match, Template

from infra.service.wake_metrics import LOG_LINES, PHASES
from lambdas.api.settings import ApiSettings
from lambdas.wake.phases import PHASES as MEASURED
from tests.infra.service.conftest import find_all, list_statements


def find_function(template: Template, handler: str) -> dict[str, Any]:
    (function,) = [
        row for row in find_all(template, "AWS::Lambda::Function") if row["Handler"] == handler
    ]
    return function


def test_only_the_api_may_start_the_service(stage: Template) -> None:
    """And the recorder of rollouts may change it; neither the worker nor the steps may."""
    policies = [
        row for row in find_all(stage, "AWS::IAM::Policy") if "ecs:UpdateService" in json.dumps(row)
    ]
    handlers = ("lambdas.api.handler.handler", "lambdas.rollout.live_model.handler")
    roles = {find_function(stage, each)["Role"]["Fn::GetAtt"][0] for each in handlers}
    assert {row["Ref"] for policy in policies for row in policy["Roles"]} == roles
    (service,) = stage.find_resources("AWS::ECS::Service")
    statements = [row for row in list_statements(stage) if "ecs:UpdateService" in row["Action"]]
    for statement in statements:
        assert statement["Action"] == ["ecs:DescribeServices", "ecs:UpdateService"]
        assert statement["Resource"] == {"Ref": service}


def test_the_api_knows_the_service_and_every_kind_of_machine(stage: Template) -> None:
    """In the order of the settings; the cluster is the service's."""
    variables = find_function(stage, "lambdas.api.handler.handler")["Environment"]["Variables"]
    names = {f"gpu_{name}" for name in ("service", "cluster", "providers")}
    assert names <= set(ApiSettings.model_fields)
    assert {f"EDGEFILL_API_{name.upper()}" for name in names} <= variables.keys()
    (service,) = find_all(stage, "AWS::ECS::Service")
    assert variables["EDGEFILL_API_GPU_CLUSTER"] == service["Cluster"]
    first = service["CapacityProviderStrategy"][0]["CapacityProvider"]
    assert variables["EDGEFILL_API_GPU_PROVIDERS"]["Fn::Join"][1][0] == first


def test_a_function_without_internet_reaches_ecs(stage: Template) -> None:
    """By an interface endpoint with ECS's own name, in the functions' subnets."""
    (endpoint,) = [
        row
        for row in find_all(stage, "AWS::EC2::VPCEndpoint")
        if row["ServiceName"] == "com.amazonaws.us-east-1.ecs"
    ]
    assert endpoint["PrivateDnsEnabled"] is True
    assert len(endpoint["SubnetIds"]) == 1
    api = find_function(stage, "lambdas.api.handler.handler")
    assert endpoint["SubnetIds"][0] in api["VpcConfig"]["SubnetIds"]


def test_the_rehearsal_starts_nothing(templates: dict[str, Template]) -> None:
    """A stage with a service of its own URL has no service to wake."""
    local = templates["local-Service"]
    assert "ecs:" not in json.dumps(list_statements(local))
    variables = find_function(local, "lambdas.api.handler.handler")["Environment"]["Variables"]
    assert not [name for name in variables if name.startswith("EDGEFILL_API_GPU_SERVICE")]


def test_every_part_of_the_way_has_a_metric(stage: Template) -> None:
    """From the API's log, ECS's event of the running task, vLLM's log and the service's log."""
    filters = {
        row["MetricTransformations"][0]["MetricName"]
        for row in find_all(stage, "AWS::Logs::MetricFilter")
    }
    assert set(PHASES) | {"Wakes"} <= filters | set(MEASURED)
    stage.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": Match.object_like(
                {
                    "source": ["aws.ecs"],
                    "detail-type": ["ECS Task State Change"],
                    "detail": Match.object_like({"lastStatus": ["RUNNING"]}),
                }
            )
        },
    )


def test_the_log_patterns_match_vllms_lines() -> None:
    """By their last words, which the patterns name in their order."""
    lines = {
        "WakeWeights": "Model loading took 7.6 GiB memory and 9.1 seconds",
        "WakeWarmUp": "warmup model) took 61.2 s (compilation: 40.1 s)",
    }
    for name, line in lines.items():
        fields = LOG_LINES[name].removeprefix("[..., ").removesuffix("]").split(", ")
        words = line.split()[-len(fields) :]
        for field, word in zip(fields, words, strict=True):
            _, _, wanted = field.partition("=")
            assert wanted.strip('"') in ("", word)
        assert float(words[[field.partition("=")[0] for field in fields].index("seconds")]) > 1
