"""Objects: the one seam between Edgefill and whatever keeps its bytes.

`S3Objects` (edgefill/store/s3.py) is the real one, `MemoryObjects` (edgefill/store/memory.py) its
twin; tests/edgefill/store/test_objects.py holds both to the same contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One object as it was read; `etag` is opaque and changes whenever the object does."""

    body: bytes
    etag: str
    cache_control: str = ""
    tags: tuple[str, ...] = ()


class ObjectStore(Protocol):
    """A flat, strongly consistent store of JSON objects.

    Every method raises StoreUnavailable when the store does not answer.
    """

    def get(self, key: str) -> StoredObject:
        """The object at `key`; NotStored when there is none."""

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
        """Write an object whole and return its new etag.

        `if_match` writes only over the object that has that etag, `if_absent` only where there is
        none; StoreConflict otherwise. ObjectRefused when it breaks the CDN's limits
        (edgefill/store/limits.py).
        """

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Every key that starts with `prefix`, in ascending order."""

    def delete(self, key: str) -> None:
        """Remove the object at `key`; nothing happens when there is none."""
