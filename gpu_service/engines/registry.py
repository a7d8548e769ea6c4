"""Make the engine that the settings name; each engine is imported only when it is chosen."""

from __future__ import annotations

from collections.abc import Callable

from edgefill.core.errors import InputRefused
from gpu_service.engines.adapter_setting import SETTING, parse_adapters
from gpu_service.engines.engine import Engine
from gpu_service.engines.offline_engine import OfflineEngine, OfflineEngineAdapter
from gpu_service.settings import GpuServiceSettings


def make_engine(settings: GpuServiceSettings) -> Engine:
    """The settings' engine, not started; InputRefused when a setting of it cannot be used."""
    return FACTORIES[settings.engine](settings)


def make_offline_engine(settings: GpuServiceSettings) -> OfflineEngine:
    """The settings' engine for batches, not started; InputRefused as above."""
    if settings.engine == "vllm":
        from gpu_service.engines.vllm.offline import VllmOfflineEngine  # noqa: PLC0415

        return VllmOfflineEngine(settings)
    return OfflineEngineAdapter(make_engine(settings), at_once=settings.slots_in_flight)


def _make_onnx(settings: GpuServiceSettings) -> Engine:
    if names := ", ".join(parse_adapters(settings.adapters)):
        # onnxruntime-genai loads adapters only into a model that was exported for them, from files
        # of its own format (its Adapters class); `models.builder` writes neither from peft's.
        raise InputRefused(
            f"{SETTING}: {names}: engine onnx has no adapters;"
            " choose engine vllm or openai, or leave the setting out"
        )
    from gpu_service.engines.onnx.engine import OnnxEngine  # noqa: PLC0415 other engines need other installs

    return OnnxEngine(
        settings.model,
        name=settings.name,
        in_flight=settings.slots_in_flight,
        threads=settings.threads,
        weights=settings.weights,
    )


def _make_vllm(settings: GpuServiceSettings) -> Engine:
    from gpu_service.engines.vllm.engine import VllmEngine  # noqa: PLC0415 as above
    from gpu_service.engines.vllm.gpu import VllmOnGpu  # noqa: PLC0415
    from gpu_service.engines.vllm.start import is_cpu_build  # noqa: PLC0415

    return VllmEngine(settings) if is_cpu_build() else VllmOnGpu(settings)


def _make_openai(settings: GpuServiceSettings) -> Engine:
    from gpu_service.engines.openai.client import make_openai_engine  # noqa: PLC0415 as above

    return make_openai_engine(settings)


FACTORIES: dict[str, Callable[[GpuServiceSettings], Engine]] = {
    "onnx": _make_onnx,
    "vllm": _make_vllm,
    "openai": _make_openai,
}
