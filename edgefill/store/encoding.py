"""Encoding: JSON as the store holds it, the same bytes for the same data."""

from __future__ import annotations

import json
from typing import Any

from edgefill.core.errors import ObjectCorrupt


def encode(data: Any) -> bytes:
    """Compact UTF-8 JSON with sorted members."""
    text = json.dumps(
        data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
    )
    return text.encode()


def decode(body: bytes, key: str) -> Any:
    """What `encode` wrote; ObjectCorrupt, naming `key`, on anything that is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ObjectCorrupt(f"{key}: no JSON ({error})") from error
