"""The cache of one point of presence: entries by cache key, least recently used out first."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from local.cdn.cache_key import CacheKey
from local.cdn.freshness import Freshness
from local.cdn.message import Response

ENTRY_OVERHEAD = 1024  # bytes, so that many empty responses are bounded too


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A kept response; times are seconds of the CDN's clock."""

    response: Response
    stored_at: float
    fresh_until: float
    revalidate_until: float  # until then a stale copy serves while a new one is fetched
    on_error_until: float  # until then a stale copy serves when the origin fails

    def age(self, now: float) -> int:
        """Whole seconds since the origin answered."""
        return max(int(now - self.stored_at), 0)

    def size(self) -> int:
        """Bytes counted against the cache's bound."""
        return ENTRY_OVERHEAD + len(self.response.body)


def entry_of(response: Response, kept: Freshness, now: float) -> Entry:
    """`response` as it is kept from `now` on."""
    return Entry(
        response=response,
        stored_at=now,
        fresh_until=now + kept.ttl,
        revalidate_until=now + kept.ttl + kept.stale_while_revalidate,
        on_error_until=now + kept.ttl + kept.stale_if_error,
    )


class Cache:
    """Entries bounded by `max_bytes` in all."""

    def __init__(self, max_bytes: int) -> None:
        self._entries: OrderedDict[CacheKey, Entry] = OrderedDict()
        self._max_bytes = max_bytes
        self._bytes = 0

    def get(self, key: CacheKey) -> Entry | None:
        """The entry, fresh or stale."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: CacheKey, entry: Entry) -> None:
        """Keep `entry`, putting out the least recently used ones as needed."""
        self.drop(key)
        self._entries[key] = entry
        self._bytes += entry.size()
        while self._bytes > self._max_bytes:
            self.drop(next(iter(self._entries)))

    def drop(self, key: CacheKey) -> None:
        """Forget the entry, if there is one."""
        if (entry := self._entries.pop(key, None)) is not None:
            self._bytes -= entry.size()

    def rest(self, key: CacheKey, entry: Entry, until: float) -> None:
        """Let a stale entry serve until then without asking the ailing origin again."""
        later = max(until, entry.revalidate_until)
        self.put(key, replace(entry, fresh_until=until, revalidate_until=later))
