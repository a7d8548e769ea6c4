"""Memory is read from /proc for whole process groups, and growth is seen through noise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from edgefill.local.chaos.memory import (
    FEWEST_SAMPLES,
    list_group,
    measure_growth,
    read_resident_bytes,
)

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
MB = 2**20
HOLD = "import sys; block = bytearray(64 << 20); print('full', flush=True); sys.stdin.read()"


def test_growth_is_the_difference_of_medians() -> None:
    """One peak is none, a steady rise is."""
    peak = [100] * 20 + [900] + [100] * 20
    rise = list(range(0, 300, 5))
    flat = measure_growth("api", peak)
    grown = measure_growth("api", rise)
    assert flat is not None
    assert flat.bytes == 0
    assert grown is not None
    assert grown.bytes == 200


def test_a_process_that_lived_briefly_is_not_judged() -> None:
    """Too few samples say nothing."""
    assert measure_growth("api", [1] * (FEWEST_SAMPLES - 1)) is None


def test_the_memory_of_a_running_process_group_is_read() -> None:
    """A process that holds 64 MB is seen to hold them, and an ended one holds nothing."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"full\n"
        assert list(list_group(process.pid)) == [process.pid]
        assert read_resident_bytes(process.pid) > 64 * MB
        process.kill()
    assert read_resident_bytes(process.pid) == 0
    assert list(list_group(process.pid)) == []
