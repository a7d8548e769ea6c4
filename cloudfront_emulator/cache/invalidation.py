"""Invalidations: the tags of a response, and the entries that a list of paths and tags selects.

Source: Developer Guide, invalidation-specifying-objects, invalidation-specifying-tags and
invalidation-by-tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cloudfront_emulator.cache.entries import CacheEntry
from cloudfront_emulator.errors import EmulatorInputRefused
from cloudfront_emulator.message import CdnResponse

MAX_TAGS = 50  # per object; further ones are not stored
MAX_TAG_LENGTH = 256  # characters


def parse_tags(response: CdnResponse, header: str | None) -> frozenset[str]:
    """The tags in the distribution's tag header, in lower case; empty without such a header."""
    if header is None:
        return frozenset()
    value_list = ",".join(value for name, value in response.headers if name == header)
    tags = (item.strip().lower() for item in value_list.split(","))
    return frozenset([tag for tag in tags if is_tag(tag)][:MAX_TAGS])


def is_tag(text: str) -> bool:
    """Whether `text` is a valid tag: 1 to 256 visible ASCII characters without commas."""
    visible = all("!" <= character <= "~" and character != "," for character in text)
    return 0 < len(text) <= MAX_TAG_LENGTH and visible


MAX_PATH = 4000  # characters


def parse_invalidation(items: Iterable[str]) -> Callable[[CacheEntry], bool]:
    """A predicate for the entries that `items` select; EmulatorInputRefused names a bad item.

    `/a/b.jpg` selects one path, `/a/*` (the star is last) every path with that prefix, with or
    without a query, `/a/b.jpg?x=1` a query in the key, and `#tag` every entry with the tag.
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

    def match(entry: CacheEntry) -> bool:
        path = entry.path
        return path in exact or path.startswith(begins) or not tags.isdisjoint(entry.tags)

    return match


def _check_path(item: str, path: str) -> str:
    if item == "*":
        return ""
    if not path.startswith("/"):
        raise EmulatorInputRefused(f"{item!r}: start a path with '/' and a tag with '#'")
    if "*" in path:
        raise EmulatorInputRefused(f"{item!r}: '*' may only be the last character")
    if len(item) > MAX_PATH:
        raise EmulatorInputRefused(f"{item[:40]!r}...: a path has at most {MAX_PATH} characters")
    if not path.isascii() or not path.isprintable() or " " in path:
        raise EmulatorInputRefused(
            f"{item!r}: URL-encode characters that are not ASCII or not safe"
        )
    return path


def _check_tag(item: str) -> str:
    if not is_tag(item[1:]):
        limit = f"1 to {MAX_TAG_LENGTH} visible ASCII characters without a comma"
        raise EmulatorInputRefused(f"{item[:40]!r}: a tag has {limit}")
    if "*" in item:
        raise EmulatorInputRefused(f"{item!r}: a tag cannot contain the wildcard '*'")
    return item[1:].lower()
