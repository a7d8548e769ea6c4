"""How vLLM is started, without vLLM."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpu_service.engines.lora_adapters import LoraAdapter
from gpu_service.engines.startup_progress import StartupStages
from gpu_service.engines.vllm.start import build_engine_args, build_environment
from gpu_service.settings import read_settings

ADAPTERS = tuple(LoraAdapter(name=name, folder=Path(name), rank=8) for name in "abcd")


def test_a_cpu_gets_what_was_measured_there() -> None:
    """One thread, float32, no compiling, the worker in the engine's process."""
    settings = read_settings({"EDGEFILL_GPU_ENGINE": "vllm"})
    given = build_engine_args(settings, (), cpu=True)
    assert (given["dtype"], given["enforce_eager"]) == ("float32", True)
    assert given["kv_cache_memory_bytes"] == 256 << 20
    assert given["distributed_executor_backend"] == "uni"
    told = build_environment(settings, cpu=True)
    assert (told["OMP_NUM_THREADS"], told["VLLM_ENABLE_V1_MULTIPROCESSING"]) == ("1", "0")


def test_a_gpu_gets_the_checkpoints_own() -> None:
    """Nothing but what is set; no thread is bound."""
    settings = read_settings({"EDGEFILL_GPU_ENGINE": "vllm"})
    given = build_engine_args(settings, (), cpu=False)
    assert (given["dtype"], given["enforce_eager"]) == ("auto", False)
    absent = {"quantization", "max_model_len", "kv_cache_memory_bytes", "enable_lora"}
    assert absent.isdisjoint(given)
    assert "OMP_NUM_THREADS" not in build_environment(settings, cpu=False)


def test_settings_are_passed_through() -> None:
    """Parallelism, quantisation, sizes, sleep, and where compiled models are kept."""
    settings = read_settings({
        "EDGEFILL_GPU_ENGINE": "vllm", "EDGEFILL_GPU_SLEEP": "1",
        "EDGEFILL_GPU_VLLM_TENSOR_PARALLEL": "4", "EDGEFILL_GPU_VLLM_PIPELINE_PARALLEL": "2",
        "EDGEFILL_GPU_VLLM_QUANTIZATION": "fp8", "EDGEFILL_GPU_VLLM_DTYPE": "bfloat16",
        "EDGEFILL_GPU_VLLM_MAX_MODEL_LEN": "2048", "EDGEFILL_GPU_VLLM_KV_CACHE_MIB": "512",
        "EDGEFILL_GPU_VLLM_ENFORCE_EAGER": "1", "EDGEFILL_GPU_VLLM_CACHE": "/cache",
        "EDGEFILL_GPU_VLLM_GPU_MEMORY_UTILIZATION": "0.5",
    })  # fmt: skip
    given = build_engine_args(settings, (), cpu=False)
    names = ("tensor_parallel_size", "pipeline_parallel_size", "quantization", "dtype")
    assert [given[name] for name in names] == [4, 2, "fp8", "bfloat16"]
    names = ("max_model_len", "gpu_memory_utilization", "enforce_eager", "enable_sleep_mode")
    assert [given[name] for name in names] == [2048, 0.5, True, True]
    assert given["kv_cache_memory_bytes"] == 512 << 20
    assert build_environment(settings, cpu=False)["VLLM_CACHE_ROOT"] == "/cache"


@pytest.mark.parametrize(("cpu", "places"), [(True, 5), (False, 2)])
def test_a_place_stays_empty_on_a_cpu(cpu: bool, places: int) -> None:
    """Its kernels read "no adapter" as the last place (vllm-project/vllm pull request 48421)."""
    settings = read_settings({"EDGEFILL_GPU_VLLM_MAX_LORAS": "2"})
    given = build_engine_args(settings, ADAPTERS, cpu=cpu)
    assert (given["max_loras"], given["max_lora_rank"]) == (places, 8)
    assert given["max_cpu_loras"] >= len(ADAPTERS)


def test_stages_keep_their_seconds() -> None:
    """In their order; a stage that failed has none."""
    ticks = iter((0.0, 2.0, 2.0, 5.0, 9.0))
    stages = StartupStages(clock=lambda: next(ticks))
    with stages("importing"):
        assert stages.current == "importing"
    with stages("loading"):
        pass
    with pytest.raises(ValueError, match="broken"), stages("warming up"):
        raise ValueError("broken")
    assert (stages.seconds, stages.current) == ({"importing": 2.0, "loading": 3.0}, "")
