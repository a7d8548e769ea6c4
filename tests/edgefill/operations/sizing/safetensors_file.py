"""Writes small safetensors files of float16 zeros."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path


def write_safetensors(file: Path, shapes: Mapping[str, Sequence[int]]) -> None:
    """Write a file with one tensor of each name and shape."""
    file.write_bytes(build_safetensors(shapes))


def build_safetensors(shapes: Mapping[str, Sequence[int]]) -> bytes:
    """The content of such a file."""
    tensors, offset = {}, 0
    for name, shape in shapes.items():
        end = offset + 2 * prod(shape)
        tensors[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    header = json.dumps({"__metadata__": {"format": "pt"}, **tensors}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(offset)
