"""`handler` (Lambda): how long each part of a GPU task's start took, as metrics.

EventBridge sends it ECS's event of a task that has become RUNNING (docs.aws.amazon.com/AmazonECS/
latest/developerguide/ecs_task_events.html). It writes one line in CloudWatch's embedded metric
format (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
CloudWatch_Embedded_Metric_Format_Specification.html), so it calls nothing and needs no permission.

    wanted -> machine     createdAt -> pullStartedAt     a machine has started and takes the task
    machine -> image      pullStartedAt -> pullStoppedAt
    image -> running      pullStoppedAt -> startedAt     vLLM has the model and is healthy
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

NAMESPACE = "EDGEFILL_WAKE_NAMESPACE"
PHASES = {
    "WakeMachine": ("createdAt", "pullStartedAt"),
    "WakeImage": ("pullStartedAt", "pullStoppedAt"),
    "WakeModel": ("pullStoppedAt", "startedAt"),
    "WakeTotal": ("createdAt", "startedAt"),
}


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Print the metrics of one task."""
    print(render_line(event, os.environ))  # noqa: T201 Lambda logs it, CloudWatch reads it


def render_line(event: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """The metrics of one task as JSON; their namespace is in the variable NAMESPACE."""
    return json.dumps(build_metrics(event["detail"], namespace=environment[NAMESPACE]))


def build_metrics(task: Mapping[str, Any], *, namespace: str) -> dict[str, Any]:
    """The line for one task; a phase whose times are missing is left out."""
    phases = measure_phases(task)
    return {
        "_aws": {
            "Timestamp": int(_parse_time(task["startedAt"]).timestamp() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": namespace,
                    "Dimensions": [[]],
                    "Metrics": [{"Name": name, "Unit": "Seconds"} for name in phases],
                }
            ],
        },
        "event": "gpu running",
        "task": task["taskArn"],
        "provider": task.get("capacityProviderName", ""),
        **phases,
    }


def measure_phases(task: Mapping[str, Any]) -> dict[str, float]:
    """Seconds of each phase of PHASES whose start and end the task has."""
    return {
        name: (_parse_time(task[end]) - _parse_time(task[start])).total_seconds()
        for name, (start, end) in PHASES.items()
        if start in task and end in task
    }


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)
