"""One log of many parts: each line behind its part's name, on the terminal and in a file."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")
LAST_LINES = 12  # lines of a part that an error message repeats


class StackLog:
    """Lines from many threads; `console` None means the file alone."""

    def __init__(self, console: Console | None = None, *, file: Path | None = None) -> None:
        self._console = console
        self._file = file.open("w", encoding="utf-8") if file else None
        self._last: dict[str, deque[str]] = {}
        self._lock = threading.Lock()

    def write_line(self, part: str, text: str) -> None:
        """One line of a part's output."""
        with self._lock:
            last = self._last.setdefault(part, deque(maxlen=LAST_LINES))
            last.append(text)
            if self._file:
                print(f"{part:<8} {text}", file=self._file, flush=True)
            if self._console:
                prefix = Text(f"{part:<8} ", style=self._pick_colour(part))
                self._console.print(prefix + Text.from_ansi(text), soft_wrap=True)

    def read_last_lines(self, part: str) -> str:
        """The last lines of a part, for an error message."""
        return "\n".join(self._last.get(part, ()))

    def close(self) -> None:
        """Nothing is written afterwards."""
        with self._lock:
            if self._file:
                self._file.close()
            self._file = self._console = None

    def _pick_colour(self, part: str) -> str:
        return COLOURS[list(self._last).index(part) % len(COLOURS)]
