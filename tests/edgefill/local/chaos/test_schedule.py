"""Faults are tried one after another, and each is mended whatever happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.chaos.faults.fault import FaultFailed
from edgefill.local.chaos.recovery import RecoveryProbe
from edgefill.local.chaos.schedule import FaultSchedule, select_faults
from edgefill.local.chaos.tally import AnswerTally
from tests.edgefill.local.chaos.answers import PAGE, make_answer
from tests.edgefill.local.chaos.test_recovery import GOOD, QUESTION


@dataclass(slots=True)
class StandInFault:
    """Records what is done to it; `fails` names the step that fails."""

    name: str
    part: str = "api"
    fails: str = ""
    lasts: bool = True
    steps: list[str] = field(default_factory=list)

    def inject(self) -> None:
        self._step("inject")

    def mend(self) -> None:
        self._step("mend")

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if self.fails == name:
            raise FaultFailed(f"{self.part} cannot")


def run_schedule(*faults: StandInFault, tally: AnswerTally, seconds: float = 0) -> FaultSchedule:
    probe = RecoveryProbe(
        send=lambda request: GOOD[request.kind],
        read_release=lambda: "r1",
        pages=(PAGE,),
        questions=(QUESTION,),
        rng=Random(1),
    )
    schedule = FaultSchedule(faults, probe=probe, tally=tally, hold_s=0.01, calm_s=0)
    schedule.run(seconds)
    return schedule


def test_faults_are_repeated_while_there_is_time() -> None:
    """Each one is injected and mended every time."""
    first, second = StandInFault("a"), StandInFault("b")
    schedule = run_schedule(first, second, tally=AnswerTally(), seconds=0.3)
    assert [result.name for result in schedule.results[:3]] == ["a", "b", "a"]
    assert first.steps[:4] == ["inject", "mend", "inject", "mend"]
    assert schedule.list_untried() == []


def test_a_kill_is_tried_once() -> None:
    """Its process then lives for the rest of the run; without other faults the run ends."""
    kill, stop = StandInFault("kill", lasts=False), StandInFault("stop")
    schedule = run_schedule(kill, stop, tally=AnswerTally(), seconds=0.3)
    assert [result.name for result in schedule.results[:3]] == ["kill", "stop", "stop"]
    alone = run_schedule(StandInFault("kill", lasts=False), tally=AnswerTally(), seconds=3600)
    assert len(alone.results) == 1


def test_what_there_was_no_time_for_is_named() -> None:
    """A run that tried too little must not pass in silence."""
    schedule = run_schedule(StandInFault("a"), tally=AnswerTally(), seconds=-1)
    assert schedule.list_untried() == ["a"]


@pytest.mark.parametrize("step", ["inject", "mend"])
def test_a_fault_that_fails_is_an_error_and_is_mended(step: str) -> None:
    """The next faults are tried all the same."""
    fault = StandInFault("a", fails=step)
    (result, *_) = run_schedule(fault, tally=AnswerTally(), seconds=0.001).results
    assert result.error == f"{step}: api cannot"
    assert fault.steps[:2] == ["inject", "mend"]


def test_only_a_failing_cdn_excuses_lost_connections() -> None:
    """The schedule tells the tally when; the API's faults excuse none."""
    for part, excused in (("cdn", 1), ("api", 0)):
        tally = AnswerTally()
        tally.record(make_answer(status=0, began=0.0, ended=1e12))
        run_schedule(StandInFault("a", part), tally=tally, seconds=0.001)
        assert tally.count_unreachable() == (excused, 1 - excused)


def test_a_killed_store_has_lost_its_write_backs() -> None:
    """Its emulator keeps all in memory; a stopped one loses nothing."""
    for name, left in (("kill-store", 0), ("stop-store", 1)):
        tally = AnswerTally()
        tally.record(make_answer(header="miss; template=welcome/de/new"))
        run_schedule(StandInFault(name, "aws"), tally=tally, seconds=0.001)
        assert len(tally.list_generated()) == left


def test_faults_are_chosen_by_name() -> None:
    """In the order given; an unknown name is refused with all names."""
    faults = [StandInFault("a"), StandInFault("b")]
    assert select_faults(faults, None) == faults
    assert select_faults(faults, "b, a") == [faults[1], faults[0]]
    with pytest.raises(InputRefused, match="--faults: c is not a fault; there are a, b"):
        select_faults(faults, "a,c")
    with pytest.raises(InputRefused, match="nothing is not a fault"):
        select_faults(faults, " ,")
