"""ObjectStore: the interface between Edgefill and the store of its objects.

`S3ObjectStore` (s3.py) is the real implementation, `MemoryObjectStore` (memory.py) the one for
tests; tests/edgefill/store/test_objects.py applies the same contract to both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One object as read; `etag` is opaque and changes whenever the object does."""

    body: bytes
    etag: str
    cache_control: str = ""
    tags: tuple[str, ...] = ()


class ObjectStore(Protocol):
    """A flat, strongly consistent store of JSON objects.

    Every method raises StoreUnavailable when the store does not answer.
    """

    def get(self, key: str) -> StoredObject:
        """Return the object at `key`; NotStored."""

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
        """Write a whole object and return its new etag.

        With `if_match`, the current object must have that etag; with `if_absent`, there must be no
        object; StoreConflict otherwise. ObjectRefused when the object exceeds a limit of the CDN
        (edgefill/store/limits.py).
        """

    def list_keys(self, prefix: str) -> Iterator[str]:
        """List every key that starts with `prefix`, in ascending order."""

    def delete(self, key: str) -> None:
        """Remove the object at `key`, if any."""
