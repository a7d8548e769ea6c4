"""Reads and checks the issuer's public keys before they are written into a bundle.

An error in them would appear only at the edge: the function would fail, or refuse all tokens.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.identity.trust import Trust

PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})  # RFC 7518, 6.3.2 and 6.4.1


def read_public_keys(file: Path) -> dict[str, Any]:
    """The JWK set (RFC 7517) in a file; InputRefused names the file, the key and the error.

    A set of which no key can verify a token is refused; a single such key is listed by
    `list_key_warnings`. An empty set is the declaration that every visitor is anonymous.
    """
    try:
        data = json.loads(file.read_bytes())
    except OSError as error:
        raise InputRefused(
            f"{file}: {error.strerror}; write the public keys into this file"
        ) from None
    except (ValueError, RecursionError):
        raise InputRefused(f"{file}: not JSON; write a JWK set (RFC 7517)") from None
    keys = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise InputRefused(f'{file}: not a JWK set (RFC 7517); write {{"keys": [...]}}')
    for place, key in enumerate(keys):
        _refuse_private_key(f"{file}: keys[{place}]", key)
    try:
        Trust(issuer="", audience="", keys=keys)
    except ValueError as error:
        raise InputRefused(f"{file}: {error}") from None
    return {"keys": keys}


def list_key_warnings(jwks: dict[str, Any]) -> list[str]:
    """The keys in a result of `read_public_keys` that verify nothing, one line each."""
    if not jwks["keys"]:
        return ["the JWK set is empty: no profile token is accepted, every visitor is anonymous"]
    return [f"skipped {each}" for each in Trust(issuer="", audience="", keys=jwks["keys"]).skipped]


def _refuse_private_key(place: str, key: dict[str, Any]) -> None:
    """A private key can sign tokens for any visitor, and many people can read a bundle."""
    if members := sorted(PRIVATE & key.keys()):
        raise InputRefused(
            f"{place} contains a secret ({', '.join(members)}); keep only its public part"
        )
