"""Bodies that arrive once and are read by many, while they still arrive.

The writer never waits for a reader: a slow viewer costs disk, not time.
"""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections.abc import AsyncIterator

from cloudfront_emulator.spooled import SpoolBroken, SpoolStore, fill

KEEP_IN_MEMORY = 1024 * 1024
CHUNK = 256 * 1024  # what a reader takes at once
PATIENCE_S = 0.2  # seconds that an undeclared length may take to show that it is small


class Spool:
    """Bytes that arrive once and are read by many, each from where it likes.

    Lives as long as somebody holds it: then the file goes, and the filling stops if it still runs.
    """

    def __init__(self, *, size: int | None, keep_in_memory: int = KEEP_IN_MEMORY) -> None:
        self._store = SpoolStore(size, keep_in_memory)
        self._end = weakref.finalize(self, self._store.close)
        self._end.atexit = False

    @property
    def size(self) -> int | None:
        """The length in bytes that was declared, or that it has once all is there; else None."""
        return self._store.received if self._store.complete else self._store.size

    @property
    def received(self) -> int:
        """How many bytes are there."""
        return self._store.received

    @property
    def complete(self) -> bool:
        """Whether all of it is there."""
        return self._store.complete

    @property
    def broken(self) -> bool:
        """Whether the rest will never come."""
        return self._store.error is not None

    async def read_chunks(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end` (exclusive), as they arrive; SpoolBroken."""
        store = self._store
        while end is None or start < end:
            if start < store.received:
                most = CHUNK if end is None else min(CHUNK, end - start)
                chunk = store.read(start, most)
                start += len(chunk)
                yield chunk
            elif store.complete:
                return
            elif store.error is not None:
                raise SpoolBroken(str(store.error)) from store.error.__cause__
            else:
                await store.wait_for_news()

    def write(self, chunk: bytes) -> None:
        """Add what has arrived; SpoolBroken when it is more than was declared, or after the end."""
        self._store.write(chunk)

    def finish(self) -> None:
        """Say that all is there; broken when it is less than was declared."""
        self._store.finish()

    def fail(self, cause: Exception) -> None:
        """Say that no more will come."""
        self._store.fail(cause)

    def fill(self, chunks: AsyncIterator[bytes]) -> asyncio.Task[None]:
        """Write `chunks` to the end in the background; ended with this spool."""
        self._store.filler = asyncio.ensure_future(fill(self._store, chunks))
        return self._store.filler

    async def wait_until_settled(self, patience: float | None) -> None:
        """Wait until all is there or lost, the memory is outgrown, or `patience` is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._store.waits_in_memory:
                    await self._store.wait_for_news()

    def get_small_body(self) -> bytes | None:
        """All of it, if it is all there and small; SpoolBroken when the rest will never come."""
        if self._store.error is not None:
            raise SpoolBroken(str(self._store.error)) from self._store.error.__cause__
        return self._store.get_small_body()

    def close(self) -> None:
        """Stop the filling and drop the bytes, even under those who still read."""
        self._end()


async def receive(
    chunks: AsyncIterator[bytes],
    *,
    size: int | None,
    keep_in_memory: int = KEEP_IN_MEMORY,
    patience: float | None = PATIENCE_S,
) -> bytes | Spool:
    """All of a small body, or a spool that is being filled; SpoolBroken from the sender's error.

    A body of undeclared length that is not over within `patience` seconds is a spool too, so that
    a stream of events passes through as it is written; None waits for it to end or outgrow.
    """
    spool = Spool(size=size, keep_in_memory=keep_in_memory)
    spool.fill(chunks)
    try:
        await asyncio.sleep(0)  # once the filling has begun, its end closes `chunks` in any case
        if size is not None and size > keep_in_memory:
            return spool
        await spool.wait_until_settled(None if size is not None else patience)
        whole = spool.get_small_body()
    except BaseException:
        spool.close()
        raise
    return spool if whole is None else whole
