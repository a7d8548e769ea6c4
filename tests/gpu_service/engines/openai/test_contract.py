"""The contract for engine `openai`, on our own service with the embedded model."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gpu_service.engines.openai.client import make_openai_engine
from gpu_service.settings import GpuServiceSettings
from tests.gpu_service.engines.contract import Contract
from tests.gpu_service.engines.subject import EVERYTHING, Subject, start_subject
from tests.gpu_service.listening import find_free_port

pytestmark = pytest.mark.model
KEY = "a-key-of-the-tests"


@contextmanager
def service(model: Path) -> Iterator[str]:
    """Run `python -m gpu_service` as a process until the block ends; it exits with status 0."""
    port = find_free_port()
    environment = os.environ | {
        "EDGEFILL_GPU_PORT": str(port),
        "EDGEFILL_GPU_MODEL": str(model),
        "EDGEFILL_GPU_API_KEYS": KEY,
    }
    child = subprocess.Popen([sys.executable, "-m", "gpu_service"], env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        _await_ready(url, child)
        yield f"{url}/v1"
    finally:
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=60) == 0


def _await_ready(url: str, child: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert child.poll() is None
        try:
            if httpx.get(f"{url}/ready").status_code == 200:
                return
        except httpx.ConnectError:
            pass
        time.sleep(0.05)
    raise AssertionError("the service is not ready")


@pytest.fixture(scope="module")
def subject(tiny_model: Path) -> Iterator[Subject]:
    """One service, and one engine on it, for the whole contract."""
    with service(tiny_model) as url:
        settings = GpuServiceSettings(engine="openai", url=url, url_key=KEY)
        with start_subject(make_openai_engine(settings), EVERYTHING - {"count"}) as subject:
            yield subject


class TestOpenAI(Contract):
    """The contract holds over HTTP too."""
