"""The command line and the environment of vLLM's own container.

Both images, vllm/vllm-openai and AWS's public.ecr.aws/deep-learning-containers/vllm, take the
server's arguments as the container's command (aws.github.io/deep-learning-containers/vllm,
"Configuration"). tests/gpu_service/engines/openai/test_deployed_arguments.py parses them with
vLLM's own parser.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.gpu_settings import GpuSettings

VLLM_PORT = 8000
STREAMS = 16  # connections to S3
GIB = 1 << 30
ADAPTER_FOLDER = "/adapters"
# vLLM finishes running requests for so long after SIGTERM (its `shutdown_timeout`). The service has
# drained before, so usually none is left.
VLLM_DRAIN_S = 10
# As gpu_service/engines/vllm/start.py: only guidance reads the grammar of the templates.
STRUCTURED_OUTPUTS: dict[str, object] = {"backend": "guidance", "disable_any_whitespace": True}


def build_vllm_arguments(gpu: GpuSettings, *, weights: str) -> list[str]:
    """The arguments of `vllm serve` for the model at the S3 URL `weights`.

    `runai_streamer` reads safetensors from S3 into the GPU, without a copy on the disk
    (docs.vllm.ai/en/stable/models/extensions/runai_model_streamer). Only the task's own containers
    can reach the server, which has no key.
    """
    options = {
        "--model": weights,
        "--load-format": "runai_streamer",
        "--model-loader-extra-config": _to_json(_limit_streamer(gpu)),
        "--served-model-name": gpu.model_name,
        "--host": "127.0.0.1",
        "--port": str(VLLM_PORT),
        "--max-model-len": str(gpu.max_model_len),
        "--max-num-seqs": str(gpu.concurrency),
        "--tensor-parallel-size": str(gpu.gpus_per_machine),
        "--generation-config": "vllm",  # the request, not the checkpoint, decides the sampling
        "--structured-outputs-config": _to_json(STRUCTURED_OUTPUTS),
        "--shutdown-timeout": str(VLLM_DRAIN_S),
    }
    if not all(each.bfloat16 for each in gpu.types):
        options["--dtype"] = "half"
    arguments = [word for pair in options.items() for word in pair]
    return [*arguments, "--enable-prompt-tokens-details", *_build_lora_arguments(gpu)]


def _limit_streamer(gpu: GpuSettings) -> dict[str, object]:
    """A quarter of the smallest machine's memory for its buffer, which may else take 40 GB.

    With several GPUs each process reads a part and sends it to the others. Source: as above,
    "Tunable parameters".
    """
    memory_gb = min(each.memory_gb for each in gpu.types)
    limit: dict[str, object] = {"concurrency": STREAMS, "memory_limit": memory_gb * GIB // 4}
    return limit | ({"distributed": True} if gpu.gpus_per_machine > 1 else {})


def _to_json(value: dict[str, object]) -> str:
    return json.dumps(value, separators=(",", ":"))


def _build_lora_arguments(gpu: GpuSettings) -> list[str]:
    """VLLM loads adapters from folders only (vllm-project/vllm#15633)."""
    if not gpu.adapters:
        return []
    modules = [f"{name}={ADAPTER_FOLDER}/{name}" for name in gpu.adapters]
    limits = ["--max-loras", str(len(modules)), "--max-lora-rank", str(gpu.max_lora_rank)]
    return ["--enable-lora", *limits, "--lora-modules", *modules]


def build_vllm_environment(region: str) -> dict[str, str]:
    """The variables of vLLM's container: it asks neither Hugging Face nor EC2 for anything."""
    return {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",  # the credentials are the task's own
        "HF_HUB_OFFLINE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "VLLM_LOGGING_COLOR": "0",  # filters read the log (infra/monitoring/wake_metrics.py)
    }
