"""The memory that one GPU needs for its share of a model, in bytes.

`tp` is the tensor parallel size: the number of GPUs over which each layer is divided.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from edgefill.operations.sizing.model_config import ModelConfig
from edgefill.operations.sizing.parameters import DTYPE_BYTES

# vLLM 0.32.0, vllm/config/cache.py: the share of a GPU's memory that it uses unless told otherwise.
UTILIZATION = 0.92
BLOCK_TOKENS = 16  # the KV cache is allocated in blocks of so many tokens (vllm/config/cache.py)
# Tokens of one step of vLLM's API server, by the GPU's memory in GiB (vllm/engine/arg_utils.py;
# on an A100 of 80 GB it takes 2048, so this is an upper bound there).
STEP_TOKENS = ((160, 16384), (70, 8192), (0, 2048))
# An assumption, not a measurement: CUDA context, libraries, NCCL's buffers and CUDA graphs.
FIXED_BYTES = int(1.5 * 2**30)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryDemand:
    """What one GPU holds; `kv_bytes` is for all requests at full length."""

    weight_bytes: int
    kv_bytes: int
    overhead_bytes: int

    @property
    def total_bytes(self) -> int:
        """Everything."""
        return self.weight_bytes + self.kv_bytes + self.overhead_bytes


def compute_kv_token_bytes(config: ModelConfig, *, tp: int = 1) -> int:
    """The KV cache of one token on one of `tp` GPUs.

    A key and a value per layer and KV head; each GPU has at least one head, so with more GPUs than
    KV heads the heads are repeated (vLLM, ModelConfig.get_num_kv_heads). MLA stores one vector per
    layer, on every GPU.
    """
    bits = config.quantization.kv_cache_bits if config.quantization else None
    width = bits // 8 if bits else DTYPE_BYTES[config.dtype]
    if config.latent is not None:
        return config.layers * config.latent * width
    return 2 * config.layers * max(config.kv_heads // tp, 1) * config.head_dim * width


def compute_kv_bytes(config: ModelConfig, *, context: int, concurrency: int, tp: int = 1) -> int:
    """The KV cache of `concurrency` requests of `context` tokens on one of `tp` GPUs.

    Sliding windows are counted as full contexts: an upper bound.
    """
    tokens = ceil(context / BLOCK_TOKENS) * BLOCK_TOKENS
    return tokens * concurrency * compute_kv_token_bytes(config, tp=tp)


def estimate_overhead(
    config: ModelConfig, *, concurrency: int, tp: int, gpu_memory_bytes: int
) -> int:
    """FIXED_BYTES, the activations of the largest step and the logits of a sampling step.

    An estimate: four hidden vectors and the gated MLP's three per token, and two float32 copies of
    the logits per request.
    """
    tokens = next(count for gib, count in STEP_TOKENS if gpu_memory_bytes >= gib * 2**30)
    vectors = 4 * config.hidden + 3 * config.intermediate // tp
    activations = tokens * vectors * DTYPE_BYTES[config.dtype]
    return FIXED_BYTES + activations + 2 * 4 * concurrency * config.vocabulary
