"""Invalidations: which entries a list of paths and tags means.

Source: Developer Guide, invalidation-specifying-objects and invalidation-specifying-tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cloudfront_emulator.cache.entries import CacheEntry
from cloudfront_emulator.cache.tags import MAX_TAG_LENGTH, is_tag
from cloudfront_emulator.errors import InputRefused

MAX_PATH = 4000  # characters


def parse_invalidation(items: Iterable[str]) -> Callable[[CacheEntry], bool]:
    """Whether an entry is meant by one of `items`; InputRefused names a bad item.

    `/a/b.jpg` is one path, `/a/*` (the star last, also of part of a name) all that begin so, with
    or without a query; `/a/b.jpg?x=1` names a keyed query. `#tag` is all that carry the tag.
    """
    exact: set[str] = set()
    prefixes: set[str] = set()
    tags: set[str] = set()
    for item in items:
        if item.startswith("#"):
            tags.add(_check_tag(item))
        elif item.endswith("*"):
            prefixes.add(_check_path(item, item[:-1]))
        else:
            exact.add(_check_path(item, item))
    begins = tuple(prefixes)

    def meant(entry: CacheEntry) -> bool:
        path = entry.path
        return path in exact or path.startswith(begins) or not tags.isdisjoint(entry.tags)

    return meant


def _check_path(item: str, path: str) -> str:
    if item == "*":
        return ""
    if not path.startswith("/"):
        raise InputRefused(f"{item!r}: a path begins with '/', a tag with '#'")
    if "*" in path:
        raise InputRefused(f"{item!r}: '*' may only be the last character")
    if len(item) > MAX_PATH:
        raise InputRefused(f"{item[:40]!r}...: a path has at most {MAX_PATH} characters")
    if not path.isascii() or not path.isprintable() or " " in path:
        raise InputRefused(f"{item!r}: URL-encode what is not ASCII or not safe")
    return path


def _check_tag(item: str) -> str:
    if not is_tag(item[1:]):
        limit = f"1 to {MAX_TAG_LENGTH} visible ASCII characters without a comma"
        raise InputRefused(f"{item[:40]!r}: a tag has {limit}")
    if "*" in item:
        raise InputRefused(f"{item!r}: tags know no wildcard")
    return item[1:].lower()
