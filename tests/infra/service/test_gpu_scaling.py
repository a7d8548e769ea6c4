"""The alarms that set the number of GPU tasks."""

import json
from typing import Any

from aws_cdk.assertions import Match, Template

from infra.settings import DEV
from tests.infra.service.conftest import find_all


def find_alarm(template: Template, start: str) -> dict[str, Any]:
    """The alarm whose description starts so."""
    (alarm,) = [
        row
        for row in find_all(template, "AWS::CloudWatch::Alarm")
        if row["AlarmDescription"].startswith(start)
    ]
    return alarm


def find_expression(alarm: dict[str, Any]) -> str:
    (expression,) = [row["Expression"] for row in alarm["Metrics"] if row.get("ReturnData", True)]
    return str(expression)


def test_the_number_of_tasks_is_exact_and_has_bounds(stage: Template) -> None:
    """One scalable target; every step sets a number, so two alarms cannot add up."""
    stage.resource_count_is("AWS::ApplicationAutoScaling::ScalableTarget", 1)
    stage.has_resource_properties("AWS::ApplicationAutoScaling::ScalableTarget", {"MinCapacity": 0})
    stage.all_resources_properties(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {"StepScalingPolicyConfiguration": Match.object_like({"AdjustmentType": "ExactCapacity"})},
    )


def test_work_wakes_with_one_datapoint_of_five(stage: Template) -> None:
    """P1-6: a late metric counts when it comes; no single minute can hide it."""
    alarm = find_alarm(stage, "There is work for a GPU")
    assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (1, 5)


def test_a_wake_up_is_never_undone_by_an_old_alarm(stage: Template) -> None:
    """CloudWatch repeats a scaling action each minute: sleeping needs a ready task without work.

    The metric is not filled, so it has no value, and the alarm ends, while nothing is ready.
    """
    alarm = find_alarm(stage, "A GPU task is ready and has no work")
    assert find_expression(alarm).startswith("IF((ready > 0) AND ((FILL(waiting, 0)")
    assert "FILL(ready" not in find_expression(alarm)
    ready = {row["Id"]: row.get("Expression") for row in alarm["Metrics"]}["ready"]
    assert ready in (None, "SUM([healthy0, healthy1])")
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["DatapointsToAlarm"] < alarm["EvaluationPeriods"]


def test_sleeping_takes_the_minutes_of_the_settings(templates: dict[str, Template]) -> None:
    """They are longer than the wake alarm remembers work, so the two do not alternate."""
    assert DEV.gpu is not None
    alarm = find_alarm(templates["dev-Service"], "A GPU task is ready")
    wake = find_alarm(templates["dev-Service"], "There is work")
    assert alarm["DatapointsToAlarm"] == DEV.gpu.idle_minutes > wake["EvaluationPeriods"]


def test_a_wish_that_cannot_be_met_ends(stage: Template) -> None:
    """No quota, no capacity or a model that does not start: after an hour no task is wanted."""
    alarm = find_alarm(stage, "GPU tasks are wanted and none became ready")
    assert find_expression(alarm) == "IF((wanted > 0) AND (FILL(ready, 0) == 0), 1, 0)"
    policies = find_all(stage, "AWS::ApplicationAutoScaling::ScalingPolicy")
    (action,) = alarm["AlarmActions"]
    policy = stage.to_json()["Resources"][action["Ref"]]["Properties"]
    steps = policy["StepScalingPolicyConfiguration"]["StepAdjustments"]
    assert [step["ScalingAdjustment"] for step in steps] == [0]
    assert len(policies) == 3


def test_each_step_needs_more_work_than_the_one_before(stage: Template) -> None:
    """As many tasks as the backlog needs, up to the most."""
    action = find_alarm(stage, "There is work")["AlarmActions"][0]
    policy = stage.to_json()["Resources"][action["Ref"]]["Properties"]
    steps = policy["StepScalingPolicyConfiguration"]["StepAdjustments"]
    assert [step["ScalingAdjustment"] for step in steps] == list(range(1, len(steps) + 1))
    assert "MetricIntervalUpperBound" not in steps[-1]
    assert json.dumps(steps).count("MetricIntervalLowerBound") == len(steps)
