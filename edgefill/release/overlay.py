"""The store side of the overlay: templates that misses wrote back since the current release."""

from __future__ import annotations

from edgefill.core.errors import NotStored
from edgefill.core.keys import Key
from edgefill.packs.layout import OVERLAY_CACHE, overlay_key
from edgefill.packs.pack import Overlay, overlay_from_json, overlay_to_json
from edgefill.store.encoding import decode, encode
from edgefill.store.objects import ObjectStore


def read_overlay(objects: ObjectStore, key: Key) -> Overlay | None:
    """Read what a miss wrote back for `key`, if any; ObjectCorrupt, StoreUnavailable."""
    try:
        stored = objects.get(overlay_key(key))
    except NotStored:
        return None
    return overlay_from_json(decode(stored.body, overlay_key(key)))


def write_overlay(objects: ObjectStore, key: Key, overlay: Overlay) -> None:
    """Write a checked template, replacing an older one; ObjectRefused when it is too large."""
    objects.put(
        overlay_key(key),
        encode(overlay_to_json(overlay)),
        cache_control=OVERLAY_CACHE,
        tags=("overlay", key.experience, key.locale),
    )
