"""Server-sent events are read as OpenAI's own client reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai._streaming import SSEDecoder

from edgefill.core.errors import InvalidEngineOutput
from gpu_service.engines.openai.events import read_events

PIECES = [
    *(b"data", b":", b" ", b"\r", b"\n", b"\r\n", b"\n\n", b"data: x", b"data:y\n\n", b"data\n"),
    *(b": ping", b"event: ping\n", b"id: 1", b"retry: 5", b"datax: z", "\u20ac".encode()),
    *(mark.encode() for mark in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"),
]


def read(pieces: Sequence[bytes]) -> list[str]:
    async def feed() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def run() -> list[str]:
        return [data async for data in read_events(feed())]

    return asyncio.run(run())


def cut(content: bytes, size: int) -> list[bytes]:
    return [content[n : n + size] for n in range(0, len(content), size)]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40), size=st.integers(1, 9))
def test_every_stream_has_the_events_of_openais_decoder(pieces: list[bytes], size: int) -> None:
    """However its bytes are cut; events without data are left out."""
    content = b"".join(pieces)
    expected = [event.data for event in SSEDecoder().iter_bytes(iter([content])) if event.data]
    assert read(cut(content, size)) == expected


@pytest.mark.parametrize(
    "mark", ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\ufeff"]
)
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_only_cr_and_lf_end_a_line(mark: str, size: int) -> None:
    """What str.splitlines takes for line ends is text here."""
    assert read(cut(f"data: a{mark}b\n\n".encode(), size)) == [f"a{mark}b"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_each_line_end_is_read(end: bytes, size: int) -> None:
    """CR, LF and CRLF, even when a piece ends within one."""
    lines = [
        b"\xef\xbb\xbfdata: a",
        b"",
        b": ping",
        b"",
        b"event: ping",
        b"",
        b"data: b",
        b"data:c",
        b"",
    ]
    content = b"".join(line + end for line in lines)
    assert read(cut(content, size)) == ["a", "b\nc"]


def test_an_event_that_the_end_cuts_off_is_left_out() -> None:
    """Its blank line is missing."""
    assert read([b"data: a\n\ndata: b\n"]) == ["a"]


@pytest.mark.parametrize(
    "pieces", [[b"x" * 600_000] * 2, [b"data: " + b"x" * 600_000 + b"\n"] * 2, [b"data: \xff\n\n"]]
)
def test_an_event_is_bounded_and_utf_8(pieces: list[bytes]) -> None:
    """Bytes of a line or of several lines that never end are not collected."""
    with pytest.raises(InvalidEngineOutput, match=r"more than|UTF-8"):
        read(pieces)
