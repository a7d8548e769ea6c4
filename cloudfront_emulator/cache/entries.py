"""What one cache keeps: entries by key, least recently used out first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from cloudfront_emulator.cache.cache_control import list_unstorable_headers, parse_directives
from cloudfront_emulator.cache.freshness import Freshness, read_origin_age
from cloudfront_emulator.message import CdnResponse, drop_headers
from cloudfront_emulator.request.cache_key import CacheKey

ENTRY_OVERHEAD = 1024  # bytes, so that many empty responses are bounded too


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheEntry:
    """A kept response; times are seconds of the CDN's clock.

    `path` and `tags` are what invalidations are held against; the path has the query that is keyed.
    """

    response: CdnResponse
    stored_at: float
    fresh_until: float
    revalidate_until: float  # until then a stale copy serves while a new one is fetched
    on_error_until: float  # until then a stale copy serves when the origin fails
    path: str = "/"
    tags: frozenset[str] = frozenset()

    def age(self, now: float) -> int:
        """Whole seconds since the origin answered."""
        return max(int(now - self.stored_at), 0)

    def size(self) -> int:
        """Bytes counted against the cache's bound; a spool's are on disk."""
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
    """`response` as it is kept from `now` on, less the headers that the origin says not to keep."""
    unkept = list_unstorable_headers(parse_directives(response)) | {"age"}
    stale = now + freshness.ttl
    return CacheEntry(
        response=replace(response, headers=drop_headers(response.headers, unkept)),
        stored_at=now - read_origin_age(response),
        fresh_until=stale,
        revalidate_until=stale + freshness.stale_while_revalidate,
        on_error_until=stale + freshness.stale_if_error,
        path=path,
        tags=tags,
    )


def extend_freshness(entry: CacheEntry, until: float) -> CacheEntry:
    """A stale entry that serves until then without another question to the ailing origin.

    Source: Developer Guide, HTTPStatusCodes, "The requested object is in the edge cache".
    """
    return replace(entry, fresh_until=until, revalidate_until=max(until, entry.revalidate_until))


class CacheStorage:
    """Entries bounded by `max_bytes` in all."""

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
        """Keep `entry`, putting out the least recently used ones as needed; none too large."""
        self.drop(key)
        if entry.size() > self._max_bytes:
            return
        self._entries[key] = entry
        self._bytes += entry.size()
        while self._bytes > self._max_bytes:
            self.drop(next(iter(self._entries)))

    def drop(self, key: CacheKey) -> None:
        """Forget the entry, if there is one."""
        if (entry := self._entries.pop(key, None)) is not None:
            self._bytes -= entry.size()

    def invalidate(self, match: Callable[[CacheEntry], bool]) -> int:
        """Forget what `match` holds for, and say how many that were."""
        gone = [key for key, entry in self._entries.items() if match(entry)]
        for key in gone:
            self.drop(key)
        return len(gone)

    def extend_freshness(self, key: CacheKey, entry: CacheEntry, until: float) -> None:
        """Keep `entry` rested until then."""
        self.put(key, extend_freshness(entry, until))
