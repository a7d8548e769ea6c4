"""A short chaos run on the stack of the flow tests: one outage, and one planted leak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edgefill.local.chaos.report import ChaosReport
from edgefill.local.chaos.scenario import ChaosOptions, ChaosScenario

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack


def run_short(world: World, *, plant_leak: bool = False) -> ChaosReport:
    """One fault for two seconds, with all visitors."""
    options = ChaosOptions(seconds=0.001, faults="stop-worker", hold_s=2, plant_leak=plant_leak)
    scenario = ChaosScenario(world.stack, options, routing=world.routing)
    scenario.run(scenario.prepare(), on_result=lambda _: None)
    return scenario.take_report()


def test_a_frozen_worker_is_not_noticed_by_visitors(world: World) -> None:
    """Every request is answered, and nothing generated is lost."""
    report = run_short(world)
    missed = {bar.name for bar in report.list_bars() if not bar.is_met}
    assert missed <= {"longest recovery, s"}, report  # the machine's speed decides about that one
    assert report.counts["hit"] > 0
    assert [fault.error for fault in report.faults] == [""]


def test_a_planted_leak_fails_the_run(world: World) -> None:
    """Every visitor has another one's token, and nothing else is wrong."""
    report = run_short(world, plant_leak=True)
    assert report.counts["foreign"] > 0
    assert not report.is_passed
