"""Container definitions as a template has them, and stand-ins that run for real."""

import sys
from pathlib import Path
from typing import Any

from edgefill.local.gpu_rehearsal.container import ContainerSpec
from edgefill.local.gpu_rehearsal.task import RunningTask
from edgefill.local.gpu_rehearsal.task_definition import (
    ContainerDefinition,
    TaskDefinition,
    parse_task_definition,
)
from edgefill.local.gpu_rehearsal.timeline import Timeline
from edgefill.local.stack.log import StackLog

INIT = {"InitProcessEnabled": True}
SLEEP = "import time; time.sleep(600)"
# Ends with status 0 on SIGTERM, as both of our containers do; a file with the container's name in
# its folder says that it does so from now on.
OBEY = f"""
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
open(sys.argv[1], "w").close()
{SLEEP}
"""
IGNORE = f"import signal; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); {SLEEP}"
FAIL = {"Command": ["CMD", sys.executable, "-c", "raise SystemExit(1)"], "Interval": 0.05}


def expect_file(name: str) -> dict[str, Any]:
    """A health check that passes once the container `name` obeys."""
    code = f"import os, sys; sys.exit(not os.path.exists({name!r}))"
    return {"Command": ["CMD", sys.executable, "-c", code], "Interval": 0.05, "StartPeriod": 300}


def build_row(name: str, **properties: Any) -> dict[str, Any]:
    base = {"Name": name, "Image": f"example.com/{name}:1", "LinuxParameters": INIT}
    return base | properties


def depend_on(name: str, condition: str) -> list[dict[str, str]]:
    return [{"ContainerName": name, "Condition": condition}]


def build_spec(definition: ContainerDefinition, script: str, folder: Path) -> ContainerSpec:
    command = (sys.executable, "-c", script, definition.name)
    return ContainerSpec(definition=definition, command=command, environment={}, folder=folder)


def build_task(
    folder: Path, rows: dict[str, tuple[str, dict[str, Any]]], *, number: int = 1
) -> RunningTask:
    """A task of stand-ins: each container's script and its properties."""
    definition: TaskDefinition = parse_task_definition(
        [build_row(name, **properties) for name, (_, properties) in rows.items()]
    )
    specs = {
        each.name: build_spec(each, rows[each.name][0], folder) for each in definition.containers
    }
    return RunningTask(number, definition, specs, log=StackLog(), timeline=Timeline())
