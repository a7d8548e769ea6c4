"""LogStream: whoever logs never fails."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest
import structlog

from edgefill.journal.log_stream import LogStream
from gpu_service.logs import configure_logs
from lambdas.api.log import make_log


class FullDisk(io.StringIO):
    """A stream on a disk that is full until `has_room`; a buffered one fails only at the flush."""

    def __init__(self, *, buffered: bool = False) -> None:
        super().__init__()
        self.has_room = False
        self._buffered = buffered

    def write(self, text: str) -> int:
        if not (self.has_room or self._buffered):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(text)

    def flush(self) -> None:
        if not self.has_room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("buffered", [False, True])
def test_lines_are_written_again_once_there_is_room(buffered: bool) -> None:
    """And a line says that something is missing."""
    disk = FullDisk(buffered=buffered)
    log = LogStream(disk)
    for number in range(3):
        print(number, file=log, flush=True)
    disk.has_room = True
    print("four", file=log, flush=True)
    print("five", file=log, flush=True)
    assert disk.getvalue().endswith("\nfour\nfive\n")
    assert disk.getvalue().count("log_writes_dropped") == 1


def test_a_closed_stream_is_no_failure() -> None:
    """Nor is a pipe that nobody reads."""
    closed = io.StringIO()
    closed.close()
    print("a", file=LogStream(closed), flush=True)
    reader, writer = os.pipe()
    os.close(reader)
    pipe = os.fdopen(writer, "w", buffering=1)
    print("a", file=LogStream(pipe), flush=True)
    with pytest.raises(BrokenPipeError):  # what is buffered is flushed again
        pipe.close()


def test_a_real_full_device_is_no_failure() -> None:
    """/dev/full refuses every write (full(4))."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    device = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 closing it fails
    for _ in range(10_000):
        print("a line", file=LogStream(device), flush=True)
    with pytest.raises(OSError, match="No space left"):
        device.close()


def test_the_apis_log_goes_on() -> None:
    """A request whose outcome cannot be logged is answered all the same."""
    disk = FullDisk()
    log = make_log(disk)
    log.info("lost")
    disk.has_room = True
    log.info("answered", status=200)
    assert '"event": "answered"' in disk.getvalue()


def test_the_gpu_services_log_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the same stream, on standard error."""
    configure_logs()
    try:
        structlog.get_logger().info("answered", status=200)
    finally:
        structlog.reset_defaults()
    assert '"event": "answered"' in capsys.readouterr().err
