"""LogStream: a stream of log lines that no failure of its file or pipe passes on.

A full disk, or a reader that is gone, must not fail the request whose outcome is being logged.
"""

from __future__ import annotations

import json
from typing import TextIO


class LogStream:
    """Writes to `stream`; what cannot be written is dropped, and counted once writing works again.

    It has the methods that `print` needs.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._dropped = 0

    def write(self, text: str) -> int:
        """Write `text` if possible; its length."""
        try:
            if self._dropped:
                self._stream.flush()  # fails while the stream's own buffer cannot be written
                notice = {"event": "log_writes_dropped", "count": self._dropped}
                self._stream.write(f"\n{json.dumps(notice)}\n")
                self._dropped = 0
            self._stream.write(text)
        except (OSError, ValueError):  # ValueError: the stream is closed
            self._dropped += 1
        return len(text)

    def flush(self) -> None:
        """Flush the stream if possible."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self._dropped += 1
