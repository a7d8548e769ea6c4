"""Verified writes: an object counts as written once it has been read back and compared."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

from edgefill.core.errors import ObjectCorrupt
from edgefill.store.limits import check_object
from edgefill.store.objects import ObjectStore

PRIVATE = "private, no-store"  # for objects that the CDN never serves


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectContent:
    """One object to write."""

    key: str
    body: bytes
    cache_control: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedObject:
    """The size and digest of a written object, as read back."""

    bytes: int
    sha256: str


def write_verified(objects: ObjectStore, content: ObjectContent) -> VerifiedObject:
    """Write one object and read it back; ObjectCorrupt when it differs."""
    objects.put(content.key, content.body, cache_control=content.cache_control, tags=content.tags)
    expected = sha256(content.body).hexdigest()
    if sha256(objects.get(content.key).body).hexdigest() != expected:
        raise ObjectCorrupt(f"{content.key}: differs after it was written; publish again")
    return VerifiedObject(bytes=len(content.body), sha256=expected)


def write_all_verified(
    objects: ObjectStore, contents: Iterable[ObjectContent], writers: int
) -> dict[str, VerifiedObject]:
    """Write all objects, `writers` at a time; ObjectRefused before the first is written."""
    ready = tuple(contents)
    for content in ready:
        check_object(content.key, content.body, content.tags)
    with ThreadPoolExecutor(writers) as pool:
        parts = pool.map(lambda content: write_verified(objects, content), ready)
        return {content.key: part for content, part in zip(ready, parts, strict=True)}
