"""Denials: questions that led somewhere wrong, taken out at once, without a release."""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Denials = Mapping[str, frozenset[str]]  # a question's digest -> experiences it must not lead to

VERSION = 1
EVERYTHING = "*"  # in the place of an experience


def serialize_denials(denials: Denials) -> dict[str, Any]:
    """`denials` as a JSON object."""
    denied = {digest: sorted(experiences) for digest, experiences in denials.items()}
    return {"v": VERSION, "denied": denied}


def parse_denials(data: Any) -> Denials:
    """What `serialize_denials` wrote; ObjectCorrupt on anything else."""
    try:
        if data["v"] != VERSION:
            raise ObjectCorrupt(f"denials: version {data['v']!r}, this code reads {VERSION}")
        return {str(digest): frozenset(denied) for digest, denied in data["denied"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ObjectCorrupt(f"denials: {type(error).__name__} at {error}") from error
