"""The stack's parts and what they are told; the running whole is tested in tests/flow."""

import os
import sys
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.ports import find_free_port
from edgefill.local.stack.processes import parse_port
from edgefill.local.stack.run_file import RunFile
from edgefill.local.stack.stack import Stack, StackOptions, run_stack
from edgefill.local.stack.supervisor import Supervisor
from lambdas.api.settings import ApiSettings

TEMPLATE = Path("distribution.template.json")
HERE = RunFile(
    pid=os.getpid(),
    cdn="http://127.0.0.1:8080",
    s3_endpoint="http://127.0.0.1:5001",
    bucket="b",
    table="t",
    queue_url="http://127.0.0.1:5001/1/q",
    gpu_url="http://127.0.0.1:5002",
    api_url="http://127.0.0.1:5003",
    shop_url="http://127.0.0.1:5004",
    control="http://127.0.0.1:5005",
)


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(StackOptions(state=tmp_path, template=TEMPLATE), HERE, Supervisor(StackLog()))


def test_every_part_listens_where_the_run_file_says(stack: Stack) -> None:
    """Ports go from the run file to each command line or environment."""
    ports = {"aws": "5001", "api": "5003", "shop": "5004", "cdn": "8080"}
    for name, port in ports.items():
        command = stack.build_spec(name).command
        assert command[command.index("--port") + 1] == port
    assert stack.build_spec("gpu").environment["EDGEFILL_GPU_PORT"] == parse_port(HERE.gpu_url)


def test_the_api_gets_settings_that_it_takes(stack: Stack) -> None:
    """The API's own settings accept what the stack sets, and nobody's AWS account is in reach."""
    environment = stack.build_spec("api").environment
    settings = ApiSettings.from_environment(environment)
    assert (settings.bucket, settings.gpu_url) == ("b", HERE.gpu_url)
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert stack.build_spec("worker").environment == environment


def test_a_program_can_stand_in_for_the_gpu(tmp_path: Path) -> None:
    """Tests run the stack without a model; the program is given its port."""
    options = StackOptions(state=tmp_path, template=TEMPLATE, gpu_command=("my-gpu", "--fast"))
    assert Stack(options, HERE, Supervisor(StackLog())).build_spec("gpu").command == (
        "my-gpu",
        "--fast",
        "5002",
    )


def test_the_gpu_service_runs_on_vllm_from_an_environment_of_its_own(tmp_path: Path) -> None:
    """Beside this one; where there is none, the refusal says how to make it."""
    stack = Stack(StackOptions(state=tmp_path, engine="vllm"), HERE, Supervisor(StackLog()))
    beside = Path(f"{sys.prefix}-vllm/bin/python")
    if not beside.exists():
        with pytest.raises(InputRefused, match="make setup-vllm"):
            stack.build_spec("gpu")
        return
    part = stack.build_spec("gpu")
    assert part.command == (str(beside), "-m", "gpu_service")
    assert part.environment["EDGEFILL_GPU_ENGINE"] == "vllm"


def test_a_stack_that_runs_already_is_named(tmp_path: Path) -> None:
    """A second one under the same state folder is refused before anything starts."""
    HERE.write(tmp_path)
    options = StackOptions(state=tmp_path, port=find_free_port())
    with (
        pytest.raises(InputRefused, match=rf"process {os.getpid()}"),
        run_stack(options, StackLog()),
    ):
        pass
