"""The overlay: templates that misses wrote back since the current release."""

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
    """Reads through a shelf, which remembers for a while that there is none."""

    def __init__(self, shelf: ObjectCache, *, ttl_s: float) -> None:
        self._shelf = shelf
        self._kind = ObjectKind(read=_linked, ttl_s=ttl_s, optional=True)

    def find_program(self, key: Key, version: str) -> Program | None:
        """The program written back for `key` and this version of its experience, if there is one.

        A store that fails has none.
        """
        try:
            written_for, program = self._shelf.get(overlay_key(key), self._kind)
        except StoreError:
            return None
        return program if written_for == version else None


def _linked(data: Any) -> tuple[str, Program]:
    overlay = overlay_from_json(data)
    return overlay.version, link_program(overlay.program)
