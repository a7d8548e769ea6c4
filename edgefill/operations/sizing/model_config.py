"""ModelConfig: the shapes of a model, read from the config.json of a Hugging Face folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.operations.sizing.quantization import Quantization, parse_quantization

FILE = "config.json"
DTYPES = {"bfloat16": "bf16", "float16": "fp16", "float32": "fp32"}
# Decoders whose parameters follow from the shapes (transformers, src/transformers/models/<type>).
DENSE = {
    "LlamaForCausalLM",
    "MistralForCausalLM",
    "Phi3ForCausalLM",
    "Qwen2ForCausalLM",
    "Qwen3ForCausalLM",
}
EXPERTS = {"MixtralForCausalLM"}
# Latent attention: one compressed vector a token and layer (arxiv.org/abs/2405.04434, section 2.1).
LATENT = {"DeepseekV2ForCausalLM", "DeepseekV3ForCausalLM"}
ARCHITECTURES = DENSE | EXPERTS | LATENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """`kv_heads` equals `heads` (MHA), is smaller (GQA) or 1 (MQA); `latent` is set for MLA.

    `dtype` is fp32, fp16 or bf16: of everything that `quantization` does not store otherwise.
    """

    architecture: str
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int
    max_context: int
    dtype: str
    is_tied: bool = False
    has_qkv_bias: bool = False
    has_head_norms: bool = False
    experts: int = 0
    latent: int | None = None  # kv_lora_rank + qk_rope_head_dim
    quantization: Quantization | None = None

    @property
    def precision(self) -> str:
        """What the linear layers are stored in: a name of sizing/precisions.py."""
        return self.quantization.precision if self.quantization else self.dtype


# far more than any layer's width, vocabulary or context
MAX_SIZE = 1_000_000_000


def read_model_config(folder: Path) -> ModelConfig:
    """The config of the model in `folder`; InputRefused names the file and the field."""
    if not folder.is_dir():
        raise InputRefused(f"{folder}: not a folder; name a Hugging Face model folder")
    try:
        data = json.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        raise InputRefused(
            f"{folder}: has no {FILE}; name the folder that `huggingface-cli download` wrote"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputRefused(f"{folder / FILE}: not readable as JSON: {error}") from error
    if not isinstance(data, dict):
        raise InputRefused(f"{folder / FILE}: not a JSON object")
    return parse_model_config(data)


def parse_model_config(data: Mapping[str, Any]) -> ModelConfig:
    """The content of a config.json; InputRefused for what is not known."""
    architecture = _read_architecture(data)
    heads, hidden = _read_size(data, "num_attention_heads"), _read_size(data, "hidden_size")
    quantization = data.get("quantization_config")
    return ModelConfig(
        architecture=architecture,
        hidden=hidden,
        layers=_read_size(data, "num_hidden_layers"),
        heads=heads,
        kv_heads=_read_size(data, "num_key_value_heads", default=heads),
        head_dim=_read_size(data, "head_dim", default=hidden // heads),
        intermediate=_read_size(data, "intermediate_size"),
        vocabulary=_read_size(data, "vocab_size"),
        max_context=_read_size(data, "max_position_embeddings"),
        dtype=_read_dtype(data),
        is_tied=bool(data.get("tie_word_embeddings", False)),
        has_qkv_bias=architecture == "Qwen2ForCausalLM" or bool(data.get("attention_bias")),
        has_head_norms=architecture == "Qwen3ForCausalLM",
        experts=_read_size(data, "num_local_experts") if architecture in EXPERTS else 0,
        latent=_read_latent(data) if architecture in LATENT else None,
        quantization=parse_quantization(quantization) if quantization else None,
    )


def _read_architecture(data: Mapping[str, Any]) -> str:
    names = data.get("architectures") or []
    if not isinstance(names, list):
        raise InputRefused(
            f"config.json: architectures is {names!r}; it must be a list of one name"
        )
    if len(names) != 1 or names[0] not in ARCHITECTURES:
        raise InputRefused(
            f"config.json: architecture {', '.join(map(str, names)) or 'missing'} is not known, so "
            f"its size would be a guess; known are {', '.join(sorted(ARCHITECTURES))}"
        )
    kinds = set(data.get("layer_types") or []) - {"full_attention", "sliding_attention"}
    if kinds:
        raise InputRefused(
            f"config.json: layers of kind {', '.join(sorted(kinds))} have no known KV cache"
        )
    return str(names[0])


def _read_size(data: Mapping[str, Any], field: str, *, default: int | None = None) -> int:
    value = data.get(field)
    if value is None:
        value = default
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_SIZE:
        raise InputRefused(
            f"config.json: {field} is {value!r}; it must be a positive integer of at most "
            f"{MAX_SIZE:,}"
        )
    return value


def _read_dtype(data: Mapping[str, Any]) -> str:
    """`dtype` since transformers 5, `torch_dtype` before."""
    name = data.get("dtype") or data.get("torch_dtype")
    if name not in DTYPES:
        raise InputRefused(f"config.json: dtype is {name!r}; known are {', '.join(sorted(DTYPES))}")
    return DTYPES[name]


def _read_latent(data: Mapping[str, Any]) -> int:
    return _read_size(data, "kv_lora_rank") + _read_size(data, "qk_rope_head_dim")
