"""The scenario succeeds on a service that drains, and fails on each that does not."""

import sys
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx
import pytest

from edgefill.local.gpu_rehearsal.container import ContainerSpec
from edgefill.local.gpu_rehearsal.drafts import DemoDrafts
from edgefill.local.gpu_rehearsal.load import RehearsalFailed
from edgefill.local.gpu_rehearsal.scenario import Scenario
from edgefill.local.gpu_rehearsal.service_scheduler import ServiceScheduler
from edgefill.local.gpu_rehearsal.substitutions import SERVICE, VLLM
from edgefill.local.gpu_rehearsal.task import RunningTask
from edgefill.local.gpu_rehearsal.task_definition import parse_task_definition
from edgefill.local.gpu_rehearsal.timeline import Timeline
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.ports import find_free_port
from tests.edgefill.local.gpu_rehearsal.rows import (
    OBEY,
    build_row,
    build_spec,
    depend_on,
    expect_file,
)

STAND_IN = Path(__file__).with_name("stand_in_service.py")


class FixedDrafts(DemoDrafts):
    """Requests without prompts, for a service without a model."""

    def write_template(self, client: httpx.Client, name: str) -> str:
        answer = client.post("/v1/templates", json={"name": name})
        text: str = answer.raise_for_status().json()["template"]
        return text

    def iterate_bodies(self) -> Iterator[dict[str, Any]]:
        return repeat({})


def run_scenario(mode: str, folder: Path) -> list[str]:
    """Run the scenario with a stand-in of this mode; returns the events."""
    port, timeline, log = find_free_port(), Timeline(), StackLog()
    definition = parse_task_definition(
        [
            build_row(VLLM, HealthCheck=expect_file(VLLM)),
            build_row(SERVICE, DependsOn=depend_on(VLLM, "HEALTHY")),
        ]
    )
    command = (sys.executable, str(STAND_IN), str(port), mode)
    service = ContainerSpec(
        definition=definition.find(SERVICE), command=command, environment={}, folder=folder
    )
    specs = {VLLM: build_spec(definition.find(VLLM), OBEY, folder), SERVICE: service}
    url = f"http://127.0.0.1:{port}"
    with (
        httpx.Client(base_url=url, trust_env=False) as client,
        ServiceScheduler(
            lambda number: RunningTask(number, definition, specs, log=log, timeline=timeline)
        ) as scheduler,
    ):
        Scenario(
            scheduler=scheduler,
            client=client,
            ready_path="/ready",
            drafts=FixedDrafts(folder),
            timeline=timeline,
            log=log,
        ).run()
    return [event.text for event in timeline.events]


def test_a_service_that_drains_passes(tmp_path: Path) -> None:
    """Three tasks: the first, and one after each kill; nothing is lost."""
    events = run_scenario("drain", tmp_path)
    assert [text for text in events if "SIGKILL" in text] == [
        "kill gpu-service (SIGKILL)", "kill vllm (SIGKILL) with 24 requests in flight",
    ]  # fmt: skip
    assert sum("/ready answers 200" in text for text in events) == 3
    assert sum("EssentialContainerExited" in text for text in events) == 2
    (drain,) = [text for text in events if text.startswith("drain: ")]
    assert " 0 lost" in drain
    assert events[-1].startswith("drained and stopped in ")


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("drop", "kill of vllm: .* requests lost; first: "),
        ("accept", "drain: a late request was answered"),
        ("fail", r"gpu-service did not end by itself with status 0 \(status 1\)"),
    ],
)
def test_a_service_that_does_not_drain_fails(tmp_path: Path, mode: str, message: str) -> None:
    """One that drops connections, one that accepts after the signal, and one that fails."""
    with pytest.raises(RehearsalFailed, match=message):
        run_scenario(mode, tmp_path)


def test_a_task_that_never_gets_ready_fails_with_its_last_line(tmp_path: Path) -> None:
    """In one line, for the end of a CI log."""
    definition = parse_task_definition([build_row(VLLM)])
    script = "print('out of memory'); raise SystemExit(1)"
    specs = {VLLM: build_spec(definition.find(VLLM), script, tmp_path)}
    timeline, log = Timeline(), StackLog()
    with (
        httpx.Client(base_url=f"http://127.0.0.1:{find_free_port()}", trust_env=False) as client,
        ServiceScheduler(
            lambda number: RunningTask(number, definition, specs, log=log, timeline=timeline)
        ) as scheduler,
    ):
        scenario = Scenario(
            scheduler=scheduler, client=client, ready_path="/ready", log=log,
            drafts=FixedDrafts(tmp_path), timeline=timeline,
        )  # fmt: skip
        with pytest.raises(RehearsalFailed, match="task 1 is not ready: EssentialContainerExited"):
            scenario.run()
