"""Resolving: from an inquiry to the template that answers it.

pointer -> channel -> locale -> pack, then key -> program, of the pack or else of the overlay.
"""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt, UnknownExperience
from edgefill.visit.negotiation import choose_locale
from edgefill.visit.query import LOCALE
from lambdas.edge.releases import select_channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.core.keys import Key
    from edgefill.packs.pack import Pack
    from edgefill.packs.pointer import Pointer
    from edgefill.template.program import Program
    from lambdas.edge.overlay import OverlayReader
    from lambdas.edge.page_request import PageRequest
    from lambdas.edge.releases import ReleaseReader


class TemplateResolver:
    """Finds templates in releases, then in the overlay."""

    def __init__(
        self,
        releases: ReleaseReader,
        overlays: OverlayReader,
        *,
        log: Callable[[dict[str, object]], None],
    ) -> None:
        self._releases = releases
        self._overlays = overlays
        self._log = log

    def find_pack(self, inquiry: PageRequest) -> Pack:
        """The visitor's pack; an experience that the pointer does not name costs no fetch.

        UnknownExperience, BadLocale, StoreError.
        """
        pointer = self._releases.read_pointer()
        claims = inquiry.profile.claims
        channel = select_channel(pointer, claims.subject if claims else None)
        offered = channel.experiences.get(inquiry.experience)
        if not offered:
            raise UnknownExperience(f"no experience {inquiry.experience[:64]!r} in the catalogue")
        locale = locale_for(inquiry, offered, pointer)
        pack = self._releases.read_pack(channel.release, inquiry.experience, locale)
        if pack.experience.open:
            raise UnknownExperience(f"{inquiry.experience!r} answers questions; send one to /ask")
        return pack

    def find_program(self, pack: Pack, key: Key) -> Program | None:
        """The program for a key, None when nobody has written one; a corrupt one is unwritten."""
        try:
            program = pack.find_program(key.case)
        except ObjectCorrupt:
            self._log({"event": "corrupt", "release": pack.release, "key": str(key)})
            program = None
        return program or self._overlays.find_program(key, pack.experience.version)


def locale_for(inquiry: PageRequest, offered: tuple[str, ...], pointer: Pointer) -> str:
    """An offered locale, even where the default is not among them."""
    claims, default = inquiry.profile.claims, pointer.default_locale
    return choose_locale(
        query=inquiry.query.get(LOCALE),
        token=claims.locale if claims else None,
        accept=inquiry.accept_language,
        offered=offered,
        default=default if default in offered else offered[0],
        fallbacks=pointer.fallbacks,
    )
