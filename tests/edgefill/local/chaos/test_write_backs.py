"""Generated texts that visitors saw must be in the store."""

from __future__ import annotations

from edgefill.core.keys import parse_key
from edgefill.local.chaos.write_backs import find_lost_write_backs
from edgefill.packs.layout import OVERLAY_CACHE, overlay_key
from edgefill.packs.pointer import Channel, Pointer
from edgefill.release.pointer_store import PointerSnapshot, swap_pointer
from edgefill.store.memory import MemoryObjectStore


def make_store(*keys: str) -> MemoryObjectStore:
    objects = MemoryObjectStore()
    channel = Channel(release="r1", experiences={})
    pointer = Pointer(current=channel, default_locale="en", locale_fallbacks={})
    swap_pointer(objects, PointerSnapshot(), pointer)
    for key in keys:
        objects.put(overlay_key(parse_key(key)), b"{}", cache_control=OVERLAY_CACHE)
    return objects


def test_a_text_in_the_overlay_is_not_lost() -> None:
    """One that is not there after the wait is."""
    objects = make_store("welcome/de/new", "answer/en/q-1")
    keys = {"welcome/de/new", "answer/en/q-1", "welcome/en/new"}
    assert find_lost_write_backs(objects, keys, settle_s=0, every_s=0) == ("welcome/en/new",)


def test_nothing_that_was_shown_cannot_be_lost() -> None:
    """Then the store is not waited for."""
    assert find_lost_write_backs(make_store(), set(), settle_s=3600) == ()


def test_without_a_store_everything_is_lost() -> None:
    """No pointer: no release is served."""
    assert find_lost_write_backs(MemoryObjectStore(), {"a/b/c"}, settle_s=0, every_s=0) == (
        "a/b/c",
    )
