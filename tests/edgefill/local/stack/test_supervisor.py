"""Starting and stopping parts, with small processes in their place."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edgefill.local.stack.log import StackLog
from edgefill.local.stack.ports import find_free_port
from edgefill.local.stack.process import ProcessSpec
from edgefill.local.stack.supervisor import ProcessFailed, Supervisor

SLEEPER = "import time; print('here', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2])); self.end_headers()
http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Answer).serve_forever()
"""
# A supervisor as a process of its own, so that it can be interrupted and killed.
OWNER = """
import sys, threading
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.process import ProcessSpec
from edgefill.local.stack.supervisor import Supervisor, interrupt_on_signals
specs = [ProcessSpec(name=str(n), command=(sys.executable, '-c', sys.argv[1])) for n in range(3)]
with interrupt_on_signals(), Supervisor(StackLog()) as supervisor:
    supervisor.start(specs)
    print(*supervisor.list_pids().values(), flush=True)
    supervisor.watch(threading.Event())
"""


def part(code: str, *arguments: str, ready: str | None = None, within: float = 60) -> ProcessSpec:
    command = (sys.executable, "-c", code, *arguments)
    return ProcessSpec(name="part", command=command, ready=ready, ready_within_s=within)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def eventually(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_a_part_is_waited_for_until_it_answers() -> None:
    """`start` returns when the ready URL answers below 500, and reports the name."""
    url, ready = f"http://127.0.0.1:{(port := find_free_port())}/", list[str]()
    with Supervisor(StackLog()) as supervisor:
        supervisor.start([part(SERVER, str(port), "404", ready=url)], ready.append)
        assert ready == ["part"]


@pytest.mark.parametrize("scheme", ["http", "tcp"])
def test_a_part_that_does_not_serve_in_time_has_failed(scheme: str) -> None:
    """The failure says how long was waited; a 503 is not serving, a closed port is not either."""
    port = find_free_port()
    code = SERVER if scheme == "http" else SLEEPER
    slow = part(code, str(port), "503", ready=f"{scheme}://127.0.0.1:{port}/", within=0.5)
    with Supervisor(StackLog()) as supervisor, pytest.raises(ProcessFailed, match=r"after 0\.5 s"):
        supervisor.start([slow])


def test_a_part_that_ends_before_it_serves_has_failed_with_its_last_lines() -> None:
    """The failure names the status and repeats what the part said."""
    code = "import sys; print('no such model'); sys.exit(3)"
    with Supervisor(log := StackLog()) as supervisor:
        with pytest.raises(ProcessFailed, match="ended with status 3 before it served"):
            supervisor.start([part(code, ready="tcp://127.0.0.1:9")])
        assert eventually(lambda: log.read_last_lines("part") == "no such model")


def test_a_part_that_dies_is_started_again() -> None:
    """The others go on; the log says why, and whoever cares is told."""
    done, waited = threading.Event(), list[float]()
    with Supervisor(log := StackLog(), sleep=waited.append) as supervisor:
        supervisor.start([part(SLEEPER)])
        first = supervisor.list_pids()["part"]
        os.kill(first, signal.SIGKILL)
        supervisor.watch(done, on_restart=lambda _: done.set())
        assert supervisor.list_pids()["part"] != first
    assert waited == [0.5]
    assert "ended with status -9; it starts again in 0.5 s" in log.read_last_lines("part")


def test_a_part_that_cannot_stay_ends_the_watch() -> None:
    """After a few restarts within a minute the stack gives up, with the part's last lines."""
    waited = list[float]()
    with Supervisor(StackLog(), clock=lambda: 0.0, sleep=waited.append) as supervisor:
        supervisor.start([part("raise SystemExit(3)")])
        with pytest.raises(ProcessFailed, match="part ended with status 3 again and again"):
            supervisor.watch()
    assert waited == [0.5, 1, 2, 4, 8]


def test_stop_kills_what_ignores_sigterm() -> None:
    """A part that ignores SIGTERM is killed with its group."""
    log = StackLog()
    supervisor = Supervisor(log, grace=0.2)
    supervisor.start([part(STUBBORN)])
    pid = supervisor.list_pids()["part"]
    assert eventually(lambda: log.read_last_lines("part") == "here")
    supervisor.stop()
    assert not alive(pid)


def test_a_part_can_be_stopped_and_started_by_name() -> None:
    """Tests take single parts down and bring them back."""
    with Supervisor(StackLog()) as supervisor:
        supervisor.start([part(SLEEPER)])
        first = supervisor.list_pids()["part"]
        supervisor.stop("part")
        assert supervisor.list_pids() == {}
        supervisor.start([part(SLEEPER)])
        assert supervisor.list_pids()["part"] != first


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_part_outlives_its_supervisor(number: signal.Signals) -> None:
    """Ctrl-C, SIGTERM, a closed terminal and even SIGKILL leave no orphans."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, SLEEPER],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert owner.stdout is not None
    with owner:
        pids = [int(word) for word in owner.stdout.readline().split()]
        assert len(pids) == 3
        assert all(map(alive, pids))
        owner.send_signal(number)
    assert eventually(lambda: not any(map(alive, pids)))
