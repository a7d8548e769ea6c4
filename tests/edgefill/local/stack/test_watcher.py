"""Restarting without waiting, over processes that are only values."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.local.stack.log import StackLog
from edgefill.local.stack.process import ProcessSpec
from edgefill.local.stack.watcher import ProcessFailed, ProcessWatcher

NAMES = ("aws", "gpu", "api", "cdn", "worker")


@dataclass
class FakeProcess:
    spec: ProcessSpec
    status: int | None = None


class Stage:
    """Processes that end when a test says so; `slow` are those that are not ready yet."""

    def __init__(self) -> None:
        self.now = 0.0
        self.log = StackLog()
        self.slow: set[str] = set()
        self.ready: list[tuple[str, float]] = []
        self.processes = {name: FakeProcess(ProcessSpec(name=name, command=())) for name in NAMES}
        self.watcher = ProcessWatcher(
            self.processes,
            launch=self.launch,
            is_ready=lambda spec: spec.name not in self.slow,
            on_ready=lambda name: self.ready.append((name, self.now)),
            log=self.log,
            clock=lambda: self.now,
        )

    def launch(self, spec: ProcessSpec) -> None:
        self.processes[spec.name] = FakeProcess(spec)

    def kill(self, *names: str) -> None:
        for name in names:
            self.processes[name].status = -9

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.watcher.step()
            self.now += 0.05

    @property
    def running(self) -> set[str]:
        return {name for name, process in self.processes.items() if process.status is None}


def test_all_that_end_together_come_back_together() -> None:
    """Half a second later, none after another."""
    stage = Stage()
    stage.kill(*NAMES)
    stage.run(0.7)
    assert stage.running == set(NAMES)
    assert {name for name, _ in stage.ready} == set(NAMES)
    assert max(at for _, at in stage.ready) - min(at for _, at in stage.ready) < 0.1


def test_a_process_that_is_slow_to_be_ready_delays_no_other() -> None:
    """The GPU service loads its model for a minute; the CDN is back at once."""
    stage = Stage()
    stage.slow.add("gpu")
    stage.kill("gpu")
    stage.run(5)
    stage.kill("cdn")
    stage.run(1)
    assert [name for name, _ in stage.ready] == ["cdn"]
    stage.slow.clear()
    stage.run(0.1)
    assert [name for name, _ in stage.ready] == ["cdn", "gpu"]


def test_a_process_that_waits_for_its_restart_delays_no_other() -> None:
    """Its delay doubles with each end; another process is restarted after half a second."""
    stage = Stage()
    for _ in range(4):
        stage.kill("api")
        stage.run(0.1)
        stage.run(9)
    stage.kill("api")
    stage.run(0.1)
    stage.kill("cdn")
    stage.run(1)
    assert "cdn" in stage.running
    assert "api" not in stage.running


def test_a_process_that_is_never_ready_is_reported() -> None:
    """Each time its limit has passed; it may still come."""
    stage = Stage()
    stage.slow.add("cdn")
    stage.kill("cdn")
    stage.run(62)
    assert "is not ready after 60 s" in stage.log.read_last_lines("cdn")
    stage.slow.clear()
    stage.run(0.1)
    assert [name for name, _ in stage.ready] == ["cdn"]


def test_a_process_that_ends_before_it_is_ready_starts_again() -> None:
    """It counts as another end."""
    stage = Stage()
    stage.slow.add("api")
    stage.kill("api")
    stage.run(1)
    stage.kill("api")
    stage.slow.clear()
    stage.run(1.2)
    assert [name for name, _ in stage.ready] == ["api"]


def test_a_process_that_ends_too_often_ends_the_watch() -> None:
    """The failure names it."""
    stage = Stage()

    def kill_for_ever() -> None:
        for _ in range(1000):
            stage.kill("api")
            stage.run(0.1)

    with pytest.raises(ProcessFailed, match="api ended with status -9 again and again"):
        kill_for_ever()


def test_a_process_that_somebody_else_starts_is_not_started_twice() -> None:
    """Tests of outages stop and start processes by name."""
    stage = Stage()
    stage.kill("api")
    stage.run(0.1)
    stage.launch(stage.processes["api"].spec)
    started = stage.processes["api"]
    stage.run(1)
    assert stage.processes["api"] is started


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.floats(0, 20)), max_size=5))
def test_whatever_ends_comes_back(ends: list[tuple[str, float]]) -> None:
    """In any order and at any time, unless one ends too often."""
    stage = Stage()
    for name, seconds in ends:
        stage.kill(name)
        stage.run(seconds)
    stage.run(9)
    assert stage.running == set(NAMES)
    assert {name for name, _ in stage.ready} == {name for name, _ in ends}
