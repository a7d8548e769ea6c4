"""The edge side of the overlay: read templates that misses wrote back since the current release."""

from __future__ import annotations

from edgefill.core.errors import StoreError
from edgefill.packs.layout import overlay_key
from edgefill.packs.pack import overlay_from_json
from edgefill.template.program import link_program
from lambdas.edge.object_cache import ObjectKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from edgefill.core.keys import Key
    from edgefill.template.program import Program
    from lambdas.edge.object_cache import ObjectCache


class OverlayReader:
    """Reads through the object cache, which also remembers that a template does not exist."""

    def __init__(self, cache: ObjectCache, *, ttl_s: float) -> None:
        self._cache = cache
        self._kind = ObjectKind(parse=_link_overlay, ttl_s=ttl_s, optional=True)

    def find_program(self, key: Key, version: str) -> Program | None:
        """The program for `key` and this version of its experience, None without one.

        None also when the store fails.
        """
        try:
            overlay_version, program = self._cache.get(overlay_key(key), self._kind)
        except StoreError:
            return None
        return program if overlay_version == version else None


def _link_overlay(data: Any) -> tuple[str, Program]:
    overlay = overlay_from_json(data)
    return overlay.version, link_program(overlay.program)
