"""Publishers that race, are interrupted, or read back different bytes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest

from edgefill.core.errors import ObjectCorrupt, StoreConflict
from edgefill.packs.layout import POINTER
from edgefill.packs.pointer import pointer_from_json
from edgefill.release.publish import list_releases, serve
from edgefill.store.memory import MemoryObjectStore
from edgefill.store.objects import ObjectStore, StoredObject

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Shop = Any  # tests/edgefill/release/conftest.py


def current(objects: ObjectStore) -> str:
    """The release that visitors see."""
    return pointer_from_json(json.loads(objects.get(POINTER).body)).current.release


def canary(objects: ObjectStore) -> tuple[str, float, str] | None:
    """The canary as the pointer names it."""
    running = pointer_from_json(json.loads(objects.get(POINTER).body)).canary
    return (running.channel.release, running.percent, running.salt) if running else None


class Interrupted(MemoryObjectStore):
    """A store in which another publisher wins just before the pointer is written."""

    rival: Shop | None = None

    def put(self, key: str, body: bytes, **options: Any) -> str:
        """Let the other publisher win the race for the pointer."""
        if key == POINTER and self.rival:
            rival, self.rival = self.rival, None
            rival.publish(self, second=30, says="the winner")
        return super().put(key, body, **options)


def test_the_slower_of_two_first_publishers_gets_a_conflict(shop: Shop) -> None:
    """The error of the slower publisher of the first pointer has a remedy."""
    objects = Interrupted()
    objects.rival = shop
    with pytest.raises(StoreConflict, match="edgefill rollback --to RELEASE"):
        shop.publish(objects, second=1)
    assert current(objects).startswith("r20261123T120030-")


def test_the_slower_of_two_publishers_changes_nothing(shop: Shop) -> None:
    """The slower release is complete but not served, and can be served afterwards."""
    racing = Interrupted()
    shop.publish(racing)
    racing.rival = shop
    with pytest.raises(StoreConflict, match="r20261123T120001"):
        shop.publish(racing, second=1)
    loser = next(one.release.id for one in list_releases(racing) if "120001" in one.release.id)
    assert current(racing).startswith("r20261123T120030-")
    assert serve(racing, loser).id == current(racing)


class Together(MemoryObjectStore):
    """A store in which every publisher reads the pointer before any of them writes it."""

    def __init__(self, publishers: int) -> None:
        super().__init__()
        self.start = Barrier(publishers, timeout=60)

    def put(self, key: str, body: bytes, **options: Any) -> str:
        """Wait for all publishers before the pointer is written."""
        if key == POINTER:
            self.start.wait()
        return super().put(key, body, **options)


def test_of_several_publishers_one_wins(shop: Shop) -> None:
    """The first one is served; all others get a conflict, and their releases are complete too."""
    objects = Together(publishers=4)

    def race(second: int) -> str | None:
        try:
            return str(shop.publish(objects, second=second, says=f"Hello {second}").id)
        except StoreConflict:
            return None

    with ThreadPoolExecutor(4) as pool:
        winners = [id_ for id_ in pool.map(race, range(4)) if id_]
    assert winners == [current(objects)]
    assert sorted(one.state for one in list_releases(objects)) == ["current", *["stored"] * 3]


class Forgetful(MemoryObjectStore):
    """A store whose first response to a pointer write is lost, so that the client retries."""

    def put(self, key: str, body: bytes, **options: Any) -> str:
        """Write the pointer twice, as a retrying client does."""
        if key == POINTER:
            super().put(key, body, **options)
        return super().put(key, body, **options)


def test_a_lost_response_is_not_a_conflict(shop: Shop) -> None:
    """A retry that finds its own write has succeeded."""
    objects = Forgetful()
    release = shop.publish(objects)
    assert current(objects) == release.id


class Flipping(MemoryObjectStore):
    """A store that damages its objects."""

    def get(self, key: str) -> StoredObject:
        """Return one byte less."""
        stored = super().get(key)
        return StoredObject(body=stored.body[:-1], etag=stored.etag)


def test_refuses_an_object_that_reads_back_differently(shop: Shop) -> None:
    """A damaged write is detected before the pointer names it."""
    objects = Flipping()
    with pytest.raises(ObjectCorrupt, match="differs after it was written"):
        shop.publish(objects)
    assert POINTER not in list(objects.list_keys("t/"))


class Vanishing(MemoryObjectStore):
    """A store in which the pointer is deleted while it is being replaced."""

    def put(self, key: str, body: bytes, **options: Any) -> str:
        """Delete the pointer first."""
        if key == POINTER and options["if_match"]:
            self.delete(key)
        return super().put(key, body, **options)


def test_a_deleted_pointer_is_a_conflict(shop: Shop) -> None:
    """A pointer that vanished meanwhile counts as another publisher's change."""
    objects = Vanishing()
    shop.publish(objects)
    with pytest.raises(StoreConflict, match="another publisher"):
        shop.publish(objects, second=1)
