"""The JSON of denials: questions that must not lead to an experience.

A denial takes effect without a new release.
"""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    # a question's digest -> the experiences it must not lead to
    Denials = Mapping[str, frozenset[str]]

VERSION = 1
EVERYTHING = "*"  # denies every experience


def serialize_denials(denials: Denials) -> dict[str, Any]:
    """`denials` as a JSON object."""
    denied = {digest: sorted(experiences) for digest, experiences in denials.items()}
    return {"v": VERSION, "denied": denied}


def parse_denials(data: Any) -> Denials:
    """The denials that `serialize_denials` wrote; ObjectCorrupt for any other data."""
    try:
        if data["v"] != VERSION:
            raise ObjectCorrupt(
                f"denials: version {data['v']!r}; this code reads only version {VERSION}"
            )
        return {str(digest): frozenset(denied) for digest, denied in data["denied"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ObjectCorrupt(f"denials: {type(error).__name__} at {error}") from error
