"""A folder of weights: whole, of another kind, or with something missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgefill.operations.check_result import CheckResult
from edgefill.operations.preflight.model_fit import check_model_fits
from edgefill.operations.preflight.weights import LocalWeightFolder, check_weights
from tests.edgefill.operations.sizing.model_configs import MISTRAL_7B
from tests.edgefill.operations.sizing.safetensors_file import build_safetensors

CONFIG = json.dumps(MISTRAL_7B).encode()
WHOLE = {
    "config.json": CONFIG,
    "tokenizer.json": b"{}",
    "tokenizer_config.json": b'{"chat_template": "x"}',
    "model.safetensors": build_safetensors({"w": [4]}),
}
INDEX = json.dumps({"weight_map": {"a": "a.safetensors", "b": "b.safetensors"}}).encode()


def check(folder: Path, files: dict[str, bytes]) -> CheckResult:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return check_weights(LocalWeightFolder(folder=folder), remedy="download it again")


def test_a_whole_folder_passes(tmp_path: Path) -> None:
    """And so does the tiny model, whose chat template is a file of its own."""
    assert check(tmp_path, WHOLE).status == "ok"
    assert check(Path("training/tiny_model"), {}).status == "ok"


@pytest.mark.parametrize("tokenizer_config", [b"{}", b"[", b"3"])
def test_without_a_chat_template_there_is_a_warning(
    tmp_path: Path, tokenizer_config: bytes
) -> None:
    """Base models have none."""
    assert check(tmp_path, WHOLE | {"tokenizer_config.json": tokenizer_config}).status == "warn"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "is empty or does not exist"),
        ({"genai_config.json": b"{}"}, "an ONNX folder for laptops"),
        ({"adapter_config.json": b"{}"}, "a LoRA adapter without its model"),
        ({"pytorch_model.bin": b"x"}, "convert it to safetensors"),
        ({"llama.gguf": b"x"}, "GGUF"),
        ({"readme.md": b"x"}, "not a Hugging Face model folder"),
        ({"Mistral-7B/config.json": CONFIG}, "its folder Mistral-7B has"),
        ({"config.json": CONFIG}, "has no tokenizer (tokenizer.json or tokenizer.model)"),
        ({"config.json": b"[]", "tokenizer.json": b"{}"}, "config.json is not readable"),
        ({"config.json": b"{}", "tokenizer.json": b"{}"}, "architecture missing is not known"),
        ({"config.json": CONFIG, "tokenizer.model": b"x"}, "has no safetensors file"),
        (
            WHOLE | {"model.safetensors.index.json": INDEX, "a.safetensors": b"x"},
            "1 of 2 weight files are missing or empty: b.safetensors",
        ),
        (WHOLE | {"model.safetensors.index.json": b"{}"}, "not an index of weight files"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    """The kind of folder it is instead, or the file that is missing."""
    result = check(tmp_path, files)
    assert result.status == "fail"
    assert message in result.text
    assert result.remedy == "download it again"


def test_a_model_is_compared_with_the_gpu_types(tmp_path: Path) -> None:
    """A 7B at bf16 runs on an L4, not on a T4; families without an entry are a warning."""
    check(tmp_path, WHOLE)
    folder = LocalWeightFolder(folder=tmp_path)
    results = list(check_model_fits(folder, ["g6.2xlarge", "g4dn.xlarge", "g2.large"]))
    assert [result.status for result in results] == ["ok", "fail", "warn"]
    assert "bf16 needs compute capability 8.0" in results[1].text


def test_a_model_that_needs_more_gpus_fails(tmp_path: Path) -> None:
    """A hundred layers of KV cache do not fit on one L4; four of them do."""
    config = MISTRAL_7B | {"num_hidden_layers": 100, "num_key_value_heads": 32, "hidden_size": 4096}
    check(tmp_path, WHOLE | {"config.json": json.dumps(config | {"head_dim": 512}).encode()})
    folder = LocalWeightFolder(folder=tmp_path)
    results = list(check_model_fits(folder, ["g6.xlarge", "g6.12xlarge", "p5.4xlarge"]))
    assert [result.status for result in results] == ["fail", "ok", "ok"]
    assert "has 1 x L4, the model needs 2" in results[0].text
