"""The setting EDGEFILL_GPU_ADAPTERS."""

from __future__ import annotations

import pytest

from edgefill.core.errors import InputRefused
from gpu_service.engines.adapter_setting import check_adapter_name, parse_adapters


def test_each_name_has_its_target() -> None:
    """In their order; blanks around a part are ignored, and a target may hold any other sign."""
    setting = "judge=/weights/judge, critic-2=org/model:v1=a,"
    assert parse_adapters(setting) == {"judge": "/weights/judge", "critic-2": "org/model:v1=a"}
    assert parse_adapters("") == {}


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("judge", "'judge' is not NAME=TARGET"),
        ("judge=", "is not NAME=TARGET"),
        ("=/weights", "is not NAME=TARGET"),
        ("Judge=/weights", "a name of a-z, 0-9 and -"),
        ("a=1,ju dge=2", "'ju dge=2' is not"),
        ("a=1,a=2", "a: the name is repeated"),
    ],
)
def test_an_invalid_part_is_named(setting: str, says: str) -> None:
    """The error names the setting, the part and the remedy."""
    with pytest.raises(InputRefused, match=f"EDGEFILL_GPU_ADAPTERS: .*{says}"):
        parse_adapters(setting)


def test_an_adapter_never_has_the_models_name() -> None:
    """A request could not choose it."""
    check_adapter_name("judge", "tiny")
    with pytest.raises(InputRefused, match="tiny: the model itself has this name"):
        check_adapter_name("tiny", "tiny")
