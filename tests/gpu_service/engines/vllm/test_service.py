"""The service on engine `vllm`: models that cannot be loaded, one that can, and a killed engine."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from edgefill.core.errors import EngineUnavailable, InputRefused
from gpu_service.settings import GpuServiceSettings
from tests.gpu_service.engines.checkpoints import configure, save_w8a8

ROOT = Path(__file__).parents[4]
CHECKPOINT = ROOT / "training" / "tiny_model"
if importlib.util.find_spec("vllm") is None:
    pytest.skip("vLLM is in an environment of its own: make test-vllm", allow_module_level=True)
pytestmark = [
    pytest.mark.vllm,
    pytest.mark.filterwarnings("ignore"),
]
TEMPLATE = {"prompt": "Say hello", "slots": [], "format": "text", "max_tokens": 8}


@pytest.mark.parametrize(
    ("settings", "changes", "says"),
    [
        ({"model": Path("/nowhere")}, {}, "no such file"),
        ({}, {"quantization_config": {"quant_method": "magic"}}, "(?i)quant|magic"),
        ({"vllm_quantization": "magic"}, {}, "(?i)quant|magic"),
        ({}, {"architectures": ["NoSuchModel"], "model_type": "no_such"}, "no_such|NoSuchModel"),
        ({"vllm_max_model_len": 1_000_000}, {}, "(?i)max_model_len"),
        ({"vllm_dtype": "float7"}, {}, "(?i)dtype|float7"),
    ],
)
def test_what_vllm_cannot_run_is_named(
    tmp_path: Path, settings: dict[str, Any], changes: dict[str, Any], says: str
) -> None:
    """The error names the folder, vLLM's reason and a remedy; no process is left behind."""
    from gpu_service.engines.vllm.engine import VllmEngine  # noqa: PLC0415

    folder = tmp_path / "model"
    shutil.copytree(CHECKPOINT, folder, ignore=shutil.ignore_patterns("onnx"))
    configure(folder, **changes)
    options: dict[str, Any] = {"engine": "vllm", "model": folder} | settings
    engine = VllmEngine(GpuServiceSettings(**options))

    async def start() -> None:
        try:
            await engine.start()
        finally:
            await engine.stop()

    with pytest.raises(InputRefused, match=says):
        asyncio.run(start())
    assert not engine.ready
    with pytest.raises(EngineUnavailable):
        engine.count_tokens(None)  # type: ignore[arg-type]


CHAT = {"model": "tiny", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4}
BAD: list[tuple[Any, int, str]] = [
    ({"messages": [{"role": "user", "content": "hello " * 2000}]}, 400, "context"),
    ({"max_tokens": 0}, 400, "max_tokens"),
    ({"max_tokens": 10**9}, 400, "max_tokens"),
    ({"structured_outputs": {"grammar": "start: ("}}, 400, "rammar"),
    ({"structured_outputs": {"regex": "("}}, 400, "egex"),
    ({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {
        "type": "strin"}}}}, 400, "strin"),
    ({"seed": -1}, 400, "seed"),
    ({"logprobs": True, "top_logprobs": 21}, 400, "top_logprobs"),
    ({"model": "gpt-9"}, 404, "gpt-9"),
    (b'{"model": "tiny", "messages": [{"role": "user", "content": "\xff"}]}', 400, ""),
    (b"{", 400, ""),
]  # fmt: skip


def check_refusal(url: str, bad: Any, status: int, says: str) -> None:
    """Check that the answer has the status and the message, in OpenAI's shape."""
    body = bad if isinstance(bad, bytes) else json.dumps(CHAT | bad).encode()
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{url}/v1/chat/completions", content=body, headers=headers, timeout=60)
    assert answer.status_code == status, (bad, answer.text)
    assert says in answer.json()["error"]["message"], answer.text


async def send_at_once(url: str, count: int) -> list[int]:
    """The statuses of `count` chats, sent at once over separate connections."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(limits=limits, timeout=120) as client:
        requests = [client.post(f"{url}/v1/chat/completions", json=CHAT) for _ in range(count)]
        return [answer.status_code for answer in await asyncio.gather(*requests)]


def test_a_quantised_checkpoint_is_served_until_its_engine_dies(tmp_path: Path) -> None:
    """It needs no setting, and survives bad requests and a thousand clients.

    When EngineCore is killed, the process exits with a status that is not 0.
    """
    model = save_w8a8(CHECKPOINT, tmp_path / "w8a8")
    with run_service(model, tmp_path / "log") as (process, url):
        wait_until(
            lambda: process.poll() is not None or read_status(f"{url}/ready") == 200, within_s=120
        )
        answer = httpx.post(f"{url}/v1/templates", json=TEMPLATE, timeout=60)
        assert answer.status_code == 200, answer.text
        for bad in BAD:
            check_refusal(url, *bad)
        statuses = asyncio.run(send_at_once(url, 1000))
        assert set(statuses) <= {200, 429}
        assert statuses.count(200) >= 256
        assert httpx.post(f"{url}/v1/chat/completions", json=CHAT, timeout=60).status_code == 200
        (core,) = list_engine_cores(process.pid)
        os.kill(core, signal.SIGKILL)
        wait_until(lambda: read_status(f"{url}/ready") != 200, within_s=20)
        assert process.wait(timeout=60) not in (0, None)
    assert "the engine died" in (tmp_path / "log").read_text()


@contextmanager
def run_service(model: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run `python -m gpu_service` on `model`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "EDGEFILL_GPU_ENGINE": "vllm", "EDGEFILL_GPU_MODEL": str(model),
                   "EDGEFILL_GPU_PORT": str(port), "EDGEFILL_GPU_MODEL_NAME": "tiny"}  # fmt: skip
    command = [sys.executable, "-m", "gpu_service"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def read_status(url: str) -> int | None:
    """The answer's status; None when the server does not answer."""
    try:
        return httpx.get(url, timeout=5).status_code
    except httpx.TransportError:
        return None


def wait_until(condition: Callable[[], bool], *, within_s: float) -> None:
    """Wait until `condition` holds."""
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.2)


def list_engine_cores(pid: int) -> list[int]:
    """The EngineCore processes that `pid` spawned, without multiprocessing's tracker."""
    every = [int(child) for task in Path(f"/proc/{pid}/task").iterdir()
             for child in (task / "children").read_text().split()]  # fmt: skip
    commands = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in set(every)}
    return [child for child, name in commands.items() if b"EngineCore" in name]
