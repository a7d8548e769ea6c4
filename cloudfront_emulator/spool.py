"""Bodies that are written once and read by many readers, also while they still arrive.

The writer never waits for a reader: a slow viewer costs disk space, not time. The bytes are in
memory first, and in a file once they outgrow it. The file has no name, so nothing is left behind
however the process ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import weakref
from collections.abc import AsyncIterator
from typing import IO

from cloudfront_emulator.errors import SpoolBroken


class SpoolStore:
    """The bytes of a spool and the readers that wait for more; `size` is the declared length."""

    def __init__(self, size: int | None, keep_in_memory: int) -> None:
        self.size = size
        self.received = 0
        self.complete = False
        self.error: SpoolBroken | None = None
        self.filler: asyncio.Task[None] | None = None
        self._keep = keep_in_memory
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._news: asyncio.Event | None = None

    @property
    def waits_in_memory(self) -> bool:
        return not self.complete and self.error is None and self._file is None

    def write(self, chunk: bytes) -> None:
        if self.error is not None:
            raise self.error
        received = self.received + len(chunk)
        if self.complete or (self.size is not None and received > self.size):
            self.fail(ValueError(f"more than the {self.size} bytes declared"))
            return
        if self._file is None and received > self._keep:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (closed with the spool)
            self._append(bytes(self._memory))
            self._memory = bytearray()
        self._append(chunk)
        self.received = received
        self._tell()

    def _append(self, chunk: bytes) -> None:
        if self._file is None:
            self._memory += chunk
            return
        rest = memoryview(chunk)
        while rest:
            rest = rest[self._file.write(rest) :]

    def read(self, start: int, most: int) -> bytes:
        if self._file is None:
            return bytes(memoryview(self._memory)[start : start + most])
        return os.pread(self._file.fileno(), most, start)

    def get_small_body(self) -> bytes | None:
        return bytes(self._memory) if self.complete and self._file is None else None

    def finish(self) -> None:
        if self.size is not None and self.received < self.size:
            self.fail(ValueError(f"{self.received} of {self.size} bytes"))
        elif self.error is None:
            self.complete = True
            self._tell()

    def fail(self, cause: BaseException) -> None:
        if self.error is None and not self.complete:
            self.error = SpoolBroken(f"{type(cause).__name__}: {cause}")
            self.error.__cause__ = cause
            self._tell()

    async def wait_for_news(self) -> None:
        if self._news is None:
            self._news = asyncio.Event()
        await self._news.wait()

    def _tell(self) -> None:
        if self._news is not None:
            self._news.set()
            self._news = None

    def close(self) -> None:
        """Drop the bytes. The garbage collector may call this from any thread."""
        self.error = self.error or SpoolBroken("closed")
        self.complete = False
        if self.filler is not None and not self.filler.done():
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self.filler.get_loop().call_soon_threadsafe(self._stop)
        if self._file is not None:
            self._file.close()
        self.received = 0
        self._memory = bytearray()

    def _stop(self) -> None:
        self._tell()
        if self.filler is not None:
            self.filler.cancel()


async def fill(store: SpoolStore, chunks: AsyncIterator[bytes]) -> None:
    """Write `chunks` until they end or fail; they are closed in any case."""
    try:
        async for chunk in chunks:
            if store.error is not None:
                return
            store.write(chunk)
        store.finish()
    except Exception as error:
        store.fail(error)
    finally:
        if (end := getattr(chunks, "aclose", None)) is not None:
            await end()


KEEP_IN_MEMORY = 1024 * 1024  # bytes
CHUNK = 256 * 1024  # bytes that a reader takes at once
PATIENCE_S = 0.2  # how long a body of undeclared length may take to end as a small one


class Spool:
    """Bytes that are written once and read by many readers, each from its own position.

    When the last reference is dropped, the file is deleted and the filling stops.
    """

    def __init__(self, *, size: int | None, keep_in_memory: int = KEEP_IN_MEMORY) -> None:
        self._store = SpoolStore(size, keep_in_memory)
        self._end = weakref.finalize(self, self._store.close)
        self._end.atexit = False

    @property
    def size(self) -> int | None:
        """The declared length, or the actual one once all bytes are there; None if unknown."""
        return self._store.received if self._store.complete else self._store.size

    @property
    def received(self) -> int:
        """The number of bytes that have arrived."""
        return self._store.received

    @property
    def complete(self) -> bool:
        """Whether all bytes have arrived."""
        return self._store.complete

    @property
    def broken(self) -> bool:
        """Whether the rest will never arrive."""
        return self._store.error is not None

    async def read_chunks(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` to `end` (exclusive) as they arrive; SpoolBroken."""
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
        """Append bytes; SpoolBroken beyond the declared length or after the end."""
        self._store.write(chunk)

    def finish(self) -> None:
        """Mark the end; the spool is broken if bytes of the declared length are missing."""
        self._store.finish()

    def fail(self, cause: Exception) -> None:
        """Mark the spool as broken: no more bytes will arrive."""
        self._store.fail(cause)

    def fill(self, chunks: AsyncIterator[bytes]) -> asyncio.Task[None]:
        """Write `chunks` in the background; the task ends with this spool."""
        self._store.filler = asyncio.ensure_future(fill(self._store, chunks))
        return self._store.filler

    async def wait_until_settled(self, patience: float | None) -> None:
        """Wait until the body has ended, is broken, outgrows the memory, or `patience` is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._store.waits_in_memory:
                    await self._store.wait_for_news()

    def get_small_body(self) -> bytes | None:
        """The whole body if it is complete and small, else None; SpoolBroken."""
        if self._store.error is not None:
            raise SpoolBroken(str(self._store.error)) from self._store.error.__cause__
        return self._store.get_small_body()

    def close(self) -> None:
        """Stop the filling and drop the bytes, also for current readers."""
        self._end()


async def receive(
    chunks: AsyncIterator[bytes],
    *,
    size: int | None,
    keep_in_memory: int = KEEP_IN_MEMORY,
    patience: float | None = PATIENCE_S,
) -> bytes | Spool:
    """A small body as bytes, a large one as a spool in progress; SpoolBroken if the sender fails.

    A body of undeclared length that has not ended after `patience` seconds becomes a spool too,
    so that a stream of events is passed on as it is written. With None it must end or outgrow the
    memory first.
    """
    spool = Spool(size=size, keep_in_memory=keep_in_memory)
    spool.fill(chunks)
    try:
        # Once the filling has begun, it closes `chunks` in any case.
        await asyncio.sleep(0)
        if size is not None and size > keep_in_memory:
            return spool
        await spool.wait_until_settled(None if size is not None else patience)
        whole = spool.get_small_body()
    except BaseException:
        spool.close()
        raise
    return spool if whole is None else whole
