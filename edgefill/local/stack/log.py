"""The log of all processes: each line has the process's name, on the terminal and in a file."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text

from edgefill.journal.log_stream import LogStream

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")
LAST_LINES = 12  # lines of a process that an error message repeats


class StackLog:
    """Collects lines from many threads; without a `console` they go to the file only."""

    def __init__(self, console: Console | None = None, *, file: Path | None = None) -> None:
        self._console = console
        self._file = file.open("w", encoding="utf-8") if file else None
        self._lines = LogStream(self._file) if self._file else None
        self._last: dict[str, deque[str]] = {}
        self._lock = threading.Lock()

    def write_line(self, process: str, text: str) -> None:
        """Write one line of a process's output; ignored after `close`.

        It never fails: whoever copies a process's output must go on, or the process would block.
        """
        with self._lock:
            last = self._last.setdefault(process, deque(maxlen=LAST_LINES))
            last.append(text)
            if self._lines:
                print(f"{process:<8} {text}", file=self._lines, flush=True)
            if self._console:
                prefix = Text(f"{process:<8} ", style=self._pick_colour(process))
                with suppress(OSError, ValueError):  # a terminal that is gone, or not UTF-8
                    self._console.print(prefix + Text.from_ansi(text), soft_wrap=True)

    def read_last_lines(self, process: str) -> str:
        """The last lines of a process, for an error message."""
        return "\n".join(self._last.get(process, ()))

    def close(self) -> None:
        """Close the file; later lines are ignored."""
        with self._lock:
            if self._file:
                with suppress(OSError):
                    self._file.close()
            self._file = self._lines = self._console = None

    def _pick_colour(self, process: str) -> str:
        return COLOURS[list(self._last).index(process) % len(COLOURS)]
