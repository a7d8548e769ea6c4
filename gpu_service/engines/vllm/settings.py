"""VllmSettings: how engine `vllm` is configured, from `EDGEFILL_GPU_VLLM_*`.

Each field is vLLM's own argument of that name (docs.vllm.ai/en/latest/configuration/engine_args;
`tensor_parallel` is tensor_parallel_size, and so on). "", 0 and `auto` leave the choice to vLLM
or to the checkpoint, which names its own quantisation.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VllmSettings:
    """One vLLM engine."""

    vllm_dtype: str = "auto"  # on a CPU `auto` is float32: few have bfloat16 instructions
    vllm_quantization: str = ""
    vllm_load_format: str = "auto"
    vllm_max_model_len: int = 0
    vllm_max_num_seqs: int = 0
    vllm_tensor_parallel: int = 1
    vllm_pipeline_parallel: int = 1
    vllm_gpu_memory_utilization: float = 0.9
    vllm_kv_cache_mib: int = 0  # kv_cache_memory_bytes in MiB; on a CPU 0 is 256
    vllm_enforce_eager: str = "auto"  # 0 or 1: compile or not; `auto` compiles on a GPU alone
    vllm_cache: str = ""  # the folder of compiled models, kept between starts; "": vLLM's own
    vllm_adapters: str = ""  # LoRA adapters that requests may name: NAME=FOLDER, by commas
    vllm_max_loras: int = 8  # adapters in one batch
