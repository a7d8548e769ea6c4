"""How ECS brings a new version of the model, as `deploymentConfiguration` of its UpdateService.

With room for two: CANARY. ECS starts the new version next to the old one, sends it the test traffic
and runs the smoke test; then it gets CANARY_PERCENT of the traffic for CANARY_MINUTES, then all of
it; the old one stays BAKE_MINUTES more. A failed test or an alarm moves the traffic back
(docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html and
.../deployment-lifecycle-hooks.html). On one machine: ROLLING, as all other deployments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

CANARY_PERCENT, CANARY_MINUTES, BAKE_MINUTES = 10.0, 10, 10
SMOKE_STAGE = "POST_TEST_TRAFFIC_SHIFT"  # the new version has the test traffic, and no other
_NO_BREAKER = {"enable": False, "rollback": False}  # it is for rolling deployments only
# What infra/service/gpu_service.py deploys with, so that it holds again after a rollout.
AT_REST: dict[bool, dict[str, Any]] = {
    True: {
        "strategy": "BLUE_GREEN",
        "bakeTimeInMinutes": 0,
        "minimumHealthyPercent": 100,
        "maximumPercent": 200,
        "deploymentCircuitBreaker": _NO_BREAKER,
    },
    False: {
        "strategy": "ROLLING",
        "minimumHealthyPercent": 0,
        "maximumPercent": 100,
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
    },
}


def build_rest(*, is_double: bool) -> dict[str, Any]:
    """The configuration between rollouts: without alarms, and without the smoke test."""
    alarms = {"alarmNames": [], "enable": False, "rollback": False}
    hooks: dict[str, Any] = {"lifecycleHooks": []} if is_double else {}
    return {**AT_REST[is_double], "alarms": alarms, **hooks}


def build_rolling(alarms: Sequence[str]) -> dict[str, Any]:
    """The old version stops, the new one starts; failed tasks or an alarm bring it back."""
    return {**AT_REST[False], "alarms": _roll_back_at(alarms)}


def build_canary(alarms: Sequence[str], *, hook: str, role: str) -> dict[str, Any]:
    """The new version next to the old one; `hook` is the smoke test, which `role` may invoke."""
    return {
        **AT_REST[True],
        "strategy": "CANARY",
        "bakeTimeInMinutes": BAKE_MINUTES,
        "canaryConfiguration": {
            "canaryPercent": CANARY_PERCENT,
            "canaryBakeTimeInMinutes": CANARY_MINUTES,
        },
        "alarms": _roll_back_at(alarms),
        "lifecycleHooks": [
            {"hookTargetArn": hook, "roleArn": role, "lifecycleStages": [SMOKE_STAGE]}
        ],
    }


def _roll_back_at(alarms: Sequence[str]) -> dict[str, Any]:
    return {"alarmNames": list(alarms), "enable": True, "rollback": True}
