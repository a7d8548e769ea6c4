"""`handler` (Lambda): records which version of the model is live, when ECS has finished.

EventBridge sends it ECS's event of a deployment that has reached a steady state, also after a
rollback (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html).
It reads the service instead of the event, so repeated and late events do no harm.

1. What the service runs is the live version: the parameter gets it, unless it has it already.
2. If the service was configured for a rollout, it gets its configuration at rest again, so that
   neither a wake-up nor a deployment of other changes is a canary.
3. A rollout that ended with the old version is logged; a metric and an alarm count it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from edgefill.operations.rollout.task_model import read_version
from edgefill.store.aws import AwsClients

if TYPE_CHECKING:
    from mypy_boto3_ecs.client import ECSClient
    from mypy_boto3_ssm.client import SSMClient

CLUSTER = "EDGEFILL_ROLLOUT_CLUSTER"
SERVICE = "EDGEFILL_ROLLOUT_SERVICE"
LIVE_PARAMETER = "EDGEFILL_ROLLOUT_LIVE_PARAMETER"
REST = "EDGEFILL_ROLLOUT_REST"


def handler(_event: Mapping[str, Any], _context: object) -> None:
    """Record the live version of the service that the environment names."""
    clients = AwsClients.from_environment(os.environ)
    report = LiveModelRecorder(clients.make_ecs(), clients.make_ssm(), os.environ).record()
    print(json.dumps(report))  # noqa: T201 Lambda logs it, a metric filter reads it


class LiveModelRecorder:
    """Compares what the service runs with the parameter."""

    def __init__(self, ecs: ECSClient, ssm: SSMClient, environment: Mapping[str, str]) -> None:
        self._ecs, self._ssm = ecs, ssm
        self._place: Any = {"cluster": environment[CLUSTER], "service": environment[SERVICE]}
        self._parameter = environment[LIVE_PARAMETER]
        self._rest = json.loads(environment[REST])

    def record(self) -> dict[str, str]:
        """Record the live version; what was found, for the log."""
        (service,) = self._ecs.describe_services(
            cluster=self._place["cluster"], services=[self._place["service"]]
        )["services"]
        if len(service["deployments"]) > 1:
            return {"event": "deployment goes on"}
        definition = self._ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
        runs = read_version(definition["taskDefinition"])
        before = self._ssm.get_parameter(Name=self._parameter)["Parameter"]["Value"]
        was_rollout = is_rollout(service.get("deploymentConfiguration", {}))
        if was_rollout:
            self._ecs.update_service(**self._place, deploymentConfiguration=self._rest)
        if runs != before:
            self._ssm.put_parameter(Name=self._parameter, Value=runs, Overwrite=True)
        return {"event": name_event(is_new=runs != before, was_rollout=was_rollout), "live": runs}


def is_rollout(configuration: Mapping[str, Any]) -> bool:
    """Whether a deployment was a rollout: only these have alarms."""
    return bool(configuration.get("alarms", {}).get("enable"))


def name_event(*, is_new: bool, was_rollout: bool) -> str:
    """What happened to the live version."""
    if is_new:
        return "model live"
    return "model rolled back" if was_rollout else "model unchanged"
