"""Settings read from an environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpu_service.settings import settings_from
from lambdas.core.errors import InputRefused


def test_settings_are_read() -> None:
    """Each variable has its type; other variables are other programs'."""
    read = settings_from(
        {"EDGEFILL_GPU_PORT": "9", "EDGEFILL_GPU_MODEL": "a/b", "EDGEFILL_API_PORT": "x"}
    )
    assert (read.port, read.model, read.queue) == (9, Path("a/b"), 64)
    assert read.name == "a-b"


def test_the_model_is_named_as_told() -> None:
    """A given name stands in place of the folder's."""
    assert settings_from({"EDGEFILL_GPU_MODEL_NAME": "tiny"}).name == "tiny"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("PORT", "http", "EDGEFILL_GPU_PORT: 'http' is no whole number"),
        ("PORT", "70000", "from 1 to 65535"),
        ("SLOTS_IN_FLIGHT", "0", "from 1"),
        ("ENGINE", "magic", "EDGEFILL_GPU_ENGINE"),
        ("PROT", "1", "EDGEFILL_GPU_PROT: no such setting"),
    ],
)
def test_a_wrong_setting_is_named(name: str, text: str, says: str) -> None:
    """The refusal names the variable and what it takes."""
    with pytest.raises(InputRefused, match=says):
        settings_from({f"EDGEFILL_GPU_{name}": text})
