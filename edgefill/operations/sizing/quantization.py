"""Quantization: how the linear layers of a model are stored, read from `quantization_config`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edgefill.core.errors import InputRefused

SCALE_BYTES = 2  # float16 or bfloat16
OUTPUT_LAYER = "lm_head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantization:
    """`precision` is a name of sizing/precisions.py; `group_size` None means one scale a channel.

    `skipped` names the modules that stay at the model's own dtype.
    """

    method: str
    precision: str
    bits: int
    group_size: int | None = None
    has_zero_points: bool = False
    kv_cache_bits: int | None = None
    skipped: tuple[str, ...] = ()

    @property
    def is_packed(self) -> bool:
        """Whether the files hold several parameters in one integer."""
        return self.precision not in ("fp8", "fp8-w8a8", "int8-w8a8")

    @property
    def is_computable(self) -> bool:
        """Whether the size follows from the shapes: only the output layer may be skipped."""
        return set(self.skipped) <= {OUTPUT_LAYER}

    def compute_bytes(self, weights: int, *, channel: int) -> float:
        """The bytes of `weights` parameters with their scales; `channel` is a row's length."""
        groups = weights / (self.group_size or channel)
        zero_points = groups * self.bits / 8 if self.has_zero_points else 0
        return weights * self.bits / 8 + groups * SCALE_BYTES + zero_points


def parse_quantization(data: Any) -> Quantization:
    """The `quantization_config` of a config.json; InputRefused for a method that is not known."""
    if not isinstance(data, dict):
        raise InputRefused(f"config.json: quantization_config is {data!r}; it must be an object")
    method = data.get("quant_method")
    parse = _PARSERS.get(str(method))
    if parse is None:
        raise InputRefused(
            f"config.json: quantization method {method!r} is not known; `edgefill fit` knows "
            f"{', '.join(sorted(_PARSERS))}"
        )
    return parse(data)


def _parse_awq(data: Mapping[str, Any]) -> Quantization:
    """Transformers' documentation, AwqConfig: `bits`, `group_size`, `zero_point`."""
    return Quantization(
        method="awq",
        precision=_name_integers("awq", _read_bits(data.get("bits"))),
        bits=_read_bits(data.get("bits")),
        group_size=_read_group(data.get("group_size")),
        has_zero_points=bool(data.get("zero_point", True)),
        skipped=_read_skipped(data.get("modules_to_not_convert")),
    )


def _parse_gptq(data: Mapping[str, Any]) -> Quantization:
    """Transformers' documentation, GPTQConfig; the files always have zero points."""
    return Quantization(
        method="gptq",
        precision=_name_integers("gptq", _read_bits(data.get("bits"))),
        bits=_read_bits(data.get("bits")),
        group_size=_read_group(data.get("group_size")),
        has_zero_points=True,
        skipped=(OUTPUT_LAYER, *(["others"] if data.get("modules_in_block_to_quantize") else [])),
    )


def _parse_fp8(data: Mapping[str, Any]) -> Quantization:
    """Transformers' documentation, FineGrainedFP8Config: `weight_block_size` has two sides."""
    block = data.get("weight_block_size")
    return Quantization(
        method="fp8",
        precision="fp8",
        bits=8,
        group_size=block[0] * block[1] if block else None,
        skipped=_read_skipped(data.get("modules_to_not_convert") or data.get("ignored_layers")),
    )


def _parse_compressed_tensors(data: Mapping[str, Any]) -> Quantization:
    """QuantizationConfig of github.com/vllm-project/compressed-tensors, with one group only."""
    groups = data.get("config_groups") or {}
    if len(groups) != 1:
        raise InputRefused(
            f"config.json: compressed-tensors with {len(groups)} groups of layers is not known; "
            "`edgefill fit` reads a single one"
        )
    (group,) = groups.values()
    weights = group.get("weights") or {}
    is_float = weights.get("type") == "float"
    bits = _read_bits(weights.get("num_bits"))
    kv_cache = data.get("kv_cache_scheme") or {}
    return Quantization(
        method="compressed-tensors",
        precision=_name_compressed(bits, is_float=is_float, inputs=group.get("input_activations")),
        bits=bits,
        group_size=_read_group(weights.get("group_size")),
        has_zero_points=not weights.get("symmetric", True),
        kv_cache_bits=kv_cache.get("num_bits"),
        skipped=_read_skipped(data.get("ignore")),
    )


_PARSERS = {
    "awq": _parse_awq,
    "gptq": _parse_gptq,
    "fp8": _parse_fp8,
    "compressed-tensors": _parse_compressed_tensors,
}


def _name_integers(method: str, bits: int) -> str:
    if bits not in (4, 8):
        raise InputRefused(f"config.json: {method} with {bits} bits is not known; 4 and 8 are")
    return f"{method}-int{bits}"


def _name_compressed(bits: int, *, is_float: bool, inputs: object) -> str:
    name = {(4, True): "nvfp4", (8, True): "fp8", (8, False): "int8", (4, False): "int4"}.get(
        (bits, is_float)
    )
    if name is None:
        raise InputRefused(f"config.json: {bits} bits in compressed-tensors are not known")
    return f"{name}-w8a8" if inputs and name in ("fp8", "int8") else name


def _read_bits(value: object) -> int:
    if not isinstance(value, int) or value not in range(2, 17):
        raise InputRefused(f"config.json: {value!r} is not a number of bits")
    return value


def _read_group(value: object) -> int | None:
    """None for -1 and null, which both mean one scale a channel."""
    return value if isinstance(value, int) and value > 0 else None


def _read_skipped(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
