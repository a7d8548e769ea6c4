"""The shelf: what this environment keeps of the store, bounded by bytes.

Fresh objects are answered from memory; an expired one is asked for again by its ETag; when the
store fails, what lies here is served on, and the store is left alone for a while, all of it.
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

WEIGHT = 16  # bytes of memory for a byte of JSON: 13.5 over the demo shop, parsed and linked


@value
class ObjectKind:
    """One kind of object: `read` makes a value of its parsed JSON, or raises ObjectCorrupt.

    `ttl_s` is how long a copy counts as fresh. An `optional` object may be absent at any time;
    any other that has vanished is a failure of the store.
    """

    read: Callable[[Any], Any]
    ttl_s: float
    optional: bool = False


class CachedObject:
    """One object on the shelf; `failed` is why it could not be had when it was last asked for."""

    __slots__ = ("etag", "failed", "fresh_until", "read", "weight")

    def __init__(self, read: Any = None, etag: str | None = None, weight: int = 0) -> None:
        self.read = read
        self.etag = etag
        self.weight = weight
        self.fresh_until = 0.0
        self.failed: StoreError | None = None


class ObjectCache:
    """`tick` is a monotonic clock in seconds; safe to share between threads."""

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
        self._books: dict[str, CachedObject] = {}
        self._guard = allocate_lock()
        self._flights: dict[str, Any] = {}

    def get(self, path: str, kind: ObjectKind) -> Any:
        """The value of the object at `path`; StoreError when there is not even an old copy."""
        book = self._take(path)
        if book is None or self._tick() >= book.fresh_until:
            book = self._refresh(path, kind)
        if book.read is None and book.failed is not None:
            raise book.failed
        return book.read

    def find_last(self, suffix: str) -> Any:
        """The value used last whose path ends in `suffix`, None when none lies here."""
        with self._guard:
            held = [book.read for path, book in self._books.items() if path.endswith(suffix)]
        return next((read for read in reversed(held) if read is not None), None)

    def _take(self, path: str) -> CachedObject | None:
        """The book, moved to the young end."""
        with self._guard:
            book = self._books.pop(path, None)
            if book is not None:
                self._books[path] = book
            return book

    def _put(self, path: str, book: CachedObject) -> None:
        """Shelve the book, dropping the longest unused ones beyond the capacity."""
        with self._guard:
            self._books.pop(path, None)
            self._books[path] = book
            held = sum(other.weight for other in self._books.values())
            while held > self._capacity and len(self._books) > 1:
                held -= self._books.pop(next(iter(self._books))).weight

    def _refresh(self, path: str, kind: ObjectKind) -> CachedObject:
        """One flight a path: whoever finds an old copy serves it, the others wait."""
        with self._guard:
            flight = self._flights.setdefault(path, allocate_lock())
        old = self._books.get(path)
        if old is None:
            flight.acquire()
        elif not flight.acquire(blocking=False):
            return old
        try:
            landed = self._books.get(path)
            if landed is not None and self._tick() < landed.fresh_until:
                return landed
            if self._breaker.admit():
                return self._fetch_once(path, kind, landed)
            if landed is None:
                raise StoreUnavailable("the store has just failed and is left alone")
            return landed
        finally:
            self._flights.pop(path, None)
            flight.release()

    def _fetch_once(self, path: str, kind: ObjectKind, old: CachedObject | None) -> CachedObject:
        try:
            book = _book(self._ask(path, old.etag if old else None), kind, old)
            book.fresh_until = self._tick() + kind.ttl_s
        except StoreError as error:
            absent = kind.optional and isinstance(error, NotStored)
            book = CachedObject() if absent or old is None else old
            book.failed = error
            book.fresh_until = self._tick() + self._negative_ttl_s
            if not absent:
                self._report(path, book)
        self._put(path, book)
        return book

    def _ask(self, path: str, etag: str | None) -> StoreResponse:
        try:
            fetched = self._fetch(path, etag)
        except StoreUnavailable:
            self._breaker.record_failure()
            raise
        self._breaker.record_success()
        return fetched

    def _report(self, path: str, book: CachedObject) -> None:
        served = "nothing" if book.read is None else "stale"
        error = type(book.failed).__name__
        self._log({"event": "store", "path": path, "error": error, "served": served})


def _book(fetched: StoreResponse, kind: ObjectKind, old: CachedObject | None) -> CachedObject:
    if fetched.status == 304 and old is not None:
        return CachedObject(old.read, old.etag, old.weight)
    if fetched.status != 200:
        raise NotStored(f"status {fetched.status}")
    return CachedObject(kind.read(_parsed(fetched.body)), fetched.etag, len(fetched.body) * WEIGHT)


def _parsed(body: bytes) -> Any:
    from json import loads  # noqa: PLC0415 9 ms that a bare import can spare

    try:
        return loads(body)
    except (ValueError, RecursionError) as error:
        raise ObjectCorrupt(f"no JSON: {type(error).__name__}") from error
