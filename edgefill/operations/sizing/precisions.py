"""The compute capability from which vLLM can run a precision.

Sources: vLLM 0.32.0. `supported_dtypes` in vllm/platforms/cuda.py (bf16 from 8.0, fp16 below);
`get_min_capability` of auto_awq (75), auto_gptq (60) and fp8 (75), and of the compressed-tensors
schemes wNa16 (75), w8a8_int8 (75), w8a8_fp8 (89), w8a16_fp8 (75) and w4a4_nvfp4 (75), all below
vllm/model_executor/layers/quantization. fp8 and nvfp4 below their native capability are weights
only: the arithmetic is 16-bit. CUDA 13 has no GPU below 7.5 (CUDA 13.0 release notes, deprecated
architectures), so 7.5 is the lower bound of everything.
"""

from __future__ import annotations

LOWEST = 7.5
MIN_CAPABILITY = {
    "fp16": 7.5,
    "bf16": 8.0,
    "fp32": 7.5,
    "awq-int4": 7.5,
    "awq-int8": 7.5,
    "gptq-int4": 7.5,
    "gptq-int8": 7.5,
    "int4": 7.5,
    "int8": 7.5,
    "int8-w8a8": 7.5,
    "fp8": 7.5,
    "fp8-w8a8": 8.9,
    "nvfp4": 7.5,
}
# The capability from which the tensor cores compute in the precision itself (CUDA C++ Programming
# Guide, compute capabilities: fp8 from 8.9, fp4 from 10.0).
NATIVE_CAPABILITY = {"fp8": 8.9, "fp8-w8a8": 8.9, "nvfp4": 10.0}


def explain_unsupported(precision: str, *, dtype: str, capability: float) -> str | None:
    """Why a GPU of this compute capability cannot run the model; None if it can."""
    needed = max(MIN_CAPABILITY[precision], LOWEST)
    if capability < needed:
        return f"{precision} needs compute capability {needed}, this GPU has {capability}"
    if dtype == "bf16" and capability < MIN_CAPABILITY["bf16"]:
        return f"bf16 needs compute capability 8.0, this GPU has {capability}; try --dtype half"
    return None


def is_native(precision: str, *, capability: float) -> bool:
    """Whether the GPU computes in the precision, not only stores the weights in it."""
    return capability >= NATIVE_CAPABILITY.get(precision, 0)
