"""Short chaos runs on a stack of their own: a publication, and an outage with a leak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edgefill.local.chaos.report import ChaosReport
from edgefill.local.chaos.scenario import ChaosOptions, ChaosScenario
from tests.flow.conftest import World, run_world

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """What these runs publish would turn the misses of other tests into hits."""
    with run_world(tmp_path_factory) as world:
        yield world


def run_fault(world: World, fault: str, *, plant_leak: bool = False) -> ChaosReport:
    """One fault, for two seconds if it lasts, with all visitors."""
    options = ChaosOptions(seconds=1, faults=fault, hold_s=2, plant_leak=plant_leak)
    scenario = ChaosScenario(world.stack, options, routing=world.routing)
    scenario.run(scenario.prepare(), on_result=lambda _: None)
    return scenario.take_report()


def test_a_publication_is_not_noticed_by_visitors(world: World) -> None:
    """Every request is answered, nothing generated is lost, and the new release is served."""
    report = run_fault(world, "publish")
    missed = {bar.name for bar in report.list_bars() if not bar.is_met}
    assert missed <= {"longest recovery, s"}, report  # the machine's speed decides about that one
    assert report.counts["hit"] > 0
    (result,) = report.faults
    assert result.error == ""
    assert result.recovery_s is not None


def test_a_planted_leak_fails_the_run(world: World) -> None:
    """Every visitor has another one's token, and nothing else is wrong."""
    report = run_fault(world, "stop-worker", plant_leak=True)
    missed = {bar.name for bar in report.list_bars() if not bar.is_met}
    assert "foreign values" in missed
    assert missed <= {"foreign values", "longest recovery, s"}, report
