"""Starting, restarting and stopping processes."""

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
from edgefill.local.stack.supervisor import Supervisor
from edgefill.local.stack.watcher import ProcessFailed

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


def make_spec(
    code: str, *arguments: str, ready: str | None = None, within: float = 60
) -> ProcessSpec:
    command = (sys.executable, "-c", code, *arguments)
    return ProcessSpec(name="worker", command=command, ready=ready, ready_within_s=within)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_start_waits_until_the_process_answers() -> None:
    """It returns when the ready URL answers with a status below 500, and reports the name."""
    url, ready = f"http://127.0.0.1:{(port := find_free_port())}/", list[str]()
    with Supervisor(StackLog()) as supervisor:
        supervisor.start([make_spec(SERVER, str(port), "404", ready=url)], ready.append)
        assert ready == ["worker"]


@pytest.mark.parametrize("scheme", ["http", "tcp"])
def test_a_process_that_is_not_ready_in_time_fails(scheme: str) -> None:
    """The message has the waiting time; a 503 or a closed port is not ready."""
    port = find_free_port()
    code = SERVER if scheme == "http" else SLEEPER
    slow = make_spec(code, str(port), "503", ready=f"{scheme}://127.0.0.1:{port}/", within=0.5)
    with Supervisor(StackLog()) as supervisor, pytest.raises(ProcessFailed, match=r"after 0\.5 s"):
        supervisor.start([slow])


def test_a_process_that_ends_before_it_is_ready_fails_with_its_last_lines() -> None:
    """The message has the exit status and the last lines of output."""
    code = "import sys; print('no such model'); sys.exit(3)"
    with Supervisor(log := StackLog()) as supervisor:
        with pytest.raises(ProcessFailed, match="ended with status 3 before it was ready"):
            supervisor.start([make_spec(code, ready="tcp://127.0.0.1:9")])
        assert wait_until(lambda: log.read_last_lines("worker") == "no such model")


def test_a_process_that_ends_is_restarted() -> None:
    """The log says why, and `on_restart` is called."""
    done = threading.Event()
    with Supervisor(log := StackLog()) as supervisor:
        supervisor.start([make_spec(SLEEPER)])
        first = supervisor.list_pids()["worker"]
        os.kill(first, signal.SIGKILL)
        supervisor.watch(done, on_restart=lambda _: done.set())
        assert supervisor.list_pids()["worker"] != first
    assert "ended with status -9; it starts again in 0.5 s" in log.read_last_lines("worker")


def test_a_process_that_ends_too_often_ends_the_watch() -> None:
    """After five restarts within a minute the failure has the last lines of output."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += 0.5
        time.sleep(seconds)

    with Supervisor(StackLog(), clock=lambda: now[0], sleep=sleep) as supervisor:
        supervisor.start([make_spec("raise SystemExit(3)")])
        with pytest.raises(ProcessFailed, match="worker ended with status 3 again and again"):
            supervisor.watch()


def test_stop_kills_what_ignores_sigterm() -> None:
    """A process that ignores SIGTERM is killed with its group."""
    log = StackLog()
    supervisor = Supervisor(log, grace_s=0.2)
    supervisor.start([make_spec(STUBBORN)])
    pid = supervisor.list_pids()["worker"]
    assert wait_until(lambda: log.read_last_lines("worker") == "here")
    supervisor.stop()
    assert not is_alive(pid)


def test_a_process_can_be_stopped_and_started_by_name() -> None:
    """Tests of outages do this."""
    with Supervisor(StackLog()) as supervisor:
        supervisor.start([make_spec(SLEEPER)])
        first = supervisor.list_pids()["worker"]
        supervisor.stop("worker")
        assert supervisor.list_pids() == {}
        supervisor.start([make_spec(SLEEPER)])
        assert supervisor.list_pids()["worker"] != first


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_process_outlives_its_supervisor(number: signal.Signals) -> None:
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
        assert all(map(is_alive, pids))
        owner.send_signal(number)
    assert wait_until(lambda: not any(map(is_alive, pids)))
