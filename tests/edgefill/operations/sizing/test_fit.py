"""On which GPUs models fit: two public ones by hand, and the tiny model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.operations.sizing.fit import FitReport, GpuFit, fit_model, list_parallel_sizes
from edgefill.operations.sizing.memory import compute_kv_bytes, compute_kv_token_bytes
from edgefill.operations.sizing.model_config import parse_model_config
from edgefill.operations.sizing.parameters import compute_weight_bytes, count_parameters
from tests.edgefill.operations.sizing import model_configs as models
from tests.edgefill.operations.sizing.safetensors_file import write_safetensors

TINY = Path("training/tiny_model")


def write_config(folder: Path, data: dict[str, Any]) -> Path:
    (folder / "config.json").write_text(json.dumps(data))
    return folder


def find_fit(report: FitReport, gpu: str) -> GpuFit:
    return next(fit for fit in report.fits if fit.gpu.name == gpu)


def test_a_7b_at_bf16_fits_on_one_l4_and_on_no_t4(tmp_path: Path) -> None:
    """13.5 GiB of weights; the T4 has no bf16."""
    report = fit_model(write_config(tmp_path, models.MISTRAL_7B), context=4096, concurrency=4)
    assert report.size.bits_per_weight == 16
    assert find_fit(report, "L4").count == 1
    assert find_fit(report, "L4").instance == "g6.xlarge"
    assert find_fit(report, "T4").count is None
    assert "bf16 needs compute capability 8.0" in find_fit(report, "T4").reason
    assert find_fit(report, "RTX 4060").count == 4


def test_more_requests_need_more_gpus(tmp_path: Path) -> None:
    """64 requests of 4096 tokens are 32 GiB of KV cache, so a single L4 is too small."""
    report = fit_model(write_config(tmp_path, models.MISTRAL_7B), context=4096, concurrency=64)
    fit = find_fit(report, "L4")
    assert (fit.count, fit.instance) == (4, "g6.12xlarge")
    assert fit.demand is not None
    assert fit.demand.kv_bytes == 8 * 2**30
    assert find_fit(report, "H100").count == 1


def test_a_70b_at_four_bits_needs_two_l40s_or_one_h200(tmp_path: Path) -> None:
    """37 GiB of weights and 40 GiB of KV cache for 16 requests of 8192 tokens."""
    report = fit_model(write_config(tmp_path, models.LLAMA_70B_AWQ))
    assert report.size.parameters == models.LLAMA_70B_PARAMETERS
    assert report.size.bits_per_weight == pytest.approx(4.51, abs=0.01)
    assert find_fit(report, "L40S").count == 2
    assert find_fit(report, "L40S").instance == "g6e.12xlarge"
    assert find_fit(report, "H100").count == 2
    assert find_fit(report, "H200").count == 1
    assert find_fit(report, "RTX 4060").count is None
    few = fit_model(tmp_path, context=1024, concurrency=4)
    assert find_fit(few, "L40S").count == 1


def test_the_tiny_model_fits_everywhere_by_its_files() -> None:
    """The size is that of its safetensors file, and equals the formula's."""
    report = fit_model(TINY)
    assert report.size.source == "safetensors"
    assert report.size.parameters == count_parameters(report.config).total == 3_967_744
    assert report.size.weight_bytes == compute_weight_bytes(report.config)
    assert report.context == 1024
    assert {fit.count for fit in report.fits} == {1}


def test_packed_files_give_the_bytes_and_shapes_the_parameters(tmp_path: Path) -> None:
    """Eight parameters of four bits are one stored integer."""
    write_config(tmp_path, models.LLAMA_70B_AWQ)
    write_safetensors(tmp_path / "model.safetensors", {"layer.qweight": [1000]})
    report = fit_model(tmp_path)
    assert report.size.weight_bytes == 2000
    assert report.size.parameters == models.LLAMA_70B_PARAMETERS


def test_a_longer_context_than_the_model_has_is_refused(tmp_path: Path) -> None:
    """The message has the model's own limit."""
    with pytest.raises(InputRefused, match="at most 32768 tokens"):
        fit_model(write_config(tmp_path, models.MISTRAL_7B), context=40_000)


@pytest.mark.parametrize(
    ("data", "tp", "token_bytes"),
    [
        (models.MISTRAL_7B, 1, 2 * 32 * 8 * 128 * 2),
        (models.MISTRAL_7B, 4, 2 * 32 * 2 * 128 * 2),
        (models.QWEN_7B, 8, 2 * 28 * 1 * 128 * 2),
        (models.LLAMA_70B, 1, 327_680),
        (models.DEEPSEEK_V3, 1, 61 * 576 * 2),
        (models.DEEPSEEK_V3, 8, 61 * 576 * 2),
    ],
)
def test_the_kv_cache_of_a_token(data: dict[str, Any], tp: int, token_bytes: int) -> None:
    """GQA divides the KV heads down to one a GPU; MLA keeps one vector on every GPU."""
    assert compute_kv_token_bytes(parse_model_config(data), tp=tp) == token_bytes


def test_the_kv_cache_is_in_whole_blocks() -> None:
    """A request of 17 tokens takes two blocks of 16."""
    config = parse_model_config(models.LLAMA_70B)
    assert compute_kv_bytes(config, context=17, concurrency=3) == 3 * 32 * 327_680


def test_the_parallel_size_divides_the_heads() -> None:
    """28 heads cannot be divided by 8; quantization groups stay whole."""
    assert list_parallel_sizes(parse_model_config(models.QWEN_7B)) == [1, 2, 4]
    assert list_parallel_sizes(parse_model_config(models.LLAMA_70B_AWQ)) == [1, 2, 4, 8]
    grouped = models.MISTRAL_7B | {
        "intermediate_size": 128 * 6,
        "quantization_config": {"quant_method": "awq", "bits": 4, "group_size": 128},
    }
    assert list_parallel_sizes(parse_model_config(grouped)) == [1, 2]
