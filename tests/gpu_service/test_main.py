"""`python -m gpu_service` as a process."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from edgefill.core.errors import EngineUnavailable
from gpu_service.__main__ import main, serve
from gpu_service.engines.engine import Delta, GenerationRequest
from gpu_service.engines.scripted import ScriptedEngine
from gpu_service.settings import GpuServiceSettings


def test_a_port_in_use_is_an_error_with_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1 and one line that names the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert main({"EDGEFILL_GPU_PORT": str(port)}) == 1
    message = capsys.readouterr().err
    assert f"127.0.0.1:{port}: Address already in use; choose another EDGEFILL_GPU_PORT" in message
    assert message.count("\n") == 1


def test_an_invalid_setting_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1; the line names the variable."""
    assert main({"EDGEFILL_GPU_QUEUE": "many"}) == 1
    assert "EDGEFILL_GPU_QUEUE" in capsys.readouterr().err


def test_a_missing_model_ends_the_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The service starts, cannot load, and exits with 1 and the reason."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert main({"EDGEFILL_GPU_PORT": str(port), "EDGEFILL_GPU_MODEL": str(tmp_path)}) == 1
    assert "EDGEFILL_GPU_MODEL" in capsys.readouterr().err


def test_a_public_host_without_keys_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is served; the line names the remedy."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert main({"EDGEFILL_GPU_PORT": str(port), "EDGEFILL_GPU_HOST": "0.0.0.0"}) == 1
    assert "EDGEFILL_GPU_API_KEYS" in capsys.readouterr().err


def test_an_invalid_url_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The line names the setting."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert main({"EDGEFILL_GPU_PORT": str(port), "EDGEFILL_GPU_ENGINE": "openai"}) == 1
    assert "EDGEFILL_GPU_URL: write the server's" in capsys.readouterr().err


def test_an_engine_that_dies_ends_the_process() -> None:
    """An error that makes the exit status 1, so that the orchestrator starts another."""

    class DyingEngine(ScriptedEngine):
        """Dead after its warm-up."""

        async def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
            async for delta in super().generate(request):
                yield delta
            self.ready = False

    failure = pytest.raises(EngineUnavailable, match="the engine died")
    with socket.create_server(("127.0.0.1", 0)) as listener, failure:
        serve(GpuServiceSettings(), listener, engine=DyingEngine())
