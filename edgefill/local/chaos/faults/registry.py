"""All faults of a running stack, by name, in the order in which they are tried."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from edgefill.local.chaos.faults.damage import CorruptPointer, CorruptRelease
from edgefill.local.chaos.faults.disk import FullDisk
from edgefill.local.chaos.faults.fault import Fault
from edgefill.local.chaos.faults.processes import KillProcess, StopProcess
from edgefill.local.chaos.faults.publication import KillPublication, PublishRelease
from edgefill.local.chaos.memory import list_group
from edgefill.local.chaos.publisher import ReleasePublisher
from edgefill.local.stack.stack import Stack
from edgefill.local.stack.supervisor import is_ready
from edgefill.release.pointer_store import read_current_pointer
from edgefill.store.objects import ObjectStore

# fault -> process; the store's emulator is called aws in the stack
PROCESSES = {"store": "aws", "api": "api", "worker": "worker", "gpu": "gpu", "cdn": "cdn"}
CONTROL_TIMEOUT_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRegistry:
    """Builds the faults of one stack; `objects` is its store."""

    stack: Stack
    objects: ObjectStore
    publisher: ReleasePublisher

    def build(self) -> tuple[Fault, ...]:
        """Every fault, the loss of the store first: write-backs count from then on (tally.py)."""
        return (
            *self._build_kills(),
            *self._build_stops(),
            FullDisk(list_processes=self._list_processes),
            CorruptPointer(objects=self.objects),
            self._build_corruption("corrupt-packs", "packs"),
            self._build_corruption("corrupt-routers", "routers"),
            PublishRelease(publish=self._publish),
            self._build_killed_publication(),
        )

    def read_release(self) -> str:
        """The release that the pointer names; NotStored, StoreUnavailable."""
        return read_current_pointer(self.objects)[0].current.release

    def _build_kills(self) -> Iterator[Fault]:
        for name, process in PROCESSES.items():
            yield KillProcess(
                name=f"kill-{name}",
                part=process,
                list_pids=self.stack.supervisor.list_pids,
                is_ready=self._is_ready,
            )

    def _build_stops(self) -> Iterator[Fault]:
        for name, process in PROCESSES.items():
            yield StopProcess(
                name=f"stop-{name}", part=process, list_pids=self.stack.supervisor.list_pids
            )

    def _build_corruption(self, name: str, part: str) -> Fault:
        return CorruptRelease(
            name=name,
            part=part,
            objects=self.objects,
            publish=self.publisher.publish,
            invalidate=self._invalidate,
        )

    def _build_killed_publication(self) -> Fault:
        options = self.stack.options
        module = "edgefill.local.chaos.publisher"
        folders = ("--state", str(options.state), "--templates", str(options.templates))
        return KillPublication(
            command=(sys.executable, "-m", module, *folders),
            objects=self.objects,
            read_release=self.read_release,
            publish=self._publish,
        )

    def _publish(self) -> None:
        self.publisher.publish(self.objects)

    def _invalidate(self, path: str) -> None:
        url = f"{self.stack.run_file.control}/invalidations"
        response = httpx.post(url, json={"paths": [path]}, timeout=CONTROL_TIMEOUT_S)
        response.raise_for_status()

    def _is_ready(self, process: str) -> bool:
        return is_ready(self.stack.build_spec(process))

    def _list_processes(self) -> Iterator[int]:
        yield os.getpid()
        for leader in self.stack.supervisor.list_pids().values():
            yield from list_group(leader)
