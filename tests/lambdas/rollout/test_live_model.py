"""The recorder of the live version, with ECS and Systems Manager in moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from edgefill.operations.rollout.model_service import ModelService
from edgefill.store.aws import AwsClients
from infra.rollout.configuration import build_rest
from lambdas.rollout.live_model import (
    CLUSTER,
    LIVE_PARAMETER,
    REST,
    SERVICE,
    LiveModelRecorder,
    is_rollout,
    name_event,
)
from tests.edgefill.operations.rollout import emulated_service as emulated

ENVIRONMENT = {
    CLUSTER: emulated.CLUSTER,
    SERVICE: emulated.SERVICE,
    LIVE_PARAMETER: emulated.LIVE_PARAMETER,
    REST: json.dumps(build_rest(is_double=True)),
}


@pytest.fixture
def aws() -> Iterator[AwsClients]:
    with mock_aws():
        clients = AwsClients(credentials=("test", "test"))
        emulated.create_service(clients.make_ecs(), clients.make_ssm())
        yield clients


def record(aws: AwsClients) -> dict[str, str]:
    return LiveModelRecorder(aws.make_ecs(), aws.make_ssm(), ENVIRONMENT).record()


def read_live(aws: AwsClients) -> str:
    return str(aws.make_ssm().get_parameter(Name=emulated.LIVE_PARAMETER)["Parameter"]["Value"])


def read_configuration(aws: AwsClients) -> Any:
    (row,) = aws.make_ecs().describe_services(
        cluster=emulated.CLUSTER, services=[emulated.SERVICE]
    )["services"]
    return row["deploymentConfiguration"]


def test_a_promoted_version_is_recorded_and_the_service_is_at_rest(aws: AwsClients) -> None:
    """The next deployment and the next wake-up are no canaries."""
    ModelService(aws.make_ecs(), emulated.make_target()).bring("v2")
    assert record(aws) == {"event": "model live", "live": "v2"}
    assert read_live(aws) == "v2"
    assert read_configuration(aws)["strategy"] == "BLUE_GREEN"
    assert not read_configuration(aws)["alarms"]["enable"]


def test_a_rollout_that_ended_with_the_old_version_is_logged(aws: AwsClients) -> None:
    """An alarm counts this event; the parameter stays, and its history has no new entry."""
    ecs = aws.make_ecs()
    ModelService(ecs, emulated.make_target()).bring("v2")
    ecs.update_service(  # what ECS itself does at the end of a rollback
        cluster=emulated.CLUSTER, service=emulated.SERVICE, taskDefinition="gpu:1"
    )
    assert record(aws) == {"event": "model rolled back", "live": "default"}
    assert read_live(aws) == "default"
    assert read_configuration(aws)["strategy"] == "BLUE_GREEN"


def test_a_repeated_event_changes_nothing(aws: AwsClients) -> None:
    """EventBridge delivers at least once."""
    ModelService(aws.make_ecs(), emulated.make_target()).bring("v2")
    record(aws)
    assert record(aws) == {"event": "model unchanged", "live": "v2"}


def test_a_deployment_that_goes_on_is_not_recorded(aws: AwsClients) -> None:
    """An event of an earlier deployment may come late."""

    class TwoDeployments:
        def describe_services(self, **_: Any) -> Any:
            return {"services": [{"deployments": [{}, {}]}]}

    ecs: Any = TwoDeployments()
    report = LiveModelRecorder(ecs, aws.make_ssm(), ENVIRONMENT).record()
    assert report == {"event": "deployment goes on"}
    assert read_live(aws) == "default"


def test_only_rollouts_have_alarms() -> None:
    """So the two configurations tell a rollout from everything else."""
    assert is_rollout(emulated.make_target().deployment)
    assert is_rollout(emulated.make_target(is_double=False).deployment)
    assert not is_rollout(build_rest(is_double=True))
    assert not is_rollout({})


@pytest.mark.parametrize(
    ("is_new", "was_rollout", "event"),
    [
        (True, True, "model live"),
        (True, False, "model live"),  # a deployment of the stack, with another gpu.model
        (False, True, "model rolled back"),
        (False, False, "model unchanged"),
    ],
)
def test_the_event_says_what_happened(is_new: bool, was_rollout: bool, event: str) -> None:
    """As the metric filter reads it."""
    assert name_event(is_new=is_new, was_rollout=was_rollout) == event
