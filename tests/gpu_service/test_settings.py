"""Settings read from an environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from gpu_service.settings import read_settings


def test_settings_are_read() -> None:
    """Each variable has its type; variables of other programs are ignored."""
    settings = read_settings(
        {"EDGEFILL_GPU_PORT": "9", "EDGEFILL_GPU_MODEL": "a/b", "EDGEFILL_API_PORT": "x"}
    )
    assert (settings.port, settings.model, settings.queue) == (9, Path("a/b"), 64)
    assert settings.name == "a-b"


def test_the_model_has_its_configured_name() -> None:
    """A configured name replaces the folder's."""
    assert read_settings({"EDGEFILL_GPU_MODEL_NAME": "tiny"}).name == "tiny"


def test_an_engine_has_defaults_of_its_own() -> None:
    """Its model folder and its batch size, unless they are set."""
    settings = read_settings({"EDGEFILL_GPU_ENGINE": "vllm", "EDGEFILL_GPU_SLOTS_IN_FLIGHT": "9"})
    assert (settings.model, settings.slots_in_flight) == (Path("training/tiny_model"), 9)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("PORT", "http", "EDGEFILL_GPU_PORT: 'http' is not a whole number"),
        ("PORT", "70000", "from 1 to 65535"),
        ("SLOTS_IN_FLIGHT", "0", "from 1"),
        ("ENGINE", "magic", "EDGEFILL_GPU_ENGINE"),
        ("PROT", "1", "EDGEFILL_GPU_PROT: unknown setting"),
        ("VLLM_GPU_MEMORY_UTILIZATION", "90%", "write a number above 0 and up to 1"),
        ("VLLM_GPU_MEMORY_UTILIZATION", "nan", "write a number above 0 and up to 1"),
        ("VLLM_TENSOR_PARALLEL", "0", "from 1"),
        ("VLLM_ADAPTERS", "a=/b", "unknown setting; the settings are EDGEFILL_GPU_ADAPTERS"),
    ],
)
def test_an_invalid_setting_is_named(name: str, text: str, says: str) -> None:
    """The refusal names the variable and the accepted values."""
    with pytest.raises(InputRefused, match=says):
        read_settings({f"EDGEFILL_GPU_{name}": text})
