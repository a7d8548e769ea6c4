"""Damages objects of the store and restores them: the pointer, packs, routers.

Packs and routers are immutable and cached for a year, so damage to old ones is seen by nobody. A
new release is therefore published whose objects are damaged before the pointer names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle

from edgefill.packs.layout import POINTER
from edgefill.store.objects import ObjectStore, StoredObject

Invalidate = Callable[[str], None]


class DamagedObjects:
    """Objects that were overwritten, with their right content."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._right: dict[str, StoredObject] = {}

    def damage(self, key: str, body: bytes) -> None:
        """Replace the body of the object at `key`; NotStored, StoreUnavailable."""
        self._right.setdefault(key, self._objects.get(key))
        self._put(key, body)

    def restore(self) -> None:
        """Write the right bodies back."""
        for key, right in self._right.items():
            self._put(key, right.body)
        self._right.clear()

    def _put(self, key: str, body: bytes) -> None:
        right = self._right[key]
        self._objects.put(key, body, cache_control=right.cache_control, tags=right.tags)


@dataclass(slots=True, kw_only=True)
class CorruptPointer:
    """The pointer is no JSON for a while."""

    objects: ObjectStore
    name: str = "corrupt-pointer"
    part: str = "pointer"
    lasts: bool = True
    _damaged: DamagedObjects = field(init=False)

    def __post_init__(self) -> None:
        self._damaged = DamagedObjects(self.objects)

    def inject(self) -> None:
        """Overwrite the pointer."""
        self._damaged.damage(POINTER, b'{"v": 1, "current": {"release": ')

    def mend(self) -> None:
        """Restore the pointer."""
        self._damaged.restore()


@dataclass(slots=True, kw_only=True)
class CorruptRelease:
    """A new release is served whose `part` (packs or routers) is damaged in three ways.

    Each object in turn gets bytes that are no JSON, half of its own bytes, and the whole bytes of
    another object: what parses and is wrong. Mending restores them and invalidates their paths at
    the CDN, so that no location keeps a damaged one.
    """

    name: str
    part: str
    objects: ObjectStore
    publish: Callable[[ObjectStore], object]
    invalidate: Invalidate
    lasts: bool = True
    _damaged: DamagedObjects = field(init=False)

    def __post_init__(self) -> None:
        self._damaged = DamagedObjects(self.objects)

    def inject(self) -> None:
        """Publish a release and damage it before it is served."""
        self.publish(_StoreWithHook(self.objects, before_pointer=self._damage_all))

    def mend(self) -> None:
        """Restore the objects, and remove the damaged ones from the CDN."""
        self._damaged.restore()
        self.invalidate("/t/r/*")

    def _damage_all(self, written: Iterable[str]) -> None:
        keys = sorted(key for key in written if is_of_part(key, self.part))
        right = {key: self.objects.get(key).body for key in keys}
        for kind, key in zip(cycle(("garbage", "half", "other")), keys, strict=False):
            other = right[keys[keys.index(key) - 1]]
            bodies = {"garbage": b"\x00{", "half": right[key][: len(right[key]) // 2]}
            self._damaged.damage(key, bodies.get(kind, other))


def is_of_part(key: str, part: str) -> bool:
    """Whether a key is one of a release's packs, or one of its routers."""
    return key.startswith("t/r/") and ("/routers/" in key) == (part == "routers")


class _StoreWithHook:
    """`objects`, but `before_pointer` is called with all written keys before the pointer is."""

    def __init__(
        self, objects: ObjectStore, *, before_pointer: Callable[[Iterable[str]], None]
    ) -> None:
        self._objects = objects
        self._before_pointer = before_pointer
        self._written: list[str] = []

    def get(self, key: str) -> StoredObject:
        """As the inner store does."""
        return self._objects.get(key)

    def put(
        self,
        key: str,
        body: bytes,
        *,
        cache_control: str,
        tags: tuple[str, ...] = (),
        if_match: str | None = None,
        if_absent: bool = False,
    ) -> str:
        """As the inner store does, after the hook for the pointer."""
        if key == POINTER:
            self._before_pointer(self._written)
        self._written.append(key)
        return self._objects.put(
            key,
            body,
            cache_control=cache_control,
            tags=tags,
            if_match=if_match,
            if_absent=if_absent,
        )

    def list_keys(self, prefix: str) -> Iterator[str]:
        """As the inner store does."""
        return self._objects.list_keys(prefix)

    def delete(self, key: str) -> None:
        """As the inner store does."""
        self._objects.delete(key)
