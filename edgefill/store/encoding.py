"""The JSON of stored objects; the same data always gives the same bytes."""

from __future__ import annotations

import json
from typing import Any

from edgefill.core.errors import ObjectCorrupt
from edgefill.core.strict_json import parse


def encode(data: Any) -> bytes:
    """Return `data` as compact UTF-8 JSON with sorted members."""
    text = json.dumps(
        data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
    )
    return text.encode()


def decode(body: bytes, key: str) -> Any:
    """Parse what `encode` wrote; ObjectCorrupt names `key` if the body is not JSON.

    Nor may it be ambiguous or hold an unpaired surrogate (edgefill/core/strict_json.py).
    """
    try:
        return parse(body.decode())
    except ValueError as error:
        raise ObjectCorrupt(f"{key}: invalid JSON ({error})") from error
