"""The monitoring stack."""

import json
import re
from fnmatch import fnmatchcase

import pytest
from aws_cdk.assertions import Match, Template

from edgefill.core.keys import Key
from edgefill.visit.answer_headers import outcome_header
from infra.monitoring.api_metrics import PATTERNS
from infra.monitoring.cdn_metrics import REPLICAS

KEY = Key(experience="order-delayed", locale="de", case="gold.new")


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


def matches(pattern: str, line: dict[str, str]) -> bool:
    """Whether a pattern of `$.name = "text*"` terms, joined by && and ||, matches a log line."""

    def evaluate(term: "re.Match[str]") -> str:
        return str(fnmatchcase(line.get(term[1], ""), term[2].replace("[", "[[]")))

    text = re.sub(r'\$\.(\w+) = "([^"]*)"', evaluate, pattern.strip("{} "))
    return bool(eval(text.replace("&&", "and").replace("||", "or")))


@pytest.mark.parametrize("fields", [{}, {"route": "order-delayed", "reviewed": "false"}])
@pytest.mark.parametrize(
    ("name", "outcome", "own"),
    [
        ("Generated", "miss", {"generated": "true"}),
        ("Found", "miss", {"generated": "false"}),
        ("TurnedAway", "fallback", {"reason": "cold"}),
        ("TurnedAway", "fallback", {"reason": "busy"}),
        ("Fallbacks", "fallback", {"reason": "store"}),
    ],
)
def test_questions_count_as_pages_do(
    name: str, outcome: str, own: dict[str, str], fields: dict[str, str]
) -> None:
    """P2: an outcome of `/ask` goes on after its reason, and is counted once."""
    line = {
        "event": "served",
        "outcome": outcome_header(outcome, template=KEY, **own, **fields),
    }
    counted = {each for each, pattern in PATTERNS.items() if matches(pattern, line)}
    assert counted == {name} | ({"Fallbacks"} if outcome == "fallback" else set())


@pytest.mark.parametrize("name", ["TurnedAway", "Generated", "Found"])
def test_patterns_have_wildcards_only_at_their_ends(name: str) -> None:
    """CloudWatch's documentation shows no other."""
    for text in re.findall(r'outcome = "([^"]*)"', PATTERNS[name]):
        assert "*" not in text.strip("*")


def test_no_alarm_depends_on_its_newest_minute_alone(monitoring: Template) -> None:
    """P1-6: a metric that fills late minutes with 0 is looked at for five or more."""
    for alarm in monitoring.find_resources("AWS::CloudWatch::Alarm").values():
        properties = alarm["Properties"]
        if "FILL(" in json.dumps(properties.get("Metrics", [])):
            assert properties["EvaluationPeriods"] >= 5
            assert properties["DatapointsToAlarm"] < properties["EvaluationPeriods"]


def test_a_gpu_that_does_not_come_or_comes_late_is_an_alarm(monitoring: Template) -> None:
    """Wanted for half an hour, or more than ten minutes from zero."""
    text = json.dumps(monitoring.find_resources("AWS::CloudWatch::Alarm"))
    assert "IF((wanted > 0) AND (FILL(ready, 0) == 0), 1, 0)" in text
    assert "WakeTotal" in text


def test_the_dashboard_shows_every_part_of_a_wake_up(monitoring: Template) -> None:
    """Who wanted it, each part's seconds, and what ECS still waits for."""
    (board,) = monitoring.find_resources("AWS::CloudWatch::Dashboard").values()
    text = json.dumps(board)
    for name in ("Wakes", "WakeMachine", "WakeImage", "WakeWeights", "WakeModel", "WakeReady",
                 "DesiredTaskCount", "RunningTaskCount"):  # fmt: skip
        assert name in text
