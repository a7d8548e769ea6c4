"""The `deploymentConfiguration` of a rollout, checked against ECS's own API model."""

from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import validate_parameters

from infra.rollout.configuration import build_canary, build_rest, build_rolling

ALARMS = ["errors", "fallbacks"]
CANARY = build_canary(ALARMS, hook="arn:hook", role="arn:role")


@pytest.mark.parametrize(
    "configuration",
    [
        CANARY,
        build_rolling(ALARMS),
        build_rest(is_double=True),
        build_rest(is_double=False),
    ],
)
def test_ecs_knows_every_field(configuration: dict[str, Any]) -> None:
    """Names, types and values, as botocore validates a request."""
    data = Loader().load_service_model("ecs", "service-2")
    shape = ServiceModel(data).shape_for("DeploymentConfiguration")
    validate_parameters(configuration, shape)
    assert configuration["strategy"] in data["shapes"]["DeploymentStrategy"]["enum"]
    stages = data["shapes"]["DeploymentLifecycleHookStage"]["enum"]
    for hook in configuration.get("lifecycleHooks", []):
        assert set(hook["lifecycleStages"]) <= set(stages)


def test_a_tenth_of_the_traffic_comes_before_all_of_it() -> None:
    """And the old version stays for a while after that."""
    assert CANARY["canaryConfiguration"] == {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 10}
    assert CANARY["bakeTimeInMinutes"] > 0
    assert (CANARY["minimumHealthyPercent"], CANARY["maximumPercent"]) == (100, 200)


def test_the_smoke_test_comes_before_any_traffic() -> None:
    """Its stage is the last one before the traffic shifts."""
    (hook,) = CANARY["lifecycleHooks"]
    assert hook["lifecycleStages"] == ["POST_TEST_TRAFFIC_SHIFT"]


def test_alarms_roll_back_in_a_rollout_only() -> None:
    """A wake-up between rollouts must not fail because of an old alarm."""
    for configuration in (CANARY, build_rolling(ALARMS)):
        assert configuration["alarms"] == {
            "alarmNames": ALARMS, "enable": True, "rollback": True,
        }  # fmt: skip
    for is_double in (True, False):
        assert build_rest(is_double=is_double)["alarms"]["enable"] is False


def test_the_circuit_breaker_is_for_rolling_deployments() -> None:
    """ECS has it for these only."""
    assert build_rolling(ALARMS)["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert CANARY["deploymentCircuitBreaker"]["enable"] is False
