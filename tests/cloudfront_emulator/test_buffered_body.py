"""Bodies that are written once and read by many readers (our own rules)."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_emulator.buffered_body import BufferedBody, receive
from cloudfront_emulator.errors import BodyBroken

T = TypeVar("T")

SMALL = 16  # bytes kept in memory here


class Sender:
    """Sends chunks, one each time it is let; then ends, or fails with `error`."""

    def __init__(self, *chunks: bytes, error: Exception | None = None) -> None:
        self.chunks = list(chunks)
        self.error = error
        self.ended = False
        self.gate = asyncio.Event()

    async def __call__(self) -> AsyncIterator[bytes]:
        try:
            for chunk in self.chunks:
                yield chunk
            await self.gate.wait()
            if self.error:
                raise self.error
        finally:
            self.ended = True


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def stream(chunks: list[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def read_all(buffer: BufferedBody, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in buffer.read_chunks(start, end)])


@given(
    chunks=st.lists(st.binary(max_size=40), max_size=8),
    start=st.integers(0, 60),
    length=st.none() | st.integers(0, 60),
    readers=st.integers(1, 3),
    declared=st.booleans(),
)
def test_any_window_of_any_chunking_is_a_slice(
    chunks: list[bytes], start: int, length: int | None, readers: int, declared: bool
) -> None:
    """Every reader gets what slicing the whole gives, whether it came before or after the bytes."""
    body = b"".join(chunks)
    end = None if length is None else start + length

    async def read() -> list[bytes]:
        buffer = BufferedBody(size=len(body) if declared else None, keep_in_memory=SMALL)
        early = [asyncio.ensure_future(read_all(buffer, start, end)) for _ in range(readers)]
        await asyncio.sleep(0)
        await buffer.write_all(stream(chunks))
        assert buffer.size == len(body)
        return [*await asyncio.gather(*early), await read_all(buffer, start, end)]

    assert run(read()) == [body[start:end]] * (readers + 1)


@given(chunks=st.lists(st.binary(max_size=40), max_size=8), declared=st.booleans())
def test_a_small_body_is_bytes_and_a_large_one_a_spool(chunks: list[bytes], declared: bool) -> None:
    """A body within the memory limit is returned as bytes, a larger one as a buffered body."""
    body = b"".join(chunks)

    async def ask() -> bytes:
        size = len(body) if declared else None
        got = await receive(stream(chunks), size=size, keep_in_memory=SMALL, timeout_s=None)
        assert isinstance(got, bytes) == (len(body) <= SMALL)
        return got if isinstance(got, bytes) else await read_all(got)

    assert run(ask()) == body


def test_readers_are_served_while_the_body_still_arrives() -> None:
    """A buffered body is there, and read, before its sender has ended."""

    async def ask() -> tuple[bytes, int | None, bytes]:
        sender = Sender(b"x" * 20)
        buffer = await receive(sender(), size=None, keep_in_memory=SMALL)
        assert isinstance(buffer, BufferedBody)
        first, size = await anext(buffer.read_chunks()), buffer.size
        sender.gate.set()
        return first, size, await read_all(buffer)

    assert run(ask()) == (b"x" * 20, None, b"x" * 20)


def test_a_stream_of_unknown_length_does_not_wait_for_its_end() -> None:
    """Without a declared length and an end in sight, what has come is passed on."""

    async def ask() -> bytes:
        sender = Sender(b"event")
        buffer = await receive(sender(), size=None, timeout_s=0)
        assert isinstance(buffer, BufferedBody)
        return await anext(buffer.read_chunks())

    assert run(ask()) == b"event"


@pytest.mark.parametrize("size", [None, 100])
def test_a_sender_that_fails_breaks_the_buffered_body_for_every_reader(size: int | None) -> None:
    """What came is read, then BodyBroken is raised from the sender's own error."""

    async def ask() -> None:
        sender = Sender(b"x" * 20, error=OSError("gone"))
        buffer = await receive(sender(), size=size, keep_in_memory=SMALL)
        assert isinstance(buffer, BufferedBody)
        assert await read_all(buffer, 0, 20) == b"x" * 20
        sender.gate.set()
        for _ in range(2):
            with pytest.raises(BodyBroken, match="gone") as caught:
                await read_all(buffer)
            assert isinstance(caught.value.__cause__, OSError)
        assert buffer.is_broken

    run(ask())


@pytest.mark.parametrize("size", [2, 4])
def test_a_body_of_another_length_than_declared_is_broken(size: int) -> None:
    """Neither less nor more than the declared length passes as whole."""
    body = run(receive(stream([b"abc"]), size=size))
    assert isinstance(body, BufferedBody)
    assert isinstance(body.failure, ValueError)


def test_a_small_body_that_breaks_is_a_buffered_body_with_the_senders_error() -> None:
    """What came is still read; whether it is passed on is the caller's decision."""
    gone = OSError("gone")
    sender = Sender(b"abc", error=gone)
    sender.gate.set()

    async def ask() -> bytes:
        body = await receive(sender(), size=None)
        assert isinstance(body, BufferedBody)
        assert body.failure is gone
        return await read_all(body, 0, 3)

    assert run(ask()) == b"abc"


def test_a_slow_reader_does_not_hold_up_the_writer() -> None:
    """Everything arrives although a reader has stopped."""

    async def ask() -> bool:
        buffer = BufferedBody(size=None, keep_in_memory=SMALL)
        writing = buffer.write_all(stream([b"x" * 1000] * 100))
        reader = buffer.read_chunks()
        await anext(reader)
        await writing
        return buffer.is_complete and buffer.received_bytes == 100_000

    assert run(ask())


def list_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
def test_an_unreferenced_buffered_body_leaves_nothing_behind() -> None:
    """Dropped while it is written: the file is closed, the writing ends, the sender is closed."""

    async def drop() -> None:
        gc.collect()
        before = list_files()
        sender = Sender(b"x" * 20)
        buffer: BufferedBody | None = BufferedBody(size=None, keep_in_memory=SMALL)
        assert buffer is not None
        writing = buffer.write_all(sender())
        await asyncio.sleep(0)
        assert list_files() == before + 1
        gone = weakref.ref(buffer)
        buffer = None
        gc.collect()
        assert gone() is None
        await asyncio.wait([writing])
        assert (list_files(), sender.ended) == (before, True)

    run(drop())


def test_closing_ends_the_readers() -> None:
    """Waiting readers get BodyBroken."""

    async def ask() -> None:
        sender = Sender(b"x" * 20)
        buffer = await receive(sender(), size=None, keep_in_memory=SMALL)
        assert isinstance(buffer, BufferedBody)
        reading = asyncio.ensure_future(read_all(buffer))
        await asyncio.sleep(0)
        buffer.close()
        with pytest.raises(BodyBroken):
            await reading

    run(ask())
