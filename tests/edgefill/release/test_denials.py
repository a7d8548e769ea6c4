"""The denials in both stores."""

from __future__ import annotations

from typing import Any

import pytest

from edgefill.core.errors import InputRefused, ObjectCorrupt, StoreConflict
from edgefill.packs.layout import DENIALS, DENIALS_CACHE
from edgefill.release.denials import MAX_QUESTIONS, allow, deny, read_denials
from edgefill.store.memory import MemoryObjectStore
from edgefill.store.objects import ObjectStore


def test_nothing_is_denied_at_first(objects: ObjectStore) -> None:
    """No object, no denials."""
    assert read_denials(objects) == {}


def test_denials_add_up_and_are_removed(objects: ObjectStore) -> None:
    """Each question has its own; a question without any is removed."""
    deny(objects, "a1", "welcome")
    deny(objects, "a1", "flash-sale")
    deny(objects, "b2", "*")
    assert read_denials(objects) == {
        "a1": frozenset({"welcome", "flash-sale"}),
        "b2": frozenset({"*"}),
    }
    allow(objects, "b2", "*")
    allow(objects, "a1", "welcome")
    assert read_denials(objects) == {"a1": frozenset({"flash-sale"})}


def test_all_denials_of_a_question_are_removed_at_once(objects: ObjectStore) -> None:
    """Without an experience."""
    deny(objects, "a1", "welcome")
    deny(objects, "a1", "*")
    assert allow(objects, "a1") == {}


def test_an_absent_denial_cannot_be_removed(objects: ObjectStore) -> None:
    """The error names the present denials, and nothing changes."""
    deny(objects, "a1", "welcome")
    with pytest.raises(InputRefused, match=r"denied for welcome, not for \*"):
        allow(objects, "a1", "*")
    with pytest.raises(InputRefused, match="is not denied"):
        allow(objects, "b2")
    assert read_denials(objects) == {"a1": frozenset({"welcome"})}


def test_the_cdn_serves_no_stale_denials_while_it_revalidates(objects: ObjectStore) -> None:
    """Cached for a second at most and not stale while revalidating: a wrong answer must end."""
    deny(objects, "a1", "welcome")
    cache_control = objects.get(DENIALS).cache_control or ""
    assert cache_control == DENIALS_CACHE
    assert "max-age=1," in cache_control
    assert "stale-while-revalidate" not in cache_control


class Rival(MemoryObjectStore):
    """A store in which another client adds a denial just before each of the first writes."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def put(self, key: str, body: bytes, **options: Any) -> str:
        if self.times:
            self.times -= 1
            super().put(key, b'{"v":1,"denied":{"r%d":["*"]}}' % self.times, cache_control="")
        return super().put(key, body, **options)


def test_a_concurrent_denial_is_kept() -> None:
    """The conditional write is retried with the new content."""
    objects = Rival(1)
    assert deny(objects, "a1", "welcome").keys() == {"r0", "a1"}
    assert read_denials(objects).keys() == {"r0", "a1"}


def test_endless_rivals_are_a_conflict() -> None:
    """After a number of attempts."""
    with pytest.raises(StoreConflict):
        deny(Rival(99), "a1", "welcome")


def test_the_list_has_an_end(objects: ObjectStore) -> None:
    """Every edge reads the list, so its size is limited."""
    full = b'{"v":1,"denied":{%s}}' % b",".join(b'"%d":["*"]' % n for n in range(MAX_QUESTIONS))
    objects.put(DENIALS, full, cache_control="")
    with pytest.raises(InputRefused, match="denied already"):
        deny(objects, "a1", "*")
    deny(objects, "7", "welcome")


def test_a_damaged_list_is_not_overwritten(objects: ObjectStore) -> None:
    """A person has to look at it."""
    objects.put(DENIALS, b"[]", cache_control="")
    with pytest.raises(ObjectCorrupt):
        deny(objects, "a1", "*")
