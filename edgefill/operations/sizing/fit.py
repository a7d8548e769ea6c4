"""FitReport: on which GPUs a model fits, and how many of them it needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import InputRefused
from edgefill.operations.sizing.gpu_types import GPU_TYPES, GpuSpec
from edgefill.operations.sizing.memory import (
    UTILIZATION,
    MemoryDemand,
    compute_kv_bytes,
    estimate_overhead,
)
from edgefill.operations.sizing.model_config import ModelConfig, read_model_config
from edgefill.operations.sizing.parameters import compute_weight_bytes, count_parameters
from edgefill.operations.sizing.precisions import explain_unsupported, is_native
from edgefill.operations.sizing.weight_files import read_weight_files

GPU_COUNTS = (1, 2, 4, 8)  # of one machine
DEFAULT_CONTEXT = 8192
DEFAULT_CONCURRENCY = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSize:
    """`source` says where the bytes come from: `safetensors` or `config.json`."""

    parameters: int
    weight_bytes: int
    source: str

    @property
    def bits_per_weight(self) -> float:
        """The mean over all parameters, scales and zero points included."""
        return self.weight_bytes * 8 / self.parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuFit:
    """`count` is the smallest tensor parallel size that fits, None with the `reason` if none does.

    `demand` is that of one GPU at `count`, or at the largest permitted count.
    """

    gpu: GpuSpec
    count: int | None
    demand: MemoryDemand | None = None
    reason: str = ""

    @property
    def instance(self) -> str | None:
        """AWS's smallest instance type with at least `count` of these GPUs."""
        counts = [each for each in sorted(self.gpu.instances) if each >= (self.count or 99)]
        return self.gpu.instances[counts[0]] if counts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FitReport:
    """The answer for one model, context and number of concurrent requests."""

    config: ModelConfig
    size: WeightSize
    context: int
    concurrency: int
    fits: tuple[GpuFit, ...]


def fit_model(
    folder: Path, *, context: int | None = None, concurrency: int = DEFAULT_CONCURRENCY
) -> FitReport:
    """Fit the model in `folder` on every GPU type; InputRefused for what cannot be known."""
    config = read_model_config(folder)
    size = measure_size(config, folder)
    context = context or min(config.max_context, DEFAULT_CONTEXT)
    if context > config.max_context:
        raise InputRefused(
            f"--context {context}: the model has at most {config.max_context} tokens "
            "(max_position_embeddings)"
        )
    fits = (
        fit_gpu(config, size.weight_bytes, gpu, context=context, concurrency=concurrency)
        for gpu in GPU_TYPES
    )
    return FitReport(
        config=config, size=size, context=context, concurrency=concurrency, fits=tuple(fits)
    )


def measure_size(config: ModelConfig, folder: Path) -> WeightSize:
    """Parameters and bytes: of the files when there are any, else by the shapes; InputRefused.

    In quantized files several parameters are packed into an integer, so the shapes count them.
    """
    files = read_weight_files(folder)
    if files is None:
        return WeightSize(
            parameters=count_parameters(config).total,
            weight_bytes=compute_weight_bytes(config),
            source="config.json",
        )
    is_packed = config.quantization is not None and config.quantization.is_packed
    return WeightSize(
        parameters=count_parameters(config).total if is_packed else files.elements,
        weight_bytes=files.tensor_bytes,
        source="safetensors",
    )


def fit_gpu(
    config: ModelConfig, weight_bytes: int, gpu: GpuSpec, *, context: int, concurrency: int
) -> GpuFit:
    """The smallest number of these GPUs that holds the model."""
    precision = config.precision
    reason = explain_unsupported(precision, dtype=config.dtype, capability=gpu.capability)
    if reason:
        return GpuFit(gpu=gpu, count=None, reason=reason)
    demand = None
    for tp in list_parallel_sizes(config):
        demand = MemoryDemand(
            weight_bytes=-(-weight_bytes // tp),
            kv_bytes=compute_kv_bytes(config, context=context, concurrency=concurrency, tp=tp),
            overhead_bytes=estimate_overhead(
                config, concurrency=concurrency, tp=tp, gpu_memory_bytes=gpu.memory_bytes
            ),
        )
        if demand.total_bytes <= gpu.memory_bytes * UTILIZATION:
            note = "" if is_native(precision, capability=gpu.capability) else "16-bit arithmetic"
            return GpuFit(gpu=gpu, count=tp, demand=demand, reason=note)
    return GpuFit(gpu=gpu, count=None, demand=demand, reason="too large for one machine")


def list_parallel_sizes(config: ModelConfig) -> list[int]:
    """The permitted tensor parallel sizes.

    They divide the attention heads (vLLM, ModelConfig.verify_with_parallel_config), divide the KV
    heads or are a multiple of them, and leave whole quantization groups on each GPU.
    """
    group = (config.quantization and config.quantization.group_size) or 1
    return [
        tp
        for tp in GPU_COUNTS
        if config.heads % tp == 0
        and (config.kv_heads % tp == 0 or tp % config.kv_heads == 0)
        and (config.intermediate // tp) % group == 0
        and config.intermediate % tp == 0
    ]
