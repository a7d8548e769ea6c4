"""The monitoring stack."""

import json

from aws_cdk.assertions import Match, Template

from infra.monitoring.cdn_metrics import REPLICAS


def test_every_alarm_has_an_action(monitoring: Template) -> None:
    """Each also has a description."""
    alarms = monitoring.find_resources("AWS::CloudWatch::Alarm").values()
    assert len(alarms) >= 8
    for alarm in alarms:
        assert alarm["Properties"]["AlarmActions"]
        assert alarm["Properties"]["AlarmDescription"]


def test_the_budget_warns_before_and_when_it_is_spent(monitoring: Template) -> None:
    """At 80% spent, and when the forecast exceeds 100%."""
    monitoring.has_resource_properties(
        "AWS::Budgets::Budget",
        {
            "Budget": Match.object_like({"BudgetLimit": {"Amount": 2000, "Unit": "USD"}}),
            "NotificationsWithSubscribers": [
                Match.object_like({"Notification": Match.object_like({"Threshold": 80})}),
                Match.object_like(
                    {"Notification": Match.object_like({"NotificationType": "FORECASTED"})}
                ),
            ],
        },
    )


def test_the_dashboard_shows_every_topic(monitoring: Template) -> None:
    """Hit ratio, misses, fallbacks, errors, duration, queue, tokens and cost."""
    (board,) = monitoring.find_resources("AWS::CloudWatch::Dashboard").values()
    text = json.dumps(board)
    for title in ("Answered without the API", "Fallbacks", "5xxErrorRate", "Edge errors",
                  "The edge function takes", "Keys that wait", "Tokens",
                  "Cost of a million"):  # fmt: skip
        assert title in text


def test_the_edges_duration_is_read_in_the_regions_of_its_replicas(monitoring: Template) -> None:
    """Each Region has its own line; the metric has the home Region's and the function's name."""
    (board,) = monitoring.find_resources("AWS::CloudWatch::Dashboard").values()
    text = json.dumps(board)
    assert text.count('\\"FunctionName\\",\\"us-east-1.') == len(REPLICAS)
    for region in REPLICAS:
        assert f'\\"region\\":\\"{region}\\"' in text


def test_the_topic_requires_tls(monitoring: Template) -> None:
    """Plain HTTP is denied."""
    monitoring.has_resource_properties(
        "AWS::SNS::TopicPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with([Match.object_like({"Effect": "Deny"})])
            }
        },
    )
