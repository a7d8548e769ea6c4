"""The contract of ObjectStore, for memory and S3."""

from __future__ import annotations

import pytest

from edgefill.core.errors import NotStored, ObjectRefused, StoreConflict
from edgefill.store.objects import ObjectStore

CACHE = "public, max-age=5"


def put(objects: ObjectStore, key: str, body: bytes = b"{}") -> str:
    """Write without conditions."""
    return objects.put(key, body, cache_control=CACHE)


def test_reads_back_what_was_written(objects: ObjectStore) -> None:
    """An object comes back with its bytes, etag, cache control and tags."""
    etag = objects.put("t/a.json", b'{"a":1}', cache_control=CACHE, tags=("r1", "order"))
    stored = objects.get("t/a.json")
    assert (stored.body, stored.etag) == (b'{"a":1}', etag)
    assert (stored.cache_control, stored.tags) == (CACHE, ("r1", "order"))


def test_an_object_without_tags_has_none(objects: ObjectStore) -> None:
    """No tags written, no tags read."""
    put(objects, "t/a.json")
    assert objects.get("t/a.json").tags == ()


def test_names_an_absent_object(objects: ObjectStore) -> None:
    """The error names the key."""
    with pytest.raises(NotStored, match=r"t/missing\.json"):
        objects.get("t/missing.json")


def test_overwrites_without_a_condition(objects: ObjectStore) -> None:
    """A plain write replaces the object and changes its etag."""
    first = put(objects, "t/a.json", b"1")
    second = put(objects, "t/a.json", b"2")
    assert first != second
    assert objects.get("t/a.json").body == b"2"


def test_writes_over_the_object_it_read(objects: ObjectStore) -> None:
    """If-Match with the current etag succeeds."""
    etag = put(objects, "t/a.json", b"1")
    objects.put("t/a.json", b"2", cache_control=CACHE, if_match=etag)
    assert objects.get("t/a.json").body == b"2"


def test_refuses_to_write_over_a_changed_object(objects: ObjectStore) -> None:
    """If-Match with an old etag is a conflict and changes nothing."""
    old = put(objects, "t/a.json", b"1")
    put(objects, "t/a.json", b"2")
    with pytest.raises(StoreConflict, match=r"t/a\.json"):
        objects.put("t/a.json", b"3", cache_control=CACHE, if_match=old)
    assert objects.get("t/a.json").body == b"2"


def test_refuses_to_write_over_a_deleted_object(objects: ObjectStore) -> None:
    """If-Match finds nothing: a conflict, not an absent object."""
    etag = put(objects, "t/a.json")
    objects.delete("t/a.json")
    with pytest.raises(StoreConflict, match=r"t/a\.json"):
        objects.put("t/a.json", b"3", cache_control=CACHE, if_match=etag)


def test_writes_the_first_object(objects: ObjectStore) -> None:
    """If-None-Match writes if there is no object."""
    objects.put("t/a.json", b"1", cache_control=CACHE, if_absent=True)
    assert objects.get("t/a.json").body == b"1"


def test_refuses_to_be_second(objects: ObjectStore) -> None:
    """If-None-Match on an object is a conflict and changes nothing."""
    put(objects, "t/a.json", b"1")
    with pytest.raises(StoreConflict, match=r"t/a\.json"):
        objects.put("t/a.json", b"2", cache_control=CACHE, if_absent=True)
    assert objects.get("t/a.json").body == b"1"


def test_lists_by_prefix_in_order(objects: ObjectStore) -> None:
    """Only the keys under the prefix, sorted."""
    for key in ("t/b", "t/a", "releases/r1", "t/r/x/y"):
        put(objects, key)
    assert list(objects.list_keys("t/")) == ["t/a", "t/b", "t/r/x/y"]
    assert list(objects.list_keys("nothing/")) == []


def test_deletes_once_and_again(objects: ObjectStore) -> None:
    """Deleting an absent object is not an error."""
    put(objects, "t/a.json")
    objects.delete("t/a.json")
    objects.delete("t/a.json")
    with pytest.raises(NotStored):
        objects.get("t/a.json")


@pytest.mark.parametrize(
    ("body", "tags", "complaint"),
    [
        (b"x" * 10_000_001, (), "10,000,001 bytes"),
        (b"{}", tuple(f"t{n}" for n in range(51)), "51 cache tags"),
        (b"{}", ("x" * 257,), "256 visible ASCII"),
        (b"{}", ("größe",), "visible ASCII"),
        (b"{}", ("two words",), "visible ASCII"),
        (b"{}", ("a,b",), "without commas"),
        (b"{}", ("",), "visible ASCII"),
        (b"{}", tuple(str(n) * 250 for n in range(9)), "exceed 2,048 bytes"),
    ],
)
def test_refuses_what_the_cdn_would(
    objects: ObjectStore, body: bytes, tags: tuple[str, ...], complaint: str
) -> None:
    """An object beyond a limit is named and never written."""
    with pytest.raises(ObjectRefused, match=complaint):
        objects.put("t/a.json", body, cache_control=CACHE, tags=tags)
    assert list(objects.list_keys("")) == []
