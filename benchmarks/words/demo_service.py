"""The demo's GPU service as a child process, and the roles of `templates/roles.yaml` on it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.words.corpus import TEMPLATES
from edgefill.catalogue.catalogue import Catalogue
from edgefill.drafting.writers.generator import Lane
from edgefill.drafting.writers.http import HttpGenerator
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.ports import HOST, find_free_port
from edgefill.local.stack.process import ProcessSpec
from edgefill.local.stack.supervisor import Supervisor
from edgefill.roles.connect import ConnectedRoles, connect_roles


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoService:
    """A running GPU service with the tiny model, and a client for it."""

    url: str
    client: httpx.Client

    def connect(
        self, catalogue: Catalogue, lane: Lane, templates: Path = TEMPLATES
    ) -> ConnectedRoles:
        """The roles that `templates/roles.yaml` configures; CatalogueRefused."""
        return connect_roles(
            templates,
            catalogue=catalogue,
            generator=HttpGenerator(self.client, self.url),
            client=self.client,
            service_url=self.url,
            environment=os.environ,
            lane=lane,
        )


@contextmanager
def run_demo_service(folder: Path) -> Iterator[DemoService]:
    """Run the service on a free port, its output in `folder`; ProcessFailed."""
    port = find_free_port()
    url = f"http://{HOST}:{port}"
    spec = ProcessSpec(
        name="gpu",
        command=(sys.executable, "-m", "gpu_service"),
        environment={
            "EDGEFILL_GPU_ENGINE": "onnx",
            "EDGEFILL_GPU_HOST": HOST,
            "EDGEFILL_GPU_PORT": str(port),
        },
        ready=f"{url}/ready",
        ready_within_s=120,
    )
    log = StackLog(file=folder / "gpu.log")
    try:
        with Supervisor(log) as supervisor, httpx.Client() as client:
            supervisor.start([spec])
            yield DemoService(url=url, client=client)
    finally:
        log.close()
