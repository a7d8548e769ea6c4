"""Which keys have a text, and where."""

from __future__ import annotations

from typing import Any

from edgefill.core.keys import parse_key
from edgefill.packs.layout import DENIALS, held_key, overlay_key
from edgefill.release.inventory import list_held_keys, list_overlay_keys, list_released_keys
from edgefill.store.objects import ObjectStore

KEY = parse_key("greeting/de/gold")


def test_held_texts_are_apart_from_what_is_served(objects: ObjectStore, shop: Any) -> None:
    """A held text is neither of the release nor of the overlay."""
    shop.publish(objects)
    released = list_released_keys(objects)
    objects.put(held_key(KEY), b"{}", cache_control="private")
    assert list_held_keys(objects) == {KEY}
    assert list_overlay_keys(objects) == frozenset()
    assert list_released_keys(objects) == released


def test_only_templates_of_the_overlay_are_keys(objects: ObjectStore) -> None:
    """The denials of free questions have another depth."""
    objects.put(DENIALS, b"{}", cache_control="private")
    objects.put(overlay_key(KEY), b"{}", cache_control="private")
    assert list_overlay_keys(objects) == {KEY}
