"""A run passes only if every bar is met, and the table and the JSON say the same."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from edgefill.local.chaos.memory import MemoryGrowth
from edgefill.local.chaos.report import ChaosReport, build_tables
from edgefill.local.chaos.schedule import FaultResult

MB = 2**20
GOOD = ChaosReport(
    seconds=60.0,
    visitors=64,
    counts={"answers": 900, "page": 900, "hit": 880, "miss": 20},
    unreachable_in_outages=7,
    unreachable=0,
    generated=20,
    lost_write_backs=(),
    longest_wait_s=8.1,
    faults=(FaultResult(name="stop-api", outage_s=4.0, recovery_s=9.5),),
    untried=(),
    memory=(
        MemoryGrowth(name="api", first_bytes=100 * MB, last_bytes=110 * MB, samples=60),
        MemoryGrowth(name="aws", first_bytes=100 * MB, last_bytes=400 * MB, samples=60),
    ),
    examples=(),
)
SLOW = FaultResult(name="stop-api", outage_s=4.0, recovery_s=10.5)
NEVER = FaultResult(name="stop-api", outage_s=4.0, recovery_s=None, last_failure="page: 503")
FAILED = FaultResult(name="kill-gpu", outage_s=60.0, recovery_s=1.0, error="mend: gpu")
LEAKING = MemoryGrowth(name="cdn", first_bytes=90 * MB, last_bytes=221 * MB, samples=60)


def test_a_run_passes_when_every_bar_is_met() -> None:
    """Outages of the CDN and the emulator of AWS have no bar."""
    assert GOOD.is_passed
    assert GOOD.to_json()["passed"] is True


@pytest.mark.parametrize(
    ("report", "missed"),
    [
        (replace(GOOD, counts={"foreign": 1}), "foreign values"),
        (replace(GOOD, counts={"5xx": 1}), "5xx"),
        (replace(GOOD, counts={"4xx": 1}), "4xx"),
        (replace(GOOD, unreachable=1), "unreachable outside outages of the CDN"),
        (replace(GOOD, lost_write_backs=("welcome/de/new",)), "lost write-backs"),
        (replace(GOOD, faults=(SLOW,)), "longest recovery, s"),
        (replace(GOOD, faults=(NEVER,)), "longest recovery, s"),
        (replace(GOOD, faults=(FAILED,)), "faults that failed"),
        (replace(GOOD, untried=("full-disk",)), "faults without time"),
        (replace(GOOD, memory=(LEAKING,)), "memory growth of cdn, MB"),
    ],
)
def test_each_bar_can_be_missed(report: ChaosReport, missed: str) -> None:
    """Exactly that bar, in the JSON and in the table."""
    assert not report.is_passed
    data = json.loads(json.dumps(report.to_json()))
    assert [bar["name"] for bar in data["bars"] if not bar["met"]] == [missed]
    output = StringIO()
    for table in build_tables(report):
        Console(file=output, width=200).print(table)
    (line,) = [line for line in output.getvalue().splitlines() if "MISSED" in line]
    assert missed in line


def test_a_fault_without_recovery_is_null_in_json() -> None:
    """JSON has no infinity."""
    bars = replace(GOOD, faults=(NEVER,)).to_json()["bars"]
    assert {bar["name"]: bar["value"] for bar in bars}["longest recovery, s"] is None
