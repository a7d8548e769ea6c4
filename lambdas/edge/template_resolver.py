"""Find the template that answers a request.

pointer -> channel -> locale -> pack; then key -> program, from the pack or else from the overlay.
"""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt, UnknownExperience
from edgefill.visit.resolve import resolve_locale
from lambdas.edge.releases import select_channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.core.keys import Key
    from edgefill.packs.pack import Pack
    from edgefill.template.program import Program
    from edgefill.visit.page_request import PageRequest
    from lambdas.edge.overlay import OverlayReader
    from lambdas.edge.releases import ReleaseReader
    from lambdas.edge.telemetry import Log


class TemplateResolver:
    """Finds templates in releases, then in the overlay."""

    def __init__(self, releases: ReleaseReader, overlays: OverlayReader, *, log: Log) -> None:
        self._releases = releases
        self._overlays = overlays
        self._log = log

    def find_pack(self, request: PageRequest) -> Pack:
        """The visitor's pack; an experience that is not in the pointer costs no fetch.

        UnknownExperience, BadLocale, StoreError.
        """
        pointer = self._releases.read_pointer()
        claims = request.profile.claims
        channel = select_channel(pointer, claims.subject if claims else None)
        locales = channel.experiences.get(request.experience)
        if not locales:
            raise UnknownExperience(f"no experience {request.experience[:64]!r} in the catalogue")
        locale = resolve_locale(request, locales, pointer)
        pack = self._releases.read_pack(channel, request.experience, locale)
        if pack.experience.open:
            raise UnknownExperience(f"{request.experience!r} answers questions; send one to /ask")
        return pack

    def find_program(self, pack: Pack, key: Key) -> Program | None:
        """The program of a key, None when there is none.

        A corrupt one in the pack is ignored, and the pack is requested again soon.
        """
        try:
            program = pack.find_program(key.case)
        except ObjectCorrupt:
            self._log({"event": "corrupt", "release": pack.release, "key": str(key)})
            self._releases.distrust_pack(pack)
            program = None
        return program or self._overlays.find_program(key, pack.experience.version)
