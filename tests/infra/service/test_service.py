"""The service stack: the miss path and the steps of batch drafting."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from edgefill.core.keys import Key
from edgefill.packs.layout import held_key, pack_key
from infra.deployment import build_stacks
from infra.settings import LOCAL
from infra.store.demand import VISIBILITY_TIMEOUT_S, WORKER_TIMEOUT_S
from lambdas.api.settings import ApiSettings
from lambdas.batch.settings import BatchSettings
from tests.infra.conftest import FolderBundles, read_context


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


def test_the_key_of_an_existing_gpu_service_comes_from_a_secret(tmp_path: Path) -> None:
    """P2: the template has a reference to the secret, never the key."""
    settings = replace(LOCAL, gpu_key_secret="edgefill/gpu-key")
    stacks = build_stacks(
        App(outdir=str(tmp_path / "out"), context=read_context()),
        settings=settings,
        bundles=FolderBundles(tmp_path),
        jwks={},
    )
    handler = find_function(Template.from_stack(stacks.service), "lambdas.api.handler.handler")
    key = json.dumps(handler["Environment"]["Variables"]["EDGEFILL_API_GPU_KEY"])
    assert "resolve:secretsmanager:edgefill/gpu-key" in key


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
