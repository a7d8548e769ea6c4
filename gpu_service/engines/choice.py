"""The engine that the settings name."""

from __future__ import annotations

from gpu_service.engine import Engine
from gpu_service.settings import Settings


def engine_for(settings: Settings) -> Engine:
    """An engine, not started; each is imported only when chosen."""
    from gpu_service.engines.onnx import OnnxEngine  # noqa: PLC0415 other engines need other installs

    return OnnxEngine(
        settings.model,
        name=settings.name,
        in_flight=settings.slots_in_flight,
        threads=settings.threads,
    )
