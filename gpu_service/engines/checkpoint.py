"""Check that a folder holds a complete transformers model, before it is loaded."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused

REMEDY = "name a folder with a model as transformers saves it, or fill it (EDGEFILL_GPU_WEIGHTS)"
AGAIN = "copy or download it again"
WEIGHTS = ("*.safetensors", "*.bin", "*.pt", "*.gguf")
MAX_HEADER_BYTES = 100_000_000  # as in the safetensors format's own reader


def check_checkpoint(folder: Path) -> dict[str, Any]:
    """The model's config.json; InputRefused names the file that is missing or corrupt."""
    config = _read_object(folder / "config.json")
    if not (folder / "tokenizer_config.json").exists():
        raise InputRefused(f"{folder / 'tokenizer_config.json'}: no such file; {REMEDY}")
    files = sorted(file for pattern in WEIGHTS for file in folder.glob(pattern))
    if not files:
        raise InputRefused(f"{folder}: it holds no weights ({' '.join(WEIGHTS)}); {REMEDY}")
    for file in files:
        if file.suffix == ".safetensors":
            _check_safetensors(file)
    _check_shards(folder)
    return config


def _check_shards(folder: Path) -> None:
    """InputRefused unless every file that the index of a sharded checkpoint names exists."""
    index = folder / "model.safetensors.index.json"
    if index.exists():
        for name in sorted(set(_read_object(index).get("weight_map", {}).values())):
            if not (folder / name).exists():
                raise InputRefused(f"{folder / name}: no such file; {AGAIN}")


def _check_safetensors(file: Path) -> None:
    """InputRefused unless the file is as long as its header says.

    huggingface.co/docs/safetensors, "Format".
    """
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(min(length, MAX_HEADER_BYTES)))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name[:2] != "__"]
        expected_size = 8 + length + max(ends, default=0)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, struct.error):
        raise InputRefused(f"{file}: corrupt, its header cannot be read; {AGAIN}") from None
    size = file.stat().st_size
    if size != expected_size:
        raise InputRefused(f"{file}: corrupt, {size} bytes instead of {expected_size}; {AGAIN}")


def _read_object(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputRefused(f"{file}: no such file; {REMEDY}") from None
    except (ValueError, OSError) as error:
        raise InputRefused(f"{file}: unreadable ({type(error).__name__}); {AGAIN}") from error
    if not isinstance(data, dict):
        raise InputRefused(f"{file}: unreadable (not a JSON object); {AGAIN}")
    return data
