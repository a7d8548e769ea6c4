"""The canary of the account: how often it runs, what it may do, and its alarm."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from aws_cdk import App, Environment, Stack
from aws_cdk.assertions import Match, Template

from infra.monitoring.canary import METRIC, SiteCanary
from infra.settings import DEV, NO_ACCOUNT, REGION
from lambdas.canary import handler as canary
from tests.infra.conftest import read_context

HANDLER = "lambdas.canary.handler.handler"


def find_role_statements(template: Template) -> list[dict[str, Any]]:
    """Every statement of the canary's role."""
    (function,) = template.find_resources(
        "AWS::Lambda::Function", {"Properties": {"Handler": HANDLER}}
    ).values()
    role = {"Ref": function["Properties"]["Role"]["Fn::GetAtt"][0]}
    return [
        statement
        for row in template.find_resources("AWS::IAM::Policy").values()
        if role in row["Properties"]["Roles"]
        for statement in row["Properties"]["PolicyDocument"]["Statement"]
    ]


def synthesise(tmp_path: Path, secret: str | None) -> Template:
    """A stack with nothing but the canary."""
    app = App(outdir=str(tmp_path / "out"), context=read_context())
    stack = Stack(app, "Test", env=Environment(account=NO_ACCOUNT, region=REGION))
    settings = replace(DEV, canary_tokens_secret=secret)
    (tmp_path / "code").mkdir()
    SiteCanary(
        stack,
        "Canary",
        settings=settings,
        bundle=str(tmp_path / "code"),
        url="https://x.example",
        namespace="Edgefill/dev",
    )
    return Template.from_stack(stack)


def test_it_runs_every_few_minutes_as_a_visitor(monitoring: Template) -> None:
    """Outside the VPC, against the URL of the distribution; a failed run is not repeated."""
    (function,) = monitoring.find_resources(
        "AWS::Lambda::Function", {"Properties": {"Handler": HANDLER}}
    ).values()
    assert "VpcConfig" not in function["Properties"]
    variables = function["Properties"]["Environment"]["Variables"]
    assert variables[canary.URL]["Fn::Join"][1][0] == "https://"
    assert variables[canary.NAMESPACE] == "Edgefill/prod"
    monitoring.has_resource_properties(
        "AWS::Events::Rule",
        {
            "ScheduleExpression": "rate(5 minutes)",
            "Targets": [Match.object_like({"RetryPolicy": {"MaximumRetryAttempts": 0}})],
        },
    )


def test_its_role_may_write_its_log_and_nothing_else(monitoring: Template) -> None:
    """It asks the site as a visitor, so it needs no permission there."""
    (statement,) = find_role_statements(monitoring)
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]


def test_with_a_secret_it_may_read_that_one(tmp_path: Path) -> None:
    """By its name; the environment has the name, the template no token."""
    template = synthesise(tmp_path, "edgefill/canary")
    reads = [
        row
        for row in find_role_statements(template)
        if row["Action"] == "secretsmanager:GetSecretValue"
    ]
    (read,) = reads
    assert json.dumps(read["Resource"]).count(":secret:edgefill/canary-??????") == 1


def test_a_run_that_fails_or_does_not_happen_is_an_alarm(monitoring: Template) -> None:
    """Two of three, so that one lost request wakes nobody; no data is a failure too."""
    monitoring.has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {
            "MetricName": METRIC,
            "Period": 300,
            "DatapointsToAlarm": 2,
            "EvaluationPeriods": 3,
            "TreatMissingData": "breaching",
        },
    )


def test_the_function_writes_the_metric_that_the_alarm_reads() -> None:
    """Two modules name it, because infra imports no function."""
    assert METRIC == canary.METRIC
