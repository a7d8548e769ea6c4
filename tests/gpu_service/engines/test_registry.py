"""The engine that the settings name."""

from __future__ import annotations

import pytest

from edgefill.core.errors import InputRefused
from gpu_service.engines.registry import make_engine, make_offline_engine
from gpu_service.settings import GpuServiceSettings


def test_the_embedded_engine_refuses_adapters() -> None:
    """Before the start, for the service and for batches; the error names setting and adapters."""
    settings = GpuServiceSettings(adapters="judge=/weights/judge,critic=/weights/critic")
    for make in (make_engine, make_offline_engine):
        with pytest.raises(InputRefused, match="EDGEFILL_GPU_ADAPTERS: judge, critic: engine onnx"):
            make(settings)


def test_adapters_are_known_before_the_start() -> None:
    """So a request for one is answered with 503 during the start, not with 404."""
    settings = GpuServiceSettings(engine="openai", url="http://server/v1", adapters="judge=big")
    assert make_engine(settings).adapters == ("judge",)
