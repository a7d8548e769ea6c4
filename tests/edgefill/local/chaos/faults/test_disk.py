"""A full disk fails the writes of other processes, and mending lets them go on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edgefill.local.chaos.faults.disk import FullDisk

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prlimit is Linux's")
# writes to the file once per line of its input, and says how that went
WRITER = """
import sys
for line in sys.stdin:
    try:
        with open(sys.argv[1], "a") as file:
            file.write(line)
    except OSError as error:
        print(type(error).__name__, error.errno, flush=True)
    else:
        print("written", flush=True)
"""


def test_nothing_can_be_written_until_the_disk_is_mended(tmp_path: Path) -> None:
    """27 is EFBIG. A process that has ended meanwhile does not matter."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def write() -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("a line\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        disk = FullDisk(list_processes=lambda: [process.pid])
        assert write() == "written"
        disk.inject()
        assert write() == "OSError 27"
        disk.mend()
        assert write() == "written"
        disk.inject()
        process.kill()
        process.wait()
        disk.mend()
    assert (tmp_path / "log").read_text() == "a line\n" * 2
