"""The commands and environments of the stack's processes; tests/flow tests a running stack."""

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
LIMITS = ("questions_per_hour", "principal_per_hour", "key_per_hour", "tokens_per_day")
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


def test_every_process_listens_on_the_port_in_the_run_file(stack: Stack) -> None:
    """Ports go from the run file to each command line or environment."""
    ports = {"aws": "5001", "api": "5003", "shop": "5004", "cdn": "8080"}
    for name, port in ports.items():
        command = stack.build_spec(name).command
        assert command[command.index("--port") + 1] == port
    assert stack.build_spec("gpu").environment["EDGEFILL_GPU_PORT"] == parse_port(HERE.gpu_url)


def test_the_api_accepts_its_settings(stack: Stack) -> None:
    """The environment parses as the API's settings and leads to no real AWS account."""
    environment = stack.build_spec("api").environment
    settings = ApiSettings.from_environment(environment)
    assert (settings.bucket, settings.gpu_url) == ("b", HERE.gpu_url)
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert stack.build_spec("worker").environment == environment


def test_the_limits_are_those_of_a_deployment_unless_told_otherwise(tmp_path: Path) -> None:
    """A deployment sets none of them (infra/service/api.py), so the defaults are the deployed."""

    def read_limits(*, ample: bool) -> dict[str, object]:
        options = StackOptions(state=tmp_path, template=TEMPLATE, ample_limits=ample)
        stack = Stack(options, HERE, Supervisor(StackLog()))
        settings = ApiSettings.from_environment(stack.build_spec("api").environment)
        assert stack.build_spec("worker").environment == stack.build_spec("api").environment
        return {name: getattr(settings, name) for name in LIMITS}

    deployed = {name: ApiSettings.model_fields[name].default for name in LIMITS}
    assert read_limits(ample=False) == deployed
    ample = read_limits(ample=True)
    assert all(ample[name] > 10 * limit for name, limit in deployed.items())


def test_a_command_can_replace_the_gpu_service(tmp_path: Path) -> None:
    """Tests run the stack without a model; the port is appended to the command."""
    options = StackOptions(state=tmp_path, template=TEMPLATE, gpu_command=("my-gpu", "--fast"))
    assert Stack(options, HERE, Supervisor(StackLog())).build_spec("gpu").command == (
        "my-gpu",
        "--fast",
        "5002",
    )


def test_vllm_runs_in_its_own_virtual_environment(tmp_path: Path) -> None:
    """It is next to this one; when it is missing, the message says how to create it."""
    stack = Stack(StackOptions(state=tmp_path, engine="vllm"), HERE, Supervisor(StackLog()))
    python = Path(f"{sys.prefix}-vllm/bin/python")
    if not python.exists():
        with pytest.raises(InputRefused, match="make setup-vllm"):
            stack.build_spec("gpu")
        return
    spec = stack.build_spec("gpu")
    assert spec.command == (str(python), "-m", "gpu_service")
    assert spec.environment["EDGEFILL_GPU_ENGINE"] == "vllm"


def test_a_second_stack_is_refused(tmp_path: Path) -> None:
    """The message names the process that runs under the same state folder."""
    HERE.write(tmp_path)
    options = StackOptions(state=tmp_path, port=find_free_port())
    with (
        pytest.raises(InputRefused, match=rf"process {os.getpid()}"),
        run_stack(options, StackLog()),
    ):
        pass
