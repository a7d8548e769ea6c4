"""Damaged objects are wrong in several ways, and restored to the byte."""

from __future__ import annotations

import json

from edgefill.local.chaos.faults.damage import CorruptPointer, CorruptRelease, is_of_part
from edgefill.packs.layout import IMMUTABLE, POINTER, POINTER_CACHE, pack_key, router_key
from edgefill.store.memory import MemoryObjectStore
from edgefill.store.objects import ObjectStore

PACKS = [pack_key("r2", name, "de") for name in ("a", "b", "c", "d")]
ROUTER = router_key("r2", "shop/de/all")


def publish(objects: ObjectStore) -> None:
    """Write a small release, the pointer last."""
    for key in (*PACKS, ROUTER):
        objects.put(key, json.dumps({"key": key}).encode(), cache_control=IMMUTABLE, tags=("t",))
    objects.put(POINTER, b'{"release": "r2"}', cache_control=POINTER_CACHE)


def read_bodies(objects: ObjectStore) -> dict[str, bytes]:
    return {key: objects.get(key).body for key in objects.list_keys("")}


def make_right() -> dict[str, bytes]:
    objects = MemoryObjectStore()
    publish(objects)
    return read_bodies(objects)


def test_the_pointer_is_broken_and_restored() -> None:
    """With its cache policy."""
    objects = MemoryObjectStore()
    publish(objects)
    fault = CorruptPointer(objects=objects)
    fault.inject()
    assert objects.get(POINTER).body != make_right()[POINTER]
    fault.mend()
    assert read_bodies(objects) == make_right()
    assert objects.get(POINTER).cache_control == POINTER_CACHE


def test_packs_of_a_new_release_are_damaged_before_it_is_served() -> None:
    """Garbage, half an object, another object; the router is whole. Mending invalidates."""
    objects, invalidated, right = MemoryObjectStore(), list[str](), make_right()
    fault = CorruptRelease(
        name="corrupt-packs",
        part="packs",
        objects=objects,
        publish=publish,
        invalidate=invalidated.append,
    )
    fault.inject()
    damaged = read_bodies(objects)
    assert damaged[PACKS[0]] == damaged[PACKS[3]] == b"\x00{"
    assert damaged[PACKS[1]] == right[PACKS[1]][: len(right[PACKS[1]]) // 2]
    assert damaged[PACKS[2]] == right[PACKS[1]]
    assert damaged[ROUTER] == right[ROUTER]
    assert objects.get(PACKS[0]).tags == ("t",)
    assert invalidated == []
    fault.mend()
    assert read_bodies(objects) == right
    assert invalidated == ["/t/r/*"]


def test_routers_and_packs_are_told_apart() -> None:
    """Both lie under the release."""
    assert is_of_part(ROUTER, "routers")
    assert not is_of_part(ROUTER, "packs")
    assert is_of_part(PACKS[0], "packs")
    assert not is_of_part(POINTER, "packs")
