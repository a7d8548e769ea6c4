"""The contract for engine `openai`, on vLLM's own server: `make test-vllm`."""

from __future__ import annotations

import importlib.util
import json
import os
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
from tests.gpu_service.engines.checkpoints import save_adapter
from tests.gpu_service.engines.contract import Contract
from tests.gpu_service.engines.subject import EVERYTHING, Subject, start_subject
from tests.gpu_service.listening import find_free_port

CHECKPOINT = Path(__file__).parents[4] / "training" / "tiny_model"
ON_CPU = {  # measured on two shared cores
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_LOGGING_LEVEL": "WARNING",
}
TIGHT = json.dumps({"backend": "guidance", "disable_any_whitespace": True})
pytestmark = [
    pytest.mark.vllm,
    pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="make test-vllm has it"),
    pytest.mark.filterwarnings("ignore"),
]


@contextmanager
def vllm_server(adapter: Path) -> Iterator[str]:
    """Run `python -m vllm.entrypoints.openai.api_server` with the tiny model and an adapter.

    One slot for adapters stays empty, as in gpu_service/engines/vllm/start.py.
    """
    port = find_free_port()
    options = {
        "--model": CHECKPOINT, "--served-model-name": "tiny", "--host": "127.0.0.1",
        "--port": port, "--dtype": "float32", "--max-model-len": 1024,
        "--kv-cache-memory-bytes": 64 << 20, "--structured-outputs-config": TIGHT,
        "--lora-modules": f"lora-of-tiny={adapter}", "--max-loras": 2,
    }  # fmt: skip
    words = [str(word) for option in options.items() for word in option]
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server"]
    command += ["--enforce-eager", "--enable-lora", *words]
    child = subprocess.Popen(command, env=os.environ | ON_CPU, cwd=CHECKPOINT.parents[1])
    try:
        _await(f"http://127.0.0.1:{port}/v1/models", child)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        child.terminate()
        child.wait(timeout=60)


def _await(url: str, child: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert child.poll() is None, "vLLM's server ended"
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("vLLM's server is not ready")


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """One server, and one engine on it, for the whole contract; `judge` is the server's adapter."""
    adapter = save_adapter(tmp_path_factory.mktemp("adapters") / "judge")
    with vllm_server(adapter) as url:
        settings = GpuServiceSettings(engine="openai", url=url, adapters="judge=lora-of-tiny")
        with start_subject(make_openai_engine(settings), EVERYTHING - {"count"}) as subject:
            yield subject


class TestVllmServer(Contract):
    """The contract holds for vLLM's server too."""

    def test_an_adapter_is_asked_for_by_the_servers_name(self, subject: Subject) -> None:
        """Ours and the server's own name choose the same adapter."""
        assert set(subject.engine.adapters) == {"judge", "lora-of-tiny"}
        names = (None, "judge", "lora-of-tiny")
        base, ours, theirs = subject.write_all(
            *({"temperature": 0, "max_tokens": 24, "adapter": name} for name in names)
        )
        assert ours.text == theirs.text != base.text
