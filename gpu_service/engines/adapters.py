"""Adapters: the LoRA adapters that an engine loads, from their setting and their folders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import InputRefused

CONFIG = "adapter_config.json"
RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)  # vllm.config.lora.MaxLoRARanks


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """A LoRA adapter as peft writes it; `rank` is its r."""

    name: str
    folder: Path
    rank: int


def adapters_from(setting: str) -> tuple[Adapter, ...]:
    """The adapters of `NAME=FOLDER,...`; InputRefused names the one that cannot be loaded."""
    parts = [part.strip() for part in setting.split(",") if part.strip()]
    found = tuple(_adapter(*part.partition("=")) for part in parts)
    names = [adapter.name for adapter in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputRefused(f"adapter {twice[0]}: named twice; give each a name of its own")
    return found


def highest_rank(adapters: Sequence[Adapter]) -> int:
    """The least of vLLM's bounds that holds every adapter's rank."""
    most = max(adapter.rank for adapter in adapters)
    return next(rank for rank in RANKS if rank >= most)


def _adapter(name: str, sign: str, folder: str) -> Adapter:
    if not (name and sign and folder):
        raise InputRefused(f"adapters: {name[:40]!r} is no NAME=FOLDER; write news=/weights/news")
    file = Path(folder) / CONFIG
    try:
        rank = int(json.loads(file.read_text(encoding="utf-8"))["r"])
    except FileNotFoundError:
        raise InputRefused(
            f"adapter {name}: {file}: there is no such file; save one with peft"
        ) from None
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise InputRefused(
            f"adapter {name}: {file}: unreadable ({type(error).__name__}); save it again with peft"
        ) from error
    if not 1 <= rank <= RANKS[-1]:
        raise InputRefused(f"adapter {name}: rank {rank}; vLLM takes 1 to {RANKS[-1]}")
    return Adapter(name=name, folder=Path(folder), rank=rank)
