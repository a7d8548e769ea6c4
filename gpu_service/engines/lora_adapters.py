"""The LoRA adapters that an engine loads, read from their setting and their folders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import InputRefused

CONFIG = "adapter_config.json"
RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)  # vllm.config.lora.MaxLoRARanks


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraAdapter:
    """A LoRA adapter as peft saves it; `rank` is its r."""

    name: str
    folder: Path
    rank: int


def read_adapters(setting: str) -> tuple[LoraAdapter, ...]:
    """The adapters of `NAME=FOLDER,...`; InputRefused names the one that cannot be loaded."""
    parts = [part.strip() for part in setting.split(",") if part.strip()]
    adapters = tuple(_read_adapter(*part.partition("=")) for part in parts)
    names = [adapter.name for adapter in adapters]
    if duplicates := [name for name in names if names.count(name) > 1]:
        raise InputRefused(f"adapter {duplicates[0]}: the name is repeated; give each its own name")
    return adapters


def choose_max_rank(adapters: Sequence[LoraAdapter]) -> int:
    """The smallest of vLLM's limits that every adapter's rank fits into."""
    most = max(adapter.rank for adapter in adapters)
    return next(rank for rank in RANKS if rank >= most)


def _read_adapter(name: str, sign: str, folder: str) -> LoraAdapter:
    if not (name and sign and folder):
        raise InputRefused(
            f"adapters: {name[:40]!r} is not NAME=FOLDER; write news=/weights/news, for example"
        )
    file = Path(folder) / CONFIG
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
    return LoraAdapter(name=name, folder=Path(folder), rank=rank)
