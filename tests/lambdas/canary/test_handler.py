"""The canary: what it asks, what it logs, and where its tokens come from."""

from __future__ import annotations

import json

import pytest
from moto import mock_aws

from edgefill.core.errors import InputRefused
from edgefill.operations.check_result import fail_check
from edgefill.store.aws import AwsClients
from lambdas.canary.handler import (
    METRIC,
    NAMESPACE,
    URL,
    find_tokens,
    format_check,
    format_metric,
    parse_tokens,
    read_tokens,
    run,
)

CLOSED = {URL: "http://127.0.0.1:9", NAMESPACE: "Edgefill/dev"}


def test_a_site_that_is_down_is_one_failure_in_the_metric() -> None:
    """And a line with the reason; the function itself does not fail."""
    check, metric = map(json.loads, run(CLOSED, ()))
    assert (check["event"], check["check"], check["status"]) == ("canary check", "hit", "fail")
    assert metric[METRIC] == 1


def test_the_metric_is_in_cloudwatchs_embedded_format() -> None:
    """Its name is declared, in the stage's namespace, without dimensions; 0 is written too."""
    line = json.loads(format_metric(0, namespace="Edgefill/dev", now=1.5))
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive == {
        "Namespace": "Edgefill/dev",
        "Dimensions": [[]],
        "Metrics": [{"Name": METRIC, "Unit": "Count"}],
    }
    assert (line[METRIC], line["_aws"]["Timestamp"]) == (0, 1500)


def test_a_check_is_logged_with_its_remedy() -> None:
    """Who gets the alarm reads what to do."""
    row = json.loads(format_check(fail_check("hit", "502", remedy="look")))
    assert row == {
        "event": "canary check", "check": "hit", "status": "fail", "text": "502", "remedy": "look",
    }  # fmt: skip


def test_without_a_secret_there_is_no_token() -> None:
    """And no call to AWS."""
    assert find_tokens(CLOSED) == ()


def test_tokens_come_from_the_secret_at_run_time() -> None:
    """Neither the code nor the environment has them."""
    with mock_aws():
        client = AwsClients(credentials=("test", "test")).make_client("secretsmanager")
        client.create_secret(Name="canary", SecretString='["one", "two"]')
        assert read_tokens(client, "canary") == ("one", "two")


@pytest.mark.parametrize("text", ["secret-token", '"one"', "[1]", "{}"])
def test_a_secret_of_another_form_is_named_and_not_shown(text: str) -> None:
    """Its content never reaches a log."""
    with pytest.raises(InputRefused, match="secret canary: write a JSON list") as caught:
        parse_tokens(text, "canary")
    assert text not in str(caught.value)
