"""Containers are put together from the template, the image and the table."""

import socket
import sys
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.assembly import GpuServiceStack, ImageSource
from edgefill.local.gpu_rehearsal.machine import LocalMachine, check_ports
from edgefill.local.gpu_rehearsal.substitutions import SERVICE, VLLM
from edgefill.local.gpu_rehearsal.task_definition import parse_task_definition
from edgefill.local.stack.ports import find_free_port
from tests.edgefill.local.gpu_rehearsal.rows import build_row


def build_stack(*, port: int, vllm_port: int, source: ImageSource | None = None) -> GpuServiceStack:
    rows = [
        build_row(VLLM, Command=["--port", str(vllm_port)]),
        build_row(SERVICE, Environment=[{"Name": "EDGEFILL_GPU_PORT", "Value": str(port)}]),
    ]
    return GpuServiceStack(
        task=parse_task_definition(rows), service=SERVICE, port=port, ready_path="/ready",
        grace_s=0, sources={SERVICE: source} if source else {},
    )  # fmt: skip


@pytest.mark.parametrize("is_vllms", [True, False])
def test_a_port_that_is_in_use_is_refused(is_vllms: bool) -> None:
    """The ports are the template's; whoever has one of them must leave it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken, free = other.getsockname()[1], find_free_port()
        stack = build_stack(port=free if is_vllms else taken, vllm_port=taken if is_vllms else free)
        with pytest.raises(InputRefused, match=f"port {taken} of the task definition is in use"):
            check_ports(stack)
    check_ports(stack)


def test_each_container_runs_in_its_own_environment(tmp_path: Path) -> None:
    """vLLM from its environment, ours from its image, whose signal and variables it has."""
    source = tmp_path / "source"
    source.mkdir()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    (source / "requirements.txt").write_text("")
    (source / "Dockerfile").write_text(
        f'FROM python:{version}\nENV A=1\nSTOPSIGNAL SIGINT\nCMD ["python", "-m", "gpu_service"]\n'
    )
    stack = build_stack(
        port=1, vllm_port=2, source=ImageSource(folder=source, dockerfile=source / "Dockerfile")
    )
    machine = LocalMachine(
        folder=tmp_path, s3="http://s3", vllm=tmp_path / "vllm-env", python=sys.executable
    )
    specs, differences = machine.build_specs(stack)
    vllm, service = specs[VLLM], specs[SERVICE]
    assert vllm.command[:3] == ("python3", "-m", "vllm.entrypoints.openai.api_server")
    assert vllm.command[vllm.command.index("--port") + 1] == "2"
    assert vllm.environment["PATH"].startswith(f"{tmp_path}/vllm-env/bin:")
    assert vllm.environment["AWS_ENDPOINT_URL"] == "http://s3"
    assert service.command == ("python", "-m", "gpu_service")
    assert (service.stop_signal, service.environment["A"]) == ("SIGINT", "1")
    assert service.environment["PATH"].startswith(f"{tmp_path}/gpu-service/env/bin:")
    assert (service.folder / "Dockerfile").exists()
    assert {each.container for each in differences} == {VLLM, SERVICE}
