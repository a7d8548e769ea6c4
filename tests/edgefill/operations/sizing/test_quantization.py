"""Every kind of `quantization_config` that `edgefill fit` knows."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.operations.sizing.precisions import MIN_CAPABILITY
from edgefill.operations.sizing.quantization import parse_quantization


def compress(bits: int, kind: str, *, inputs: object = None, **more: Any) -> dict[str, Any]:
    weights = {"num_bits": bits, "type": kind, "symmetric": True, **more}
    group = {"weights": weights, "input_activations": inputs}
    return {"quant_method": "compressed-tensors", "config_groups": {"group_0": group}}


@pytest.mark.parametrize(
    ("data", "precision", "bits"),
    [
        ({"quant_method": "awq", "bits": 4, "group_size": 128}, "awq-int4", 4),
        ({"quant_method": "gptq", "bits": 8, "group_size": -1}, "gptq-int8", 8),
        ({"quant_method": "fp8", "weight_block_size": [128, 128]}, "fp8", 8),
        (compress(4, "int", group_size=128), "int4", 4),
        (compress(8, "int", inputs={"num_bits": 8}), "int8-w8a8", 8),
        (compress(8, "float", inputs={"num_bits": 8}), "fp8-w8a8", 8),
        (compress(4, "float", group_size=16), "nvfp4", 4),
    ],
)
def test_the_precision_is_one_that_the_table_knows(
    data: dict[str, Any], precision: str, bits: int
) -> None:
    """So that every readable model has an answer on every GPU."""
    quantization = parse_quantization(data)
    assert (quantization.precision, quantization.bits) == (precision, bits)
    assert precision in MIN_CAPABILITY


def test_a_scale_of_each_group_is_counted() -> None:
    """Without groups there is one scale a channel; GPTQ has zero points too."""
    grouped = parse_quantization({"quant_method": "gptq", "bits": 4, "group_size": 128})
    whole = parse_quantization({"quant_method": "gptq", "bits": 4, "group_size": -1})
    assert grouped.compute_bytes(1280, channel=640) == 640 + 10 * 2 + 10 / 2
    assert whole.compute_bytes(1280, channel=640) == 640 + 2 * 2 + 2 / 2


def test_a_quantized_kv_cache_is_read() -> None:
    """From `kv_cache_scheme` of compressed-tensors."""
    data = compress(8, "float") | {"kv_cache_scheme": {"num_bits": 8}}
    assert parse_quantization(data).kv_cache_bits == 8


def test_mixed_groups_are_refused() -> None:
    """Their sizes would be a guess."""
    data = {"quant_method": "compressed-tensors", "config_groups": {"a": {}, "b": {}}}
    with pytest.raises(InputRefused, match="2 groups of layers"):
        parse_quantization(data)


def test_unknown_bits_are_refused() -> None:
    """Five bits of compressed-tensors have no entry in the table."""
    with pytest.raises(InputRefused, match="5 bits in compressed-tensors"):
        parse_quantization(compress(5, "int"))
