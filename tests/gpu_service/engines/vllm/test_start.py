"""The arguments and the environment of vLLM; vLLM itself is not needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpu_service.engines.lora_adapters import LoraAdapter
from gpu_service.engines.startup_progress import StartupStages
from gpu_service.engines.vllm.start import build_engine_args, build_environment
from gpu_service.settings import read_settings

ADAPTERS = tuple(
    LoraAdapter(name=name, number=n, folder=Path(name), rank=8) for n, name in enumerate("abcd", 1)
)


def test_a_cpu_gets_the_measured_choices() -> None:
    """One thread, float32, no compiling, the worker in the engine's process."""
    settings = read_settings({"EDGEFILL_GPU_ENGINE": "vllm"})
    args = build_engine_args(settings, (), cpu=True)
    assert (args["dtype"], args["enforce_eager"]) == ("float32", True)
    assert args["kv_cache_memory_bytes"] == 256 << 20
    assert args["distributed_executor_backend"] == "uni"
    variables = build_environment(settings, cpu=True)
    assert (variables["OMP_NUM_THREADS"], variables["VLLM_ENABLE_V1_MULTIPROCESSING"]) == ("1", "0")


def test_a_gpu_gets_only_what_is_set() -> None:
    """The rest is left to vLLM and the checkpoint; no thread is bound."""
    settings = read_settings({"EDGEFILL_GPU_ENGINE": "vllm"})
    args = build_engine_args(settings, (), cpu=False)
    assert (args["dtype"], args["enforce_eager"]) == ("auto", False)
    absent = {"quantization", "max_model_len", "kv_cache_memory_bytes", "enable_lora"}
    assert absent.isdisjoint(args)
    assert "OMP_NUM_THREADS" not in build_environment(settings, cpu=False)


def test_settings_are_passed_through() -> None:
    """Parallelism, quantisation, sizes, sleep, and the folder of compiled models."""
    settings = read_settings({
        "EDGEFILL_GPU_ENGINE": "vllm", "EDGEFILL_GPU_SLEEP": "1",
        "EDGEFILL_GPU_VLLM_TENSOR_PARALLEL": "4", "EDGEFILL_GPU_VLLM_PIPELINE_PARALLEL": "2",
        "EDGEFILL_GPU_VLLM_QUANTIZATION": "fp8", "EDGEFILL_GPU_VLLM_DTYPE": "bfloat16",
        "EDGEFILL_GPU_VLLM_MAX_MODEL_LEN": "2048", "EDGEFILL_GPU_VLLM_KV_CACHE_MIB": "512",
        "EDGEFILL_GPU_VLLM_ENFORCE_EAGER": "1", "EDGEFILL_GPU_VLLM_CACHE": "/cache",
        "EDGEFILL_GPU_VLLM_GPU_MEMORY_UTILIZATION": "0.5",
    })  # fmt: skip
    args = build_engine_args(settings, (), cpu=False)
    names = ("tensor_parallel_size", "pipeline_parallel_size", "quantization", "dtype")
    assert [args[name] for name in names] == [4, 2, "fp8", "bfloat16"]
    names = ("max_model_len", "gpu_memory_utilization", "enforce_eager", "enable_sleep_mode")
    assert [args[name] for name in names] == [2048, 0.5, True, True]
    assert args["kv_cache_memory_bytes"] == 512 << 20
    assert build_environment(settings, cpu=False)["VLLM_CACHE_ROOT"] == "/cache"


@pytest.mark.parametrize(("cpu", "places"), [(True, 5), (False, 2)])
def test_one_lora_slot_stays_empty_on_a_cpu(cpu: bool, places: int) -> None:
    """Its kernels read "no adapter" as the last slot (vllm-project/vllm pull request 48421)."""
    settings = read_settings({"EDGEFILL_GPU_VLLM_MAX_LORAS": "2"})
    args = build_engine_args(settings, ADAPTERS, cpu=cpu)
    assert (args["max_loras"], args["max_lora_rank"]) == (places, 8)
    assert args["max_cpu_loras"] >= len(ADAPTERS)


def test_stages_record_their_seconds() -> None:
    """In their order; a failed stage is not recorded."""
    ticks = iter((0.0, 2.0, 2.0, 5.0, 9.0))
    stages = StartupStages(clock=lambda: next(ticks))
    with stages("importing"):
        assert stages.current == "importing"
    with stages("loading"):
        pass
    with pytest.raises(ValueError, match="broken"), stages("warming up"):
        raise ValueError("broken")
    assert (stages.seconds, stages.current) == ({"importing": 2.0, "loading": 3.0}, "")
