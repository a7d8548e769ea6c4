"""`edgefill fit` as a user runs it."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from edgefill.cli.__main__ import create_app
from edgefill.core.errors import InputRefused

APP = create_app(("fit",))


def test_the_tiny_model_is_printed_with_every_gpu() -> None:
    """Parameters, bits, weights, KV cache, then a row for each GPU."""
    done = CliRunner().invoke(APP, ["fit", "training/tiny_model", "--concurrency", "64"])
    assert done.exit_code == 0, done.output
    assert "LlamaForCausalLM, fp16: 3,967,744 parameters, 16.00 bits per weight" in done.stdout
    assert "64 requests of 1024 tokens" in done.stdout
    for name in ("T4", "L4", "A10G", "H200", "g6.xlarge"):
        assert name in done.stdout


def test_scripts_get_one_json_object() -> None:
    """With bytes for each GPU."""
    done = CliRunner().invoke(APP, ["fit", "training/tiny_model", "--context", "512", "--json"])
    data = json.loads(done.stdout)
    assert (data["context"], data["precision"], data["source"]) == (512, "fp16", "safetensors")
    assert all(row["count"] == 1 and row["per_gpu"]["weight_bytes"] for row in data["gpus"])


def test_a_folder_of_another_kind_is_an_expected_error() -> None:
    """The ONNX folder has no config.json."""
    done = CliRunner().invoke(APP, ["fit", "training/tiny_model/onnx"])
    assert isinstance(done.exception, InputRefused)
    assert "has no config.json" in str(done.exception)
