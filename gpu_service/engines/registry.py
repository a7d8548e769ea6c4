"""The engine that the settings name, not started; each is imported only when chosen."""

from __future__ import annotations

from collections.abc import Callable

from gpu_service.engines.engine import Engine
from gpu_service.settings import Settings


def engine_for(settings: Settings) -> Engine:
    """An engine; InputRefused when its settings cannot be."""
    return CHOICES[settings.engine](settings)


def _onnx(settings: Settings) -> Engine:
    from gpu_service.engines.onnx.engine import OnnxEngine  # noqa: PLC0415 other engines need other installs

    return OnnxEngine(
        settings.model,
        name=settings.name,
        in_flight=settings.slots_in_flight,
        threads=settings.threads,
        weights=settings.weights,
    )


def _vllm(settings: Settings) -> Engine:
    from gpu_service.engines.vllm.engine import VllmEngine  # noqa: PLC0415 as above
    from gpu_service.engines.vllm.gpu import VllmOnGpu  # noqa: PLC0415
    from gpu_service.engines.vllm.start import on_cpu  # noqa: PLC0415

    return VllmEngine(settings) if on_cpu() else VllmOnGpu(settings)


def _openai(settings: Settings) -> Engine:
    from gpu_service.engines.openai.client import engine_from  # noqa: PLC0415 as above

    return engine_from(settings)


CHOICES: dict[str, Callable[[Settings], Engine]] = {"onnx": _onnx, "vllm": _vllm, "openai": _openai}
