"""The command line of vLLM's container.

tests/gpu_service/engines/openai/test_deployed_arguments.py parses it with vLLM's own parser.
"""

import json

from infra.gpu_settings import GpuCapacity, GpuSettings
from infra.service.vllm_arguments import build_vllm_arguments

WEIGHTS = "s3://models/models/default"
BIG = GpuSettings(
    capacity=(GpuCapacity(instance_type="g6.12xlarge"), GpuCapacity(instance_type="g5.12xlarge")),
    adapters=("judge", "writer"),
    max_lora_rank=32,
    max_model_len=4096,
)


def find_option(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


def test_the_model_is_divided_over_the_gpus_of_the_machine() -> None:
    """One process per GPU, as many as every type of the list has."""
    assert find_option(build_vllm_arguments(BIG, weights=WEIGHTS), "--tensor-parallel-size") == "4"
    one = build_vllm_arguments(GpuSettings(), weights=WEIGHTS)
    assert find_option(one, "--tensor-parallel-size") == "1"


def test_an_old_gpu_gets_half_precision() -> None:
    """A T4 has no bfloat16, in which most checkpoints are; other types keep the checkpoint's."""
    old = GpuSettings(capacity=(GpuCapacity(instance_type="g4dn.xlarge"),))
    assert find_option(build_vllm_arguments(old, weights=WEIGHTS), "--dtype") == "half"
    assert "--dtype" not in build_vllm_arguments(GpuSettings(), weights=WEIGHTS)


def test_the_streamers_buffer_fits_the_machine() -> None:
    """Its own limit is 40 GB, more than the 16 GiB of most machines with one GPU."""
    one, four = (
        json.loads(
            find_option(build_vllm_arguments(gpu, weights=WEIGHTS), "--model-loader-extra-config")
        )
        for gpu in (GpuSettings(), BIG)
    )
    assert one["memory_limit"] == 4 << 30
    assert "distributed" not in one
    assert four["distributed"] is True


def test_without_adapters_lora_is_off() -> None:
    """Its kernels cost memory and time."""
    assert "--enable-lora" not in build_vllm_arguments(GpuSettings(), weights=WEIGHTS)
