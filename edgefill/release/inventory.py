"""Inventory: the keys whose texts are in the current release, in the overlay or held."""

from __future__ import annotations

from edgefill.core.keys import Key, parse_key
from edgefill.packs.layout import HELD, OVERLAY, pack_key
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
    return _list_keys(objects, OVERLAY)


def list_held_keys(objects: ObjectStore) -> frozenset[Key]:
    """List the keys of the texts that wait for a person; none of them is served."""
    return _list_keys(objects, HELD)


def _list_keys(objects: ObjectStore, prefix: str) -> frozenset[Key]:
    """List the keys with an object under `prefix`; other objects there have another depth."""
    names = (name.removeprefix(prefix).removesuffix(".json") for name in objects.list_keys(prefix))
    return frozenset(parse_key(name) for name in names if name.count("/") == 2)
