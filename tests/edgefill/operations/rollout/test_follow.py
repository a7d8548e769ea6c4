"""Following a rollout: its stages, its end, and a new version that does not start."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from edgefill.core.errors import InputRefused
from edgefill.operations.rollout.follow import START_S, follow_rollout, wake_old_version
from edgefill.operations.rollout.model_service import Progress, ServiceState


def at(stage: str, status: str = "IN_PROGRESS", reason: str = "") -> Progress:
    return Progress(arn="arn:1", status=status, stage=stage, reason=reason)


@dataclass
class ScriptedService:
    """Answers with each progress once, with the last one for ever; `now` advances by sleeping."""

    steps: list[Progress | None] = field(default_factory=list)
    running: list[int] = field(default_factory=lambda: [1])
    desired: int = 1
    after_cancel: Progress | None = None
    now: float = 0.0
    cancelled: int = 0
    woken: int = 0

    def read_state(self) -> ServiceState:
        count = self.running.pop(0) if len(self.running) > 1 else self.running[0]
        return ServiceState(version="v1", desired=self.desired, running=count)

    def read_progress(self) -> Progress | None:
        return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]

    def wake(self) -> None:
        self.woken += 1

    def cancel(self, progress: Progress) -> None:
        self.cancelled += 1
        assert self.after_cancel is not None
        self.steps = [self.after_cancel]

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def follow(self) -> list[str]:
        return list(follow_rollout(self, tick=lambda: self.now, sleep=self.sleep))

    def wake_old(self) -> list[str]:
        return list(wake_old_version(self, tick=lambda: self.now, sleep=self.sleep))


def test_each_stage_is_told_once() -> None:
    """To the end, which names the outcome."""
    service = ScriptedService(
        steps=[
            None, at("SCALE_UP"), at("SCALE_UP"), at("PRODUCTION_TRAFFIC_SHIFT"),
            at("CLEAN_UP", "SUCCESSFUL"),
        ]
    )  # fmt: skip
    assert service.follow() == [
        "IN_PROGRESS: SCALE_UP",
        "IN_PROGRESS: PRODUCTION_TRAFFIC_SHIFT",
        "SUCCESSFUL: the new version has all traffic",
    ]
    assert service.cancelled == 0


@pytest.mark.parametrize("status", ["ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED"])
def test_a_rollout_that_ends_otherwise_is_an_error_with_its_reason(status: str) -> None:
    """An alarm, a failed smoke test, or a person."""
    service = ScriptedService(steps=[at("CLEAN_UP", status, "alarm errors")])
    with pytest.raises(InputRefused, match=f"{status}: alarm errors"):
        service.follow()


def test_a_version_that_does_not_start_is_ended() -> None:
    """Once, after START_S, and not a moment before."""
    service = ScriptedService(
        steps=[at("SCALE_UP")], after_cancel=at("CLEAN_UP", "ROLLBACK_SUCCESSFUL", "stopped")
    )
    with pytest.raises(InputRefused, match="ROLLBACK_SUCCESSFUL"):
        service.follow()
    assert service.cancelled == 1
    assert START_S < service.now < START_S + 120


def test_a_version_that_has_started_has_all_its_time() -> None:
    """10%, all, and the old one's last minutes may take hours."""
    steps: list[Progress | None] = [at("BAKE_TIME")] * 1000
    service = ScriptedService(steps=[*steps, at("CLEAN_UP", "SUCCESSFUL")])
    assert service.follow()[-1].startswith("SUCCESSFUL")
    assert service.now > START_S
    assert service.cancelled == 0


def test_a_service_with_tasks_is_not_woken() -> None:
    """The traffic is there already."""
    service = ScriptedService()
    assert service.wake_old() == []
    assert service.woken == 0


def test_a_sleeping_service_gets_its_old_version_first() -> None:
    """Until one of its tasks runs."""
    service = ScriptedService(desired=0, running=[0, 0, 0, 1])
    (line,) = service.wake_old()
    assert "sleeps" in line
    assert service.woken == 1


def test_an_old_version_that_does_not_come_stops_the_rollout() -> None:
    """Nothing was changed, so nothing is ended."""
    service = ScriptedService(desired=0, running=[0])
    with pytest.raises(InputRefused, match="No GPU capacity"):
        service.wake_old()
    assert service.cancelled == 0
