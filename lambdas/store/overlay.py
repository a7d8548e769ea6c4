"""The overlay in the store: templates that misses wrote back since the current release."""

from __future__ import annotations

from lambdas.core.errors import NotStored
from lambdas.core.keys import Key
from lambdas.core.layout import OVERLAY_CACHE, overlay_key
from lambdas.core.pack import Overlay, overlay_from_json, overlay_to_json
from lambdas.store.encoding import decode, encode
from lambdas.store.objects import Objects


def read_overlay(objects: Objects, key: Key) -> Overlay | None:
    """What a miss wrote back for `key`, None when nothing has; ObjectCorrupt, StoreUnavailable."""
    try:
        stored = objects.get(overlay_key(key))
    except NotStored:
        return None
    return overlay_from_json(decode(stored.body, overlay_key(key)))


def write_overlay(objects: Objects, key: Key, overlay: Overlay) -> None:
    """Write a checked template back, over whatever stood there; ObjectRefused when too large."""
    objects.put(
        overlay_key(key),
        encode(overlay_to_json(overlay)),
        cache_control=OVERLAY_CACHE,
        tags=("overlay", key.experience, key.locale),
    )
