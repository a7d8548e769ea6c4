"""Inventory: the keys whose templates are in the current release or in the overlay."""

from __future__ import annotations

from edgefill.core.keys import Key, parse_key
from edgefill.packs.layout import OVERLAY, pack_key
from edgefill.release.pointer_store import read_current_pointer
from edgefill.store.encoding import decode
from edgefill.store.objects import ObjectStore


def list_released_keys(objects: ObjectStore) -> frozenset[Key]:
    """List the keys of the current release; NotStored before the first one, ObjectCorrupt."""
    channel = read_current_pointer(objects)[0].current
    keys = set()
    for experience, locales in channel.experiences.items():
        for locale in locales:
            path = pack_key(channel.release, experience, locale)
            programs = decode(objects.get(path).body, path)["programs"]
            keys |= {Key(experience=experience, locale=locale, case=case) for case in programs}
    return frozenset(keys)


def list_overlay_keys(objects: ObjectStore) -> frozenset[Key]:
    """List the keys that misses wrote back."""
    names = (
        name.removeprefix(OVERLAY).removesuffix(".json") for name in objects.list_keys(OVERLAY)
    )
    return frozenset(parse_key(name) for name in names if name.count("/") == 2)
