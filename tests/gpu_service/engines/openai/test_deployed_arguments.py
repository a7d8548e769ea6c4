"""The server that a deployment starts next to this engine: vLLM's own parser accepts its arguments.

It is here and not in tests/infra because vLLM's environment has no CDK.
"""

import pytest

from infra.gpu_settings import GpuCapacity, GpuSettings
from infra.service.vllm_arguments import VLLM_PORT, build_vllm_arguments

WEIGHTS = "s3://models/models/default"
BIG = GpuSettings(
    capacity=(GpuCapacity(instance_type="g6.12xlarge"),), adapters=("judge", "writer")
)


@pytest.mark.vllm
@pytest.mark.parametrize("gpu", [GpuSettings(), BIG])
def test_vllms_own_parser_accepts_every_argument(gpu: GpuSettings) -> None:
    """The same version as the container's: no flag is unknown, no value has the wrong type."""
    options = pytest.importorskip("vllm.entrypoints.launchers.cli_args")
    words = pytest.importorskip("vllm.utils.argparse_utils")
    parsed = options.make_arg_parser(words.FlexibleArgumentParser()).parse_args(
        build_vllm_arguments(gpu, weights=WEIGHTS)
    )
    options.validate_parsed_serve_args(parsed)
    assert (parsed.model, parsed.port) == (WEIGHTS, VLLM_PORT)
    assert parsed.load_format == "runai_streamer"
    assert parsed.max_model_len == gpu.max_model_len
    assert [each.name for each in parsed.lora_modules or ()] == list(gpu.adapters)
