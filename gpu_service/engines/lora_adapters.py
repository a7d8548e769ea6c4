"""The LoRA adapters that an engine loads, read from their setting and their folders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import InputRefused, RequestRefused
from gpu_service.engines.adapter_setting import SETTING, check_adapter_name, parse_adapters

CONFIG = "adapter_config.json"
RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)  # vllm.config.lora.MaxLoRARanks


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraAdapter:
    """A LoRA adapter as peft saves it; `rank` is its r, `number` unique among those of a model."""

    name: str
    number: int
    folder: Path
    rank: int


def read_adapters(setting: str, *, model: str) -> tuple[LoraAdapter, ...]:
    """The adapters of model `model` in `NAME=FOLDER,...`.

    InputRefused names the one that cannot be loaded.
    """
    folders = parse_adapters(setting)
    for name in folders:
        check_adapter_name(name, model)
    return tuple(
        LoraAdapter(name=name, number=n, folder=Path(folder), rank=_read_rank(name, Path(folder)))
        for n, (name, folder) in enumerate(folders.items(), start=1)
    )


def find_adapter(adapters: Sequence[LoraAdapter], name: str | None) -> LoraAdapter | None:
    """The adapter `name`, None for the model itself; RequestRefused when it is not loaded."""
    if name is None:
        return None
    by_name = {adapter.name: adapter for adapter in adapters}
    if name not in by_name:
        loaded = ", ".join(by_name) or f"none: set {SETTING}"
        raise RequestRefused(f"adapter: {name[:40]!r} is not loaded; the loaded ones are {loaded}")
    return by_name[name]


def choose_max_rank(adapters: Sequence[LoraAdapter]) -> int:
    """The smallest of vLLM's limits that every adapter's rank fits into."""
    most = max(adapter.rank for adapter in adapters)
    return next(rank for rank in RANKS if rank >= most)


def _read_rank(name: str, folder: Path) -> int:
    file = folder / CONFIG
    try:
        rank = int(json.loads(file.read_text(encoding="utf-8"))["r"])
    except FileNotFoundError:
        raise InputRefused(f"adapter {name}: {file}: no such file; save one with peft") from None
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise InputRefused(
            f"adapter {name}: {file}: unreadable ({type(error).__name__}); save it again with peft"
        ) from error
    if not 1 <= rank <= RANKS[-1]:
        raise InputRefused(f"adapter {name}: rank {rank}; vLLM accepts 1 to {RANKS[-1]}")
    return rank
