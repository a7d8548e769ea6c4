"""The GPU service's model, changed through ECS's API in moto and in botocore's stub."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from edgefill.core.errors import InputRefused
from edgefill.operations.rollout.model_service import ModelService, Progress
from edgefill.store.aws import AwsClients
from tests.edgefill.operations.rollout.emulated_service import (
    CLUSTER,
    SERVICE,
    describe_task,
    make_target,
    read_task,
)

PLACE = {"cluster": CLUSTER, "service": SERVICE}
ARN = "arn:aws:ecs:us-east-1:123456789012:service-deployment/gpu/gpu/1"
OLDER = f"{ARN[:-1]}0"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def record_updates(client: Any) -> list[dict[str, Any]]:
    """The arguments of each UpdateService that is sent from now on."""
    calls: list[dict[str, Any]] = []
    client.meta.events.register(
        "provide-client-params.ecs.UpdateService", lambda params, **_: calls.append(params)
    )
    return calls


def test_the_state_is_the_services(ecs: Any) -> None:
    """Version, wanted and running tasks."""
    state = ModelService(ecs, make_target()).read_state()
    assert (state.version, state.desired, state.running) == ("default", 1, 1)


def test_a_new_version_is_brought_as_the_stack_says(ecs: Any) -> None:
    """A new revision of the same task, and the canary; the number of tasks stays."""
    calls = record_updates(ecs)
    service = ModelService(ecs, make_target())
    service.bring("v2")
    assert (
        read_task(ecs)["containerDefinitions"][0]["command"]
        == (describe_task("v2")["containerDefinitions"][0]["command"])
    )
    (call,) = calls
    assert call["deploymentConfiguration"] == make_target().deployment
    assert call["taskDefinition"].endswith("task-definition/gpu:2")
    assert "desiredCount" not in call
    assert service.read_state().version == "v2"


def test_a_version_comes_back_with_all_traffic_at_once(ecs: Any) -> None:
    """Neither a smoke test nor 10% delays the end of a bad model."""
    calls = record_updates(ecs)
    ModelService(ecs, make_target()).restore("old")
    (call,) = calls
    assert call["deploymentConfiguration"]["strategy"] == "BLUE_GREEN"
    assert call["deploymentConfiguration"]["lifecycleHooks"] == []


def test_on_one_machine_a_sleeping_service_tries_the_new_version(ecs: Any) -> None:
    """Otherwise the first visitor would."""
    ecs.update_service(**PLACE, desiredCount=0)
    service = ModelService(ecs, make_target(is_double=False))
    service.bring("v2")
    assert (service.read_state().version, service.read_state().desired) == ("v2", 1)


def test_a_sleeping_service_is_woken(ecs: Any) -> None:
    """By one task."""
    ecs.update_service(**PLACE, desiredCount=0)
    service = ModelService(ecs, make_target())
    service.wake()
    assert service.read_state().desired == 1


def test_a_missing_service_is_refused(ecs: Any) -> None:
    """It was deleted, and the parameter stayed."""
    target = replace(make_target(), service="gone")
    with pytest.raises(InputRefused, match="cluster gpu has no service gone"):
        ModelService(ecs, target).read_state()


def stub_deployments(stub: Stubber, *rows: dict[str, Any]) -> None:
    stub.add_response("list_service_deployments", {"serviceDeployments": list(rows)}, PLACE)


def test_the_latest_deployment_is_followed_and_cancelled() -> None:
    """Two calls that moto does not know; botocore checks their arguments."""
    client = AwsClients(credentials=("test", "test")).make_ecs()
    with Stubber(client) as stub:
        stub_deployments(
            stub,
            {"serviceDeploymentArn": OLDER, "createdAt": NOW - timedelta(days=1)},
            {"serviceDeploymentArn": ARN, "createdAt": NOW},
        )
        row = {"status": "IN_PROGRESS", "lifecycleStage": "SCALE_UP", "statusReason": "because"}
        stub.add_response(
            "describe_service_deployments",
            {"serviceDeployments": [row]},
            {"serviceDeploymentArns": [ARN]},
        )
        stub.add_response(
            "stop_service_deployment",
            {"serviceDeploymentArn": ARN},
            {"serviceDeploymentArn": ARN, "stopType": "ROLLBACK"},
        )
        service = ModelService(client, make_target())
        progress = service.read_progress()
        assert progress == Progress(
            arn=ARN, status="IN_PROGRESS", stage="SCALE_UP", reason="because"
        )
        assert (progress.is_running, progress.is_ready) == (True, False)
        service.cancel(progress)
        stub.assert_no_pending_responses()


def test_a_service_without_a_deployment_has_no_progress() -> None:
    """A new stage."""
    client = AwsClients(credentials=("test", "test")).make_ecs()
    with Stubber(client) as stub:
        stub_deployments(stub)
        assert ModelService(client, make_target()).read_progress() is None
