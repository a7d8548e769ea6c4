"""The issuer's public keys, checked before they are written into a bundle.

What is wrong with them would show at the edge alone: as a function that fails, or as visitors whom
nobody believes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.identity.trust import Trust

PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})  # RFC 7518, 6.3.2 and 6.4.1


def read_public_keys(file: Path) -> dict[str, Any]:
    """The JWK set (RFC 7517) in a file; InputRefused names the file, the key and what is wrong."""
    try:
        data = json.loads(file.read_bytes())
    except OSError as error:
        raise InputRefused(f"{file}: {error.strerror}; it holds the public keys") from None
    except (ValueError, RecursionError):
        raise InputRefused(f"{file}: not JSON; write a JWK set (RFC 7517)") from None
    keys = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise InputRefused(f'{file}: no JWK set (RFC 7517); write {{"keys": [...]}}')
    for place, key in enumerate(keys):
        _refuse_private_key(f"{file}: keys[{place}]", key)
    try:
        Trust(issuer="", audience="", keys=keys)
    except ValueError as error:
        raise InputRefused(f"{file}: {error}") from None
    return {"keys": keys}


def _refuse_private_key(place: str, key: dict[str, Any]) -> None:
    """Whoever has a private key can be any visitor, and a bundle is read by many."""
    if found := sorted(PRIVATE & key.keys()):
        raise InputRefused(f"{place} holds a secret ({', '.join(found)}); keep its public part")
