"""MemoryObjectStore: an object store in memory, for tests and for trials without AWS."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5
from threading import Lock

from edgefill.core.errors import NotStored, StoreConflict
from edgefill.store.limits import check_object
from edgefill.store.objects import StoredObject


class MemoryObjectStore:
    """Objects in a dictionary; safe between threads."""

    def __init__(self) -> None:
        self._stored: dict[str, StoredObject] = {}
        self._lock = Lock()

    def get(self, key: str) -> StoredObject:
        """Return the object at `key`; NotStored."""
        with self._lock:
            stored = self._stored.get(key)
        if stored is None:
            raise NotStored(f"{key} is not stored")
        return stored

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
        """Write an object and return its etag, an MD5 as S3's is; StoreConflict, ObjectRefused."""
        check_object(key, body, tags)
        etag = f'"{md5(body, usedforsecurity=False).hexdigest()}"'
        with self._lock:
            stored = self._stored.get(key)
            if if_absent and stored:
                raise StoreConflict(f"{key} already exists")
            if if_match is not None and (stored is None or stored.etag != if_match):
                raise StoreConflict(f"{key} has changed since it was read")
            self._stored[key] = StoredObject(
                body=bytes(body), etag=etag, cache_control=cache_control, tags=tags
            )
        return etag

    def list_keys(self, prefix: str) -> Iterator[str]:
        """List every key that starts with `prefix`, in ascending order."""
        with self._lock:
            matches = sorted(key for key in self._stored if key.startswith(prefix))
        yield from matches

    def delete(self, key: str) -> None:
        """Remove the object at `key`, if any."""
        with self._lock:
            self._stored.pop(key, None)
