"""Read server-sent events from the bytes of a stream.

html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6: a line ends with CR, LF or CRLF and
with nothing else, so U+0085, U+2028 and U+2029 are text. Only `data:` fields are read; an event
without one, such as a ping, is skipped, and so is one that the end of the stream cuts off.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

from edgefill.core.errors import InvalidEngineOutput

MAX_EVENT_BYTES = 1_000_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_END = re.compile(b"[\r\n]")


async def read_events(pieces: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    """The data of each event; InvalidEngineOutput for one that is too long or not UTF-8."""
    lines, event = _LineSplitter(), _EventBuilder()
    async for piece in pieces:
        for line in lines.feed(piece):
            data = event.add_line(line)
            if data is not None:
                yield _decode(data)
        if lines.pending_bytes + event.size > MAX_EVENT_BYTES:
            raise InvalidEngineOutput(
                f"the server's stream has an event of more than {MAX_EVENT_BYTES} bytes"
            )


class _LineSplitter:
    """Splits pieces of bytes into lines, wherever the pieces were cut."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._skip_line_feed = False  # the last line ended with CR: an LF belongs to it
        self._is_start = True

    @property
    def pending_bytes(self) -> int:
        """The length of the line that has not ended."""
        return len(self._pending)

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The lines that end in `piece`, without their ends."""
        start = 0
        for end in _LINE_END.finditer(piece):
            is_second_half = self._skip_line_feed and end[0] == b"\n" and end.start() == start
            self._skip_line_feed = end[0] == b"\r"
            if not is_second_half:
                self._pending += piece[start : end.start()]
                yield self._take_line()
            start = end.end()
        if start < len(piece):
            self._skip_line_feed = False
            self._pending += piece[start:]

    def _take_line(self) -> bytes:
        line = bytes(self._pending)
        self._pending.clear()
        if self._is_start:
            line = line.removeprefix(BYTE_ORDER_MARK)
        self._is_start = False
        return line


class _EventBuilder:
    """Collects the lines of one event until a blank line ends it."""

    def __init__(self) -> None:
        self._data: list[bytes] = []
        self.size = 0  # the bytes of data so far

    def add_line(self, line: bytes) -> bytes | None:
        """The event's data when `line` ends an event that has any; None otherwise."""
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self.size += len(value)
        if line or not self._data:
            return None
        data = b"\n".join(self._data)
        self._data.clear()
        self.size = 0
        return data or None


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InvalidEngineOutput(f"the server's stream is not UTF-8 ({error.reason})") from error
