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

from cloudfront_emulator.errors import BodyBroken


class BodyBuffer:
    """A body's bytes and the readers that wait for more; `size` is the declared length."""

    def __init__(self, size: int | None, keep_in_memory: int) -> None:
        self.size = size
        self.received_bytes = 0
        self.is_complete = False
        self.error: BodyBroken | None = None
        self.writer: asyncio.Task[None] | None = None
        self._keep = keep_in_memory
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._change: asyncio.Event | None = None

    @property
    def waits_in_memory(self) -> bool:
        return not self.is_complete and self.error is None and self._file is None

    def write(self, chunk: bytes) -> None:
        if self.error is not None:
            raise self.error
        received_bytes = self.received_bytes + len(chunk)
        if self.is_complete or (self.size is not None and received_bytes > self.size):
            self.fail(ValueError(f"more than the {self.size} bytes declared"))
            return
        if self._file is None and received_bytes > self._keep:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (closed with the body)
            self._append(bytes(self._memory))
            self._memory = bytearray()
        self._append(chunk)
        self.received_bytes = received_bytes
        self._notify()

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
        return bytes(self._memory) if self.is_complete and self._file is None else None

    def finish(self) -> None:
        if self.size is not None and self.received_bytes < self.size:
            self.fail(ValueError(f"{self.received_bytes} of {self.size} bytes"))
        elif self.error is None:
            self.is_complete = True
            self._notify()

    def fail(self, cause: BaseException) -> None:
        if self.error is None and not self.is_complete:
            self.error = BodyBroken(f"{type(cause).__name__}: {cause}")
            self.error.__cause__ = cause
            self._notify()

    async def wait_for_change(self) -> None:
        if self._change is None:
            self._change = asyncio.Event()
        await self._change.wait()

    def _notify(self) -> None:
        if self._change is not None:
            self._change.set()
            self._change = None

    def close(self) -> None:
        """Drop the bytes. The garbage collector may call this from any thread."""
        self.error = self.error or BodyBroken("closed")
        self.is_complete = False
        if self.writer is not None and not self.writer.done():
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self.writer.get_loop().call_soon_threadsafe(self._stop)
        if self._file is not None:
            self._file.close()
        self.received_bytes = 0
        self._memory = bytearray()

    def _stop(self) -> None:
        self._notify()
        if self.writer is not None:
            self.writer.cancel()


async def write_all(buffer: BodyBuffer, chunks: AsyncIterator[bytes]) -> None:
    """Write `chunks` until they end or fail; they are closed in any case."""
    try:
        async for chunk in chunks:
            if buffer.error is not None:
                return
            buffer.write(chunk)
        buffer.finish()
    except Exception as error:
        buffer.fail(error)
    finally:
        if (end := getattr(chunks, "aclose", None)) is not None:
            await end()


KEEP_IN_MEMORY = 1024 * 1024  # bytes
CHUNK = 256 * 1024  # bytes that a reader takes at once
UNDECLARED_TIMEOUT_S = 0.2  # how long a body of undeclared length may take to end as a small one


class BufferedBody:
    """Bytes that are written once and read by many readers, each from its own position.

    When the last reference is dropped, the file is deleted and the writing stops.
    """

    def __init__(self, *, size: int | None, keep_in_memory: int = KEEP_IN_MEMORY) -> None:
        self._buffer = BodyBuffer(size, keep_in_memory)
        self._end = weakref.finalize(self, self._buffer.close)
        self._end.atexit = False

    @property
    def size(self) -> int | None:
        """The declared length, or the actual one once all bytes are there; None if unknown."""
        return self._buffer.received_bytes if self._buffer.is_complete else self._buffer.size

    @property
    def received_bytes(self) -> int:
        """The number of bytes that have arrived."""
        return self._buffer.received_bytes

    @property
    def is_complete(self) -> bool:
        """Whether all bytes have arrived."""
        return self._buffer.is_complete

    @property
    def is_broken(self) -> bool:
        """Whether the rest will never arrive."""
        return self._buffer.error is not None

    @property
    def failure(self) -> BaseException | None:
        """The sender's error that broke the body."""
        return self._buffer.error.__cause__ if self._buffer.error is not None else None

    async def read_chunks(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` to `end` (exclusive) as they arrive; BodyBroken."""
        buffer = self._buffer
        while end is None or start < end:
            if start < buffer.received_bytes:
                most = CHUNK if end is None else min(CHUNK, end - start)
                chunk = buffer.read(start, most)
                start += len(chunk)
                yield chunk
            elif buffer.is_complete:
                return
            elif buffer.error is not None:
                raise BodyBroken(str(buffer.error)) from buffer.error.__cause__
            else:
                await buffer.wait_for_change()

    def write(self, chunk: bytes) -> None:
        """Append bytes; BodyBroken beyond the declared length or after the end."""
        self._buffer.write(chunk)

    def finish(self) -> None:
        """Mark the end; the body is broken if bytes of the declared length are missing."""
        self._buffer.finish()

    def fail(self, cause: Exception) -> None:
        """Mark the body as broken: no more bytes will arrive."""
        self._buffer.fail(cause)

    def write_all(self, chunks: AsyncIterator[bytes]) -> asyncio.Task[None]:
        """Write `chunks` in the background; the task ends with this body."""
        self._buffer.writer = asyncio.ensure_future(write_all(self._buffer, chunks))
        return self._buffer.writer

    async def wait_until_settled(self, timeout_s: float | None) -> None:
        """Wait until the body has ended, broken or outgrown the memory, at most `timeout_s`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._buffer.waits_in_memory:
                    await self._buffer.wait_for_change()

    def get_small_body(self) -> bytes | None:
        """The whole body if it is complete and small, else None."""
        return self._buffer.get_small_body()

    def close(self) -> None:
        """Stop the writing and drop the bytes, also for current readers."""
        self._end()


async def receive(
    chunks: AsyncIterator[bytes],
    *,
    size: int | None,
    keep_in_memory: int = KEEP_IN_MEMORY,
    timeout_s: float | None = UNDECLARED_TIMEOUT_S,
) -> bytes | BufferedBody:
    """Return a small body as bytes and a large one as a buffered body that still arrives.

    A body of undeclared length that has not ended after `timeout_s` seconds becomes a buffered
    body too, so that a stream of events is passed on as it is written. With None it must end or
    outgrow the memory first. BodyBroken if the sender fails.
    """
    body = BufferedBody(size=size, keep_in_memory=keep_in_memory)
    body.write_all(chunks)
    try:
        # Once `write_all` has begun, it closes `chunks` in any case.
        await asyncio.sleep(0)
        if size is not None and size > keep_in_memory:
            return body
        await body.wait_until_settled(None if size is not None else timeout_s)
        whole = body.get_small_body()
    except BaseException:
        body.close()
        raise
    return body if whole is None else whole
