"""Counts the parameters of a decoder from its shapes.

One layer has query, key, value and output projections, a gated MLP of three matrices (for each
expert) and two norms; a model adds the embedding, the last norm and the output layer, which may be
the embedding (transformers, modeling_llama.py; modeling_mixtral.py for experts and their router).
"""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.core.errors import InputRefused
from edgefill.operations.sizing.model_config import LATENT, ModelConfig

DTYPE_BYTES = {"fp32": 4, "fp16": 2, "bf16": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterCount:
    """`linear` is what a quantization converts: the matrices of the layers; `other` the rest."""

    linear: int
    other: int

    @property
    def total(self) -> int:
        """All parameters."""
        return self.linear + self.other


def count_parameters(config: ModelConfig) -> ParameterCount:
    """The parameters by the shapes; InputRefused for an architecture without a formula."""
    if config.architecture in LATENT:
        raise InputRefused(
            f"{config.architecture}: its parameters do not follow from config.json; put the "
            "safetensors files next to it"
        )
    embeddings = config.hidden * config.vocabulary * (1 if config.is_tied else 2)
    return ParameterCount(
        linear=config.layers * (_count_attention(config) + _count_mlp(config)),
        other=config.layers * _count_vectors(config) + config.hidden + embeddings,
    )


def compute_weight_bytes(config: ModelConfig) -> int:
    """The bytes of all weights by the shapes; InputRefused when config.json does not fix them."""
    count, width = count_parameters(config), DTYPE_BYTES[config.dtype]
    if config.quantization is None:
        return count.total * width
    if not config.quantization.is_computable:
        raise InputRefused(
            f"config.json: {len(config.quantization.skipped)} kinds of modules are not quantized, "
            "so the size does not follow from it; put the safetensors files next to it"
        )
    linear = config.quantization.compute_bytes(count.linear, channel=config.hidden)
    return round(linear + count.other * width)


def _count_attention(config: ModelConfig) -> int:
    queries, keys = config.heads * config.head_dim, config.kv_heads * config.head_dim
    return config.hidden * (2 * queries + 2 * keys)


def _count_mlp(config: ModelConfig) -> int:
    router = config.hidden * config.experts
    return 3 * config.hidden * config.intermediate * max(config.experts, 1) + router


def _count_vectors(config: ModelConfig) -> int:
    """The norms and biases of one layer."""
    biases = (config.heads + 2 * config.kv_heads) * config.head_dim if config.has_qkv_bias else 0
    head_norms = 2 * config.head_dim if config.has_head_norms else 0
    return 2 * config.hidden + biases + head_norms
