"""The times of a GPU task's start, as metrics in one log line."""

import json
from typing import Any

from lambdas.wake.phases import build_metrics, measure_phases, render_line

TASK: dict[str, Any] = {
    "taskArn": "arn:aws:ecs:us-east-1:111122223333:task/gpu/0123",
    "capacityProviderName": "g6xlarge",
    "lastStatus": "RUNNING",
    "createdAt": "2026-11-30T20:00:00.000Z",
    "pullStartedAt": "2026-11-30T20:02:05.500Z",
    "pullStoppedAt": "2026-11-30T20:03:05.500Z",
    "startedAt": "2026-11-30T20:04:15.500Z",
}


def test_each_part_ends_where_the_next_begins() -> None:
    """Machine, image and model add up to the whole."""
    phases = measure_phases(TASK)
    assert phases == {
        "WakeMachine": 125.5, "WakeImage": 60.0, "WakeModel": 70.0, "WakeTotal": 255.5,
    }  # fmt: skip
    assert sum(phases.values()) == 2 * phases["WakeTotal"]


def test_the_line_is_in_cloudwatchs_embedded_format() -> None:
    """Every metric that it declares is a number of the line, without dimensions."""
    environment = {"EDGEFILL_WAKE_NAMESPACE": "Edgefill/dev"}
    line = json.loads(render_line({"detail": TASK}, environment))
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Edgefill/dev", [[]])
    assert all(isinstance(line[metric["Name"]], float) for metric in directive["Metrics"])
    assert line["_aws"]["Timestamp"] == 1796069055500


def test_a_cached_image_has_no_time_of_its_own() -> None:
    """ECS omits the times of a pull that did not happen; the whole is still measured."""
    task = {name: value for name, value in TASK.items() if not name.startswith("pull")}
    line = build_metrics(task, namespace="Edgefill/dev")
    assert [row["Name"] for row in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]] == ["WakeTotal"]
