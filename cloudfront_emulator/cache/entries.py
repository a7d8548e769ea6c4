"""Cache entries and their storage, which evicts the least recently used first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate

from cloudfront_emulator.cache.cache_control import list_unstorable_headers, parse_directives
from cloudfront_emulator.cache.freshness import Freshness, read_origin_age
from cloudfront_emulator.message import CdnResponse, drop_headers
from cloudfront_emulator.request.cache_key import CacheKey

# Bytes per entry, so that the number of empty responses is bounded too.
ENTRY_OVERHEAD = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheEntry:
    """A cached response; times are seconds of the emulator's clock.

    Invalidations match `path`, which includes the query in the key, and `tags`.
    """

    response: CdnResponse
    stored_at: float
    fresh_until: float
    revalidate_until: float  # until then it is served stale during a fetch
    on_error_until: float  # until then it is served stale if the origin fails
    path: str = "/"
    tags: frozenset[str] = frozenset()

    def age(self, now: float) -> int:
        """Whole seconds since the origin's response."""
        return max(int(now - self.stored_at), 0)

    def size(self) -> int:
        """Bytes that count against the cache's limit; a buffered body's are on disk and do not."""
        body = self.response.body
        return ENTRY_OVERHEAD + (len(body) if isinstance(body, bytes) else 0)


def make_entry(
    response: CdnResponse,
    freshness: Freshness,
    *,
    now: float,
    path: str,
    tags: frozenset[str] = frozenset(),
) -> CacheEntry:
    """An entry for `response` from `now` on, without the headers that must not be cached.

    A response without a Date gets the time at which it came (RFC 9110, section 6.6.1).
    """
    date = () if response.header("date") is not None else (("date", formatdate(now, usegmt=True)),)
    unkept = list_unstorable_headers(parse_directives(response)) | {"age"}
    stale = now + freshness.ttl
    return CacheEntry(
        response=replace(
            response, headers=drop_headers(response.headers, unkept) + date, interim=()
        ),
        stored_at=now - read_origin_age(response),
        fresh_until=stale,
        revalidate_until=stale + freshness.stale_while_revalidate,
        on_error_until=stale + freshness.stale_if_error,
        path=path,
        tags=tags,
    )


def extend_freshness(entry: CacheEntry, until: float) -> CacheEntry:
    """A stale entry that is served until `until` without another request to the failing origin.

    Source: Developer Guide, HTTPStatusCodes, "The requested object is in the edge cache".
    """
    return replace(entry, fresh_until=until, revalidate_until=max(until, entry.revalidate_until))


class CacheStorage:
    """Entries of at most `max_bytes` in total."""

    def __init__(self, max_bytes: int) -> None:
        self._entries: OrderedDict[CacheKey, CacheEntry] = OrderedDict()
        self._max_bytes = max_bytes
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: CacheKey) -> CacheEntry | None:
        """The entry, fresh or stale."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: CacheKey, entry: CacheEntry) -> None:
        """Store `entry` and evict others as needed; an entry that is too large is not stored."""
        self.drop(key)
        if entry.size() > self._max_bytes:
            return
        self._entries[key] = entry
        self._bytes += entry.size()
        while self._bytes > self._max_bytes:
            self.drop(next(iter(self._entries)))

    def drop(self, key: CacheKey) -> None:
        """Remove the entry, if there is one."""
        if (entry := self._entries.pop(key, None)) is not None:
            self._bytes -= entry.size()

    def invalidate(self, match: Callable[[CacheEntry], bool]) -> int:
        """Remove all matching entries and return their number."""
        gone = [key for key, entry in self._entries.items() if match(entry)]
        for key in gone:
            self.drop(key)
        return len(gone)

    def extend_freshness(self, key: CacheKey, entry: CacheEntry, until: float) -> None:
        """Store `entry` as one that is fresh until `until`."""
        self.put(key, extend_freshness(entry, until))
