"""The monitoring's stack: somebody hears of it."""

import json

from aws_cdk.assertions import Match, Template

from infra.monitoring.cdn_metrics import REPLICAS


def test_every_alarm_tells_somebody(monitoring: Template) -> None:
    """No alarm is without an action, and each says what it means."""
    alarms = monitoring.find_resources("AWS::CloudWatch::Alarm").values()
    assert len(alarms) >= 8
    for alarm in alarms:
        assert alarm["Properties"]["AlarmActions"]
        assert alarm["Properties"]["AlarmDescription"]


def test_the_budget_warns_before_and_when_it_is_spent(monitoring: Template) -> None:
    """80% spent, and 100% in sight."""
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


def test_the_dashboard_answers_the_questions(monitoring: Template) -> None:
    """Hit ratio, misses, fallbacks, errors, the edge's time, queue, tokens and cost are on it."""
    (board,) = monitoring.find_resources("AWS::CloudWatch::Dashboard").values()
    text = json.dumps(board)
    for asked in ("Answered without the API", "Fallbacks", "5xxErrorRate", "Edge errors",
                  "The edge function takes", "Keys that wait", "Tokens",
                  "Cost of a million"):  # fmt: skip
        assert asked in text


def test_the_edges_time_is_read_where_its_replicas_run(monitoring: Template) -> None:
    """Each Region has a line of its own, under the home Region's name and the function's."""
    (board,) = monitoring.find_resources("AWS::CloudWatch::Dashboard").values()
    text = json.dumps(board)
    assert text.count('\\"FunctionName\\",\\"us-east-1.') == len(REPLICAS)
    for region in REPLICAS:
        assert f'\\"region\\":\\"{region}\\"' in text


def test_tls_alone_reaches_the_topic(monitoring: Template) -> None:
    """Plain HTTP is denied."""
    monitoring.has_resource_properties(
        "AWS::SNS::TopicPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with([Match.object_like({"Effect": "Deny"})])
            }
        },
    )
