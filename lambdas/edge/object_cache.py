"""Cache objects of the store in memory, bounded by bytes.

Fresh objects come from memory; an expired object is requested again by its ETag. There is
one request per object at a time. When the store fails, stale objects are served, and no object is
requested until the circuit breaker closes.
"""

from __future__ import annotations

from _thread import allocate_lock

from edgefill.core.circuit_breaker import CircuitBreaker
from edgefill.core.errors import NotStored, ObjectCorrupt, StoreError, StoreUnavailable
from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from lambdas.edge.fetch import Fetch, StoreResponse

    Check = Callable[[bytes, Any], None]

WEIGHT = 16  # bytes of memory per byte of JSON; measured 13.5 over the demo shop, linked


@value
class ObjectKind:
    """One kind of object: `parse` makes a value of its decoded JSON, or raises ObjectCorrupt.

    A copy is fresh for `ttl_s` seconds. An `optional` object may be absent at any time; the
    absence of any other object is a failure of the store.
    """

    parse: Callable[[Any], Any]
    ttl_s: float
    optional: bool = False


class CachedObject:
    """One object in the cache; `error` is set when the last request for it failed."""

    __slots__ = ("error", "etag", "fresh_until", "value", "weight")

    def __init__(self, value: Any = None, etag: str | None = None, weight: int = 0) -> None:
        self.value = value
        self.etag = etag
        self.weight = weight
        self.fresh_until = 0.0
        self.error: StoreError | None = None


class ObjectCache:
    """A least-recently-used cache in front of `fetch`; safe to share between threads.

    `tick` is a monotonic clock in seconds, `capacity` is in bytes. A failure or an absence is
    remembered for `negative_ttl_s`, or the TTL of its kind if that is shorter.
    """

    def __init__(
        self,
        *,
        fetch: Fetch,
        tick: Callable[[], float],
        log: Callable[[dict[str, object]], None],
        capacity: int,
        negative_ttl_s: float,
    ) -> None:
        self._fetch = fetch
        self._tick = tick
        self._log = log
        self._capacity = capacity
        self._negative_ttl_s = negative_ttl_s
        self._breaker = CircuitBreaker(tick=tick, cooldown_s=negative_ttl_s)
        self._objects: dict[str, CachedObject] = {}
        self._guard = allocate_lock()
        self._fetches: dict[str, Any] = {}

    def get(self, path: str, kind: ObjectKind, check: Check | None = None) -> Any:
        """The value of the object at `path`; StoreError when there is not even a stale copy.

        `check` gets the bytes and the value of an object that arrives; ObjectCorrupt refuses it.
        """
        cached = self._touch(path)
        if cached is None or self._tick() >= cached.fresh_until:
            cached = self._refresh_or_wait(path, kind, check)
        if cached.value is None and cached.error is not None:
            raise cached.error
        return cached.value

    def distrust(self, path: str) -> None:
        """Request the object again, whole, after the negative TTL: its content is wrong."""
        with self._guard:
            cached = self._objects.get(path)
            if cached is not None:
                cached.etag = None
                cached.fresh_until = min(cached.fresh_until, self._tick() + self._negative_ttl_s)

    def find_last(self, suffix: str) -> Any:
        """The most recently used value whose path ends in `suffix`, None without one."""
        with self._guard:
            values = [
                cached.value for path, cached in self._objects.items() if path.endswith(suffix)
            ]
        return next((value for value in reversed(values) if value is not None), None)

    def _touch(self, path: str) -> CachedObject | None:
        """The object at `path`, marked as most recently used."""
        with self._guard:
            cached = self._objects.pop(path, None)
            if cached is not None:
                self._objects[path] = cached
            return cached

    def _put(self, path: str, cached: CachedObject) -> None:
        """Store the object and evict the least recently used objects beyond the capacity."""
        with self._guard:
            self._objects.pop(path, None)
            self._objects[path] = cached
            total = sum(other.weight for other in self._objects.values())
            while total > self._capacity and len(self._objects) > 1:
                total -= self._objects.pop(next(iter(self._objects))).weight

    def _refresh_or_wait(self, path: str, kind: ObjectKind, check: Check | None) -> CachedObject:
        """Run one fetch per path at a time; other callers get a stale copy, or wait without one."""
        with self._guard:
            fetching = self._fetches.setdefault(path, allocate_lock())
        old = self._objects.get(path)
        if old is None:
            fetching.acquire()
        elif not fetching.acquire(blocking=False):
            return old
        try:
            current = self._objects.get(path)
            if current is not None and self._tick() < current.fresh_until:
                return current
            if self._breaker.admit():
                return self._fetch_once(path, kind, current, check)
            if current is None:
                raise StoreUnavailable("the store failed recently; the circuit breaker is open")
            return current
        finally:
            self._fetches.pop(path, None)
            fetching.release()

    def _fetch_once(
        self, path: str, kind: ObjectKind, old: CachedObject | None, check: Check | None
    ) -> CachedObject:
        try:
            response = self._fetch_guarded(path, old.etag if old else None)
            cached = _to_cached(response, kind, old, check)
            cached.fresh_until = self._tick() + kind.ttl_s
        except StoreError as error:
            is_absent = kind.optional and isinstance(error, NotStored)
            cached = CachedObject() if is_absent or old is None else old
            cached.error = error
            cached.fresh_until = self._tick() + min(self._negative_ttl_s, kind.ttl_s)
            if not is_absent:
                self._log_failure(path, cached)
        self._put(path, cached)
        return cached

    def _fetch_guarded(self, path: str, etag: str | None) -> StoreResponse:
        try:
            response = self._fetch(path, etag)
        except StoreUnavailable:
            self._breaker.record_failure()
            raise
        self._breaker.record_success()
        return response

    def _log_failure(self, path: str, cached: CachedObject) -> None:
        answer = "nothing" if cached.value is None else "stale"
        error = type(cached.error).__name__
        self._log({"event": "store", "path": path, "error": error, "served": answer})


def _to_cached(
    response: StoreResponse, kind: ObjectKind, old: CachedObject | None, check: Check | None
) -> CachedObject:
    if response.status == 304 and old is not None:
        return CachedObject(old.value, old.etag, old.weight)
    if response.status != 200:
        raise NotStored(f"status {response.status}")
    value = kind.parse(_parse_json(response.body))
    if check is not None:
        check(response.body, value)
    return CachedObject(value, response.etag, len(response.body) * WEIGHT)


def _parse_json(body: bytes) -> Any:
    from json import loads  # noqa: PLC0415 9 ms that a bare import can spare

    try:
        return loads(body)
    except (ValueError, RecursionError) as error:
        raise ObjectCorrupt(f"not JSON: {type(error).__name__}") from error
