"""The store side of the overlay: templates that misses wrote back since the current release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edgefill.core.errors import NotStored
from edgefill.core.keys import Key
from edgefill.packs.layout import OVERLAY_CACHE, overlay_key
from edgefill.packs.pack import Overlay, overlay_from_json, overlay_to_json
from edgefill.store.encoding import decode, encode
from edgefill.store.objects import ObjectStore

if TYPE_CHECKING:
    from edgefill.judging.accepted_template import AcceptedTemplate


def read_overlay(objects: ObjectStore, key: Key) -> Overlay | None:
    """Read what a miss wrote back for `key`, if any; ObjectCorrupt, StoreUnavailable."""
    try:
        stored = objects.get(overlay_key(key))
    except NotStored:
        return None
    return overlay_from_json(decode(stored.body, overlay_key(key)))


def write_overlay(
    objects: ObjectStore,
    key: Key,
    accepted: AcceptedTemplate,
    *,
    version: str,
    reviewed: bool = True,
) -> None:
    """Write an accepted template, replacing an older one; StoreError."""
    put_overlay(objects, key, build_overlay(accepted, version=version, reviewed=reviewed))


def build_overlay(accepted: AcceptedTemplate, *, version: str, reviewed: bool = True) -> Overlay:
    """The overlay of an accepted template.

    `version` is that of the experience; `reviewed` is False for the answer to a free question.
    """
    return Overlay(
        version=version,
        program=accepted.compiled.program,
        text=accepted.compiled.text,
        model=accepted.provenance.model,
        reviewed=reviewed,
        provenance=accepted.describe_provenance(),
    )


def put_overlay(objects: ObjectStore, key: Key, overlay: Overlay) -> None:
    """Write an overlay, replacing an older one; ObjectRefused when it is too large, StoreError."""
    objects.put(
        overlay_key(key),
        encode(overlay_to_json(overlay)),
        cache_control=OVERLAY_CACHE,
        tags=("overlay", key.experience, key.locale),
    )
