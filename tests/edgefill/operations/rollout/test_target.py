"""The target of rollouts, read from Systems Manager in moto."""

from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.operations.rollout.target import parse_target, read_live_versions, read_target
from edgefill.store.aws import AwsClients
from tests.edgefill.operations.rollout.emulated_service import (
    LIVE_PARAMETER,
    STAGE,
    make_target,
)


def test_the_target_is_the_deployed_one(ssm: Any) -> None:
    """What the service stack wrote."""
    assert read_target(ssm, STAGE) == make_target()


def test_a_stage_that_is_not_deployed_is_refused_with_the_command(ssm: Any) -> None:
    """A typo in the stage looks the same."""
    with pytest.raises(InputRefused, match=r"no parameter .*model-rollout\).*stage=prd"):
        read_target(ssm, "prd")


@pytest.mark.parametrize("text", ["", "[]", '{"cluster": "gpu"}'])
def test_a_parameter_of_another_version_is_refused(text: str) -> None:
    """With the remedy."""
    with pytest.raises(InputRefused, match="deploy the stage again"):
        parse_target(text)


def test_the_versions_before_are_the_parameters_history(ssm: Any) -> None:
    """The newest first, each once."""
    for version in ("v2", "v3", "v2"):
        ssm.put_parameter(Name=LIVE_PARAMETER, Value=version, Overwrite=True)
    assert read_live_versions(ssm, make_target()) == ["v2", "v3", "default"]


def test_an_unreachable_account_is_a_refusal() -> None:
    """It names the service and the kind of failure."""
    aws = AwsClients(endpoint_url="http://127.0.0.1:9", credentials=("test", "test"), attempts=1)
    with pytest.raises(InputRefused, match="Systems Manager: EndpointConnectionError"):
        read_target(aws.make_ssm(), STAGE)
