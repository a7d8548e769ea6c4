"""Every fault that docs/chaos.md lists is built for a stack, and no other."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from edgefill.local.chaos.faults.disk import FullDisk
from edgefill.local.chaos.faults.fault import Fault
from edgefill.local.chaos.faults.registry import PROCESSES, FaultRegistry
from edgefill.local.chaos.publisher import ReleasePublisher
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.process import ProcessSpec
from edgefill.local.stack.stack import Stack, StackOptions
from edgefill.local.stack.supervisor import Supervisor
from edgefill.store.memory import MemoryObjectStore
from tests.edgefill.local.stack.test_stack import HERE, TEMPLATE

PAGE = Path("docs/chaos.md")


def build_faults(state: Path, supervisor: Supervisor) -> dict[str, Fault]:
    registry = FaultRegistry(
        stack=Stack(StackOptions(state=state, template=TEMPLATE), HERE, supervisor),
        objects=MemoryObjectStore(),
        publisher=ReleasePublisher(state=state, templates=Path("templates")),
    )
    return {fault.name: fault for fault in registry.build()}


def test_the_documented_faults_are_built(tmp_path: Path) -> None:
    """The loss of the store comes first, since write-backs count from then on."""
    faults = build_faults(tmp_path, Supervisor(StackLog()))
    table = re.findall(r"^\| (`.*?) \|", PAGE.read_text(), re.MULTILINE)
    documented = {name for cell in table for name in re.findall(r"`([a-z-]+)`", cell)}
    stops = {f"stop-{name}" for name in PROCESSES}
    assert faults.keys() == documented | stops
    assert next(iter(faults)) == "kill-store"
    assert {name for name, fault in faults.items() if not fault.lasts} == {
        f"kill-{name}" for name in PROCESSES
    }


def test_a_full_disk_is_full_for_this_process_and_those_of_the_stack(tmp_path: Path) -> None:
    """Whoever supervises writes the log."""
    with Supervisor(StackLog()) as supervisor:
        supervisor.start([ProcessSpec(name="api", command=("sleep", "3600"))])
        disk = build_faults(tmp_path, supervisor)["full-disk"]
        assert isinstance(disk, FullDisk)
        assert {*disk.list_processes()} == {os.getpid(), supervisor.list_pids()["api"]}
        os.killpg(supervisor.list_pids()["api"], signal.SIGKILL)
