"""The bytes behind a spool: in memory at first, in a file when they outgrow it.

The file has no name, so that nothing is left behind however the process ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator
from typing import IO

from cloudfront_emulator.errors import EmulatorError


class SpoolBroken(EmulatorError):
    """The body ended before its end; its cause, if any, is what the sender met."""


class SpoolStore:
    """What has arrived, and whoever waits for news of it; `size` is the length declared."""

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
        """Called from whichever thread collects the garbage."""
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
    """Write `chunks` to the end, or until they fail; they are closed in any case."""
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
