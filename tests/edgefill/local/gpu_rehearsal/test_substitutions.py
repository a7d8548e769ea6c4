"""Only what the table names differs from the template; what it does not know is refused."""

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.substitutions import (
    ABSENT,
    KEPT,
    PRESENT,
    SUBSTITUTIONS,
    SubstitutedContainer,
    substitute,
)
from edgefill.local.gpu_rehearsal.task_definition import ContainerDefinition
from infra.gpu_settings import GpuCapacity, GpuSettings
from infra.service.vllm_arguments import build_vllm_arguments, build_vllm_environment

VALUES = {"s3": "http://127.0.0.1:1", "bin": "/env/bin", "home": "/home"}
WEIGHTS = "s3://models/models/default"


def substitute_vllm(*command: str, **environment: str) -> SubstitutedContainer:
    container = ContainerDefinition(
        name="vllm", image="vllm:1", command=command, environment=environment,
        not_modelled={"MemoryReservation": 1},
    )  # fmt: skip
    return substitute(container, entry_point=("vllm", "serve"), values=VALUES)


@pytest.mark.parametrize(
    "gpu", [GpuSettings(), GpuSettings(capacity=(GpuCapacity(instance_type="g6.12xlarge"),))]
)
def test_every_argument_of_a_deployment_is_known(gpu: GpuSettings) -> None:
    """The streamer and its S3 URL are kept, and so is every variable."""
    arguments = build_vllm_arguments(gpu, weights=WEIGHTS)
    variables = build_vllm_environment("us-east-1")
    container = substitute_vllm(*arguments, **variables)
    assert container.command[: container.command.index("--load-format") + 2] == (
        "--model", WEIGHTS, "--load-format", "runai_streamer",
    )  # fmt: skip
    assert variables.items() <= container.environment.items()
    assert container.environment["AWS_ENDPOINT_URL"] == VALUES["s3"]


def test_a_replaced_flag_has_one_value_and_its_difference_is_listed() -> None:
    """With the value of the template, the value here, and the reason."""
    container = substitute_vllm("--tensor-parallel-size", "4", "--port", "8000")
    place = container.command.index("--tensor-parallel-size")
    assert container.command[place + 1] == "1"
    assert container.command.count("--tensor-parallel-size") == 1
    values = {each.item: (each.template, each.here) for each in container.differences}
    assert values["--tensor-parallel-size"] == ("4", "1")
    assert values["--enforce-eager"] == (ABSENT, PRESENT)
    assert values["ENTRYPOINT"][0] == "vllm serve"
    assert values["MemoryReservation"] == (PRESENT, ABSENT)
    assert "--port" not in values
    assert all(each.reason for each in container.differences)


def test_an_equal_value_is_no_difference() -> None:
    """One GPU in the template is what the CPU build is told, too."""
    container = substitute_vllm("--tensor-parallel-size", "1")
    assert "--tensor-parallel-size" not in {each.item for each in container.differences}


@pytest.mark.parametrize(
    ("command", "environment", "message"),
    [
        (("--quantization", "fp8"), {}, "vllm: --quantization: not known"),
        ((), {"CUDA_VISIBLE_DEVICES": "0"}, "vllm: CUDA_VISIBLE_DEVICES: not known"),
        (("serve", "--port", "1"), {}, "vllm: Command: 'serve' belongs to no flag"),
    ],
)
def test_what_the_table_does_not_know_is_refused(
    command: tuple[str, ...], environment: dict[str, str], message: str
) -> None:
    """A person then decides whether it is kept."""
    with pytest.raises(InputRefused, match=message):
        substitute_vllm(*command, **environment)


def test_an_unknown_container_is_refused() -> None:
    """For example one that copies adapters."""
    container = ContainerDefinition(name="adapters", image="aws-cli:1")
    with pytest.raises(InputRefused, match="container adapters: not known to the rehearsal"):
        substitute(container, entry_point=(), values=VALUES)


def test_no_item_is_both_kept_and_replaced() -> None:
    """And none is replaced twice."""
    pairs = [(each.container, each.item) for each in SUBSTITUTIONS]
    assert len(set(pairs)) == len(pairs)
    assert not [pair for pair in pairs if pair[1] in KEPT[pair[0]]]
