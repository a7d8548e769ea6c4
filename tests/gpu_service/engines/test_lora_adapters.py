"""The LoRA adapters of engine `vllm`; vLLM itself is not needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused, RequestRefused
from gpu_service.engines.lora_adapters import choose_max_rank, find_adapter, read_adapters


def _adapter(folder: Path, config: str) -> Path:
    folder.mkdir()
    (folder / "adapter_config.json").write_text(config)
    return folder


def test_adapters_are_read_from_their_setting(tmp_path: Path) -> None:
    """Names, numbers, folders and a maximum rank that fits all of them."""
    one, two = _adapter(tmp_path / "1", '{"r": 4}'), _adapter(tmp_path / "2", '{"r": 9}')
    adapters = read_adapters(f"judge={one}, critic={two}", model="tiny")
    assert [(adapter.name, adapter.rank) for adapter in adapters] == [("judge", 4), ("critic", 9)]
    assert [adapter.number for adapter in adapters] == [1, 2]
    assert choose_max_rank(adapters) == 16
    assert find_adapter(adapters, "critic") == adapters[1]
    assert find_adapter(adapters, None) is None
    with pytest.raises(RequestRefused, match=r"'nobody' is not loaded.*judge, critic"):
        find_adapter(adapters, "nobody")


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("judge={}/none", "no such file"),
        ("judge={}/bad", "unreadable"),
        ("judge={}/wide", "rank 1000"),
        ("tiny={}/good", "the model itself has this name"),
    ],
)
def test_an_unusable_adapter_is_named(tmp_path: Path, setting: str, says: str) -> None:
    """The error names the adapter and the remedy."""
    for name, config in (("bad", "{"), ("wide", '{"r": 1000}'), ("good", '{"r": 4}')):
        _adapter(tmp_path / name, config)
    with pytest.raises(InputRefused, match=says):
        read_adapters(setting.format(tmp_path), model="tiny")
