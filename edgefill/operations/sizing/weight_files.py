"""WeightFiles: what the safetensors files of a folder hold, read from their headers only.

github.com/huggingface/safetensors, README, "Format": 8 bytes give the header's length (unsigned,
little-endian), then a JSON object names each tensor's dtype, shape and data_offsets.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused

INDEX = "model.safetensors.index.json"
MAX_HEADER_BYTES = 100_000_000  # the format's own limit


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTensor:
    """One tensor; `elements` counts packed integers as they are stored."""

    name: str
    size_bytes: int
    elements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFiles:
    """The sizes of all tensors; `elements` leaves out the scales of a quantization."""

    tensor_bytes: int
    elements: int
    files: int


def read_weight_files(folder: Path) -> WeightFiles | None:
    """The tensors in `folder`, None without safetensors files; InputRefused if one is broken."""
    names = list_weight_files(folder)
    if not names:
        return None
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise InputRefused(
            f"{folder}: {len(missing)} of {len(names)} weight files are missing, the first is "
            f"{missing[0]}; download the model again"
        )
    tensors = [tensor for name in names for tensor in _read_tensors(folder / name)]
    return WeightFiles(
        tensor_bytes=sum(tensor.size_bytes for tensor in tensors),
        elements=sum(tensor.elements for tensor in tensors if "scale" not in tensor.name),
        files=len(names),
    )


def list_weight_files(folder: Path) -> list[str]:
    """The files that the index names, without an index those in the folder; InputRefused."""
    index = folder / INDEX
    if index.is_file():
        return parse_index(index.read_bytes(), name=str(index))
    return sorted(path.name for path in folder.glob("*.safetensors"))


def parse_index(content: bytes, *, name: str) -> list[str]:
    """The weight files that an index names; InputRefused."""
    try:
        return sorted(set(json.loads(content)["weight_map"].values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputRefused(f"{name}: not an index of weight files ({error!r})") from error


def _read_tensors(file: Path) -> Iterator[StoredTensor]:
    header, data_start = read_header(file)
    size = file.stat().st_size
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        try:
            start, end = tensor["data_offsets"]
            elements = prod(tensor["shape"])
        except (KeyError, TypeError, ValueError) as error:
            raise InputRefused(f"{file}: tensor {name!r} has no shape or offsets") from error
        if data_start + end > size:
            raise InputRefused(f"{file}: is cut off ({size} bytes); download it again")
        yield StoredTensor(name=name, size_bytes=end - start, elements=elements)


def read_header(file: Path) -> tuple[Mapping[str, Any], int]:
    """The header of one safetensors file and the offset of its data; InputRefused."""
    try:
        with file.open("rb") as source:
            (length,) = struct.unpack("<Q", source.read(8))
            if length > MAX_HEADER_BYTES:
                raise InputRefused(f"{file}: not a safetensors file (header of {length} bytes)")
            header = json.loads(source.read(length))
    except (OSError, ValueError, struct.error) as error:
        raise InputRefused(f"{file}: not a safetensors file ({error})") from error
    if not isinstance(header, dict):
        raise InputRefused(f"{file}: not a safetensors file (no JSON object)")
    return header, 8 + length
