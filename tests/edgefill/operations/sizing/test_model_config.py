"""config.json is read, and what is not known is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.operations.sizing.model_config import parse_model_config, read_model_config
from tests.edgefill.operations.sizing.model_configs import MISTRAL_7B


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"architectures": ["MambaForCausalLM"]}, "architecture MambaForCausalLM is not known"),
        ({"architectures": []}, "architecture missing is not known"),
        ({"layer_types": ["linear_attention"]}, "linear_attention have no known KV cache"),
        ({"hidden_size": None}, "hidden_size is None"),
        ({"num_hidden_layers": "many"}, "num_hidden_layers is 'many'"),
        ({"num_attention_heads": 0}, "num_attention_heads is 0"),
        ({"torch_dtype": "int8"}, "dtype is 'int8'"),
        ({"architectures": "LlamaForCausalLM"}, "architectures is 'LlamaForCausalLM'; it must"),
        ({"hidden_size": 10**30}, "of at most 1,000,000,000"),
        ({"quantization_config": "awq"}, "quantization_config is 'awq'; it must be an object"),
    ],
)
def test_an_unknown_size_is_refused(change: dict[str, Any], message: str) -> None:
    """The message names the field and its value."""
    with pytest.raises(InputRefused, match=message):
        parse_model_config(MISTRAL_7B | change)


def test_a_folder_without_config_is_refused(tmp_path: Path) -> None:
    """A missing folder, a missing file and a broken file each have their own message."""
    with pytest.raises(InputRefused, match="not a folder"):
        read_model_config(tmp_path / "none")
    with pytest.raises(InputRefused, match=r"has no config\.json"):
        read_model_config(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(InputRefused, match="not readable as JSON"):
        read_model_config(tmp_path)
    (tmp_path / "config.json").write_text("[" * 100_000)
    with pytest.raises(InputRefused, match="not readable as JSON"):
        read_model_config(tmp_path)
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(InputRefused, match="not a JSON object"):
        read_model_config(tmp_path)


def test_the_new_name_of_the_dtype_is_read() -> None:
    """transformers 5 writes `dtype`; it wins over `torch_dtype`."""
    assert parse_model_config(MISTRAL_7B | {"dtype": "float16"}).dtype == "fp16"
