"""SubprocessGenerator: runs the GPU service as a child process, from the first order on."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Lock

import httpx

from edgefill.core.errors import EngineUnavailable
from edgefill.drafting.writers.generator import Draft, GenerationOrder, Generator
from edgefill.drafting.writers.http import HttpGenerator


class SubprocessGenerator:
    """A Generator whose service starts with the first order and ends with the `with` block."""

    def __init__(self, command: Sequence[str], url: str, *, within_s: float) -> None:
        self._command = command
        self._url = url
        self._within_s = within_s
        self._stack = ExitStack()
        self._lock = Lock()
        self._generator: Generator | None = None

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """See Generator; EngineUnavailable when the service does not start."""
        return self._start_once().generate(order, deadline_s=deadline_s)

    def __enter__(self) -> SubprocessGenerator:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start_once(self) -> Generator:
        with self._lock:
            if self._generator is None:
                service = run_gpu_service(self._command, self._url, within_s=self._within_s)
                self._stack.enter_context(service)
                client = self._stack.enter_context(httpx.Client())
                self._generator = HttpGenerator(client, self._url)
            return self._generator


@contextmanager
def run_gpu_service(command: Sequence[str], url: str, *, within_s: float) -> Iterator[None]:
    """Run the GPU service as a child process until it is ready, and end it afterwards.

    EngineUnavailable if it exits or is not ready within `within_s` seconds.
    """
    child = subprocess.Popen(command)  # noqa: S603 our own module
    try:
        deadline = time.monotonic() + within_s
        while not _is_ready(url):
            if child.poll() is not None or time.monotonic() > deadline:
                raise EngineUnavailable(
                    f"the GPU service is not ready (exit status {child.poll()})"
                )
            time.sleep(0.2)
        yield
    finally:
        child.terminate()
        child.wait()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
