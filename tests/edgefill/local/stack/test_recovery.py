"""Slow work after a restart runs beside the restarts."""

from __future__ import annotations

import threading
from queue import SimpleQueue

from edgefill.local.stack.log import StackLog
from edgefill.local.stack.recovery import RecoveryThread

MINUTE_S = 60


def test_a_request_returns_before_the_recovery_ends() -> None:
    """The watch goes on while a release is published; a repeated request is one recovery."""
    began, may_end = threading.Event(), threading.Event()
    done: SimpleQueue[str] = SimpleQueue()

    def recover(name: str) -> None:
        began.set()
        assert may_end.wait(MINUTE_S)
        done.put(name)

    recovery = RecoveryThread(recover, StackLog())
    recovery.request("aws")
    assert began.wait(MINUTE_S)
    for name in ("aws", "cdn", "aws", "cdn", "last"):
        recovery.request(name)
    assert done.empty()
    may_end.set()
    assert [done.get(timeout=MINUTE_S) for _ in range(4)] == ["aws", "aws", "cdn", "last"]


def test_a_failed_recovery_is_logged_and_does_not_end_the_thread() -> None:
    """The next restart is recovered all the same."""
    log, done = StackLog(), threading.Event()

    def recover(name: str) -> None:
        if name == "aws":
            raise OSError("no store")
        done.set()

    recovery = RecoveryThread(recover, log)
    recovery.request("aws")
    recovery.request("cdn")
    assert done.wait(MINUTE_S)
    assert log.read_last_lines("aws") == "recovery failed: OSError: no store"
