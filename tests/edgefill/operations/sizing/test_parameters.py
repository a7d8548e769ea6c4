"""The formula of the parameters, against the counts that public models' pages state."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.operations.sizing.model_config import parse_model_config
from edgefill.operations.sizing.parameters import compute_weight_bytes, count_parameters
from tests.edgefill.operations.sizing import model_configs as models


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        (models.MISTRAL_7B, models.MISTRAL_7B_PARAMETERS),
        (models.QWEN_7B, models.QWEN_7B_PARAMETERS),
        (models.QWEN3_8B, models.QWEN3_8B_PARAMETERS),
        (models.LLAMA_70B, models.LLAMA_70B_PARAMETERS),
        (models.LLAMA_70B_AWQ, models.LLAMA_70B_PARAMETERS),
        (models.MIXTRAL_8X7B, models.MIXTRAL_8X7B_PARAMETERS),
    ],
)
def test_the_count_is_that_of_the_models_page(config: dict[str, Any], parameters: int) -> None:
    """To the last parameter, with biases, head norms and experts."""
    assert count_parameters(parse_model_config(config)).total == parameters


def test_bf16_takes_two_bytes_a_parameter() -> None:
    """A 7B model at bf16 is 14.5 GB."""
    config = parse_model_config(models.MISTRAL_7B)
    assert compute_weight_bytes(config) == 2 * models.MISTRAL_7B_PARAMETERS


def test_four_bits_carry_scales_and_zero_points_and_leave_the_embeddings_alone() -> None:
    """A 70B model at AWQ 4 bits is 39.8 GB, so it has 4.5 bits per weight and not 4."""
    size = compute_weight_bytes(parse_model_config(models.LLAMA_70B_AWQ))
    linear = 80 * (2 * 8192 * 8192 + 2 * 8192 * 1024 + 3 * 8192 * 28672)
    others = models.LLAMA_70B_PARAMETERS - linear
    assert size == round(linear * (4 + 16 / 128 + 4 / 128) / 8 + 2 * others)
    assert size / 1e9 == pytest.approx(39.77, abs=0.01)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quant_method": "gguf"}, "'gguf' is not known"),
        ({"bits": 3}, "3 bits is not known"),
        ({"bits": "four"}, "'four' is not a number of bits"),
        ({"modules_to_not_convert": ["visual"]}, "put the safetensors files next to it"),
    ],
)
def test_an_unknown_quantization_is_refused(change: dict[str, Any], message: str) -> None:
    """The message names what is not known; nothing is guessed."""
    data = models.LLAMA_70B_AWQ
    quantization = data["quantization_config"] | change
    with pytest.raises(InputRefused, match=message):
        compute_weight_bytes(parse_model_config(data | {"quantization_config": quantization}))


def test_latent_attention_has_no_formula() -> None:
    """The message says that the files would do."""
    with pytest.raises(InputRefused, match="put the safetensors files next to it"):
        count_parameters(parse_model_config(models.DEEPSEEK_V3))
