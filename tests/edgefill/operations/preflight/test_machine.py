"""Each check of this machine: what passes, what does not, and the remedy."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from edgefill.local.stack.ports import HOST, find_free_port
from edgefill.operations.preflight import machine

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_an_old_python_fails_with_the_command() -> None:
    """3.11 is the oldest that passes."""
    assert machine.check_python((3, 11, 0)).status == "ok"
    old = machine.check_python((3, 10, 9))
    assert (old.status, old.text) == ("fail", "3.10.9")
    assert "make PYTHON=python3.11" in old.remedy


def test_a_port_in_use_is_a_warning() -> None:
    """It may be the stack's own."""
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        taken = machine.check_port(port)
    assert taken.status == "warn"
    assert str(port) in taken.text
    assert machine.check_port(find_free_port()).status == "ok"


def test_a_full_disk_fails(tmp_path: Path) -> None:
    """The real disk of this machine is read when no size is given."""
    assert machine.check_disk(tmp_path, 2**30).status == "fail"
    assert machine.check_disk(tmp_path, 2**33).status == "ok"
    assert "GiB free" in machine.check_disk(tmp_path).text


@pytest.mark.parametrize(("available", "status"), [(2**34, "ok"), (2**28, "warn"), (None, "warn")])
def test_little_memory_is_a_warning(available: int | None, status: str) -> None:
    """The stack may still start."""
    assert machine.check_memory(available).status == status


def test_the_available_memory_is_read(tmp_path: Path) -> None:
    """From MemAvailable; without such a file the physical memory."""
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 4 kB\nMemAvailable:  2 kB\n")
    assert machine.read_available_memory(meminfo) == 2048
    assert (machine.read_available_memory(tmp_path / "none") or 0) > 2**20


def test_chromium_is_optional() -> None:
    """Without it one test is skipped."""
    assert machine.check_chromium(lambda _: None).status == "ok"
    assert machine.check_chromium(lambda name: f"/usr/bin/{name}").text == "/usr/bin/chromium"


@pytest.mark.parametrize(
    ("skew_s", "is_required", "status"),
    [(2, True, "ok"), (-60, True, "warn"), (400, False, "warn"), (-400, True, "fail")],
)
def test_a_wrong_clock_fails_only_for_aws(skew_s: int, *, is_required: bool, status: str) -> None:
    """AWS refuses requests that are five minutes off."""
    remote = NOW + timedelta(seconds=skew_s)
    assert machine.check_clock(remote, NOW, is_required=is_required).status == status


def test_without_a_network_the_clock_is_not_compared() -> None:
    """A warning says so."""
    assert machine.check_clock(None, NOW, is_required=True).status == "warn"


@pytest.fixture
def server() -> Iterator[str]:
    """A server that answers 403 with a date, as AWS does without a signature."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200 if self.path == "/" else 403)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}"
        server.shutdown()


def test_the_remote_time_is_that_of_any_answer(server: str) -> None:
    """Errors have a date too; no answer has none."""
    for path in ("/", "/forbidden"):
        remote = machine.fetch_remote_time(server + path)
        assert remote is not None
        assert abs((datetime.now(UTC) - remote).total_seconds()) < 60
    assert machine.fetch_remote_time(f"http://{HOST}:{find_free_port()}") is None
