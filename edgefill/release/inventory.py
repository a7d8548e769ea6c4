"""What is written: the keys that the served release and the overlay hold."""

from __future__ import annotations

from edgefill.core.keys import Key, parse_key
from edgefill.packs.layout import OVERLAY, pack_key
from edgefill.release.pointer_store import served
from edgefill.store.encoding import decode
from edgefill.store.objects import Objects


def in_release(objects: Objects) -> frozenset[Key]:
    """The keys of the release that is served; NotStored before the first, ObjectCorrupt."""
    channel = served(objects)[0].current
    found = set()
    for experience, locales in channel.experiences.items():
        for locale in locales:
            place = pack_key(channel.release, experience, locale)
            programs = decode(objects.get(place).body, place)["programs"]
            found |= {Key(experience=experience, locale=locale, case=case) for case in programs}
    return frozenset(found)


def in_overlay(objects: Objects) -> frozenset[Key]:
    """The keys that misses wrote back."""
    names = (name.removeprefix(OVERLAY).removesuffix(".json") for name in objects.keys(OVERLAY))
    return frozenset(parse_key(name) for name in names if name.count("/") == 2)
