"""A function's standard output and error: to the log, line by line, apart from its answers."""

from __future__ import annotations

import asyncio
import logging
import os

MAX_LINE = 64 * 1024  # bytes; longer lines are cut into several
log = logging.getLogger("cdn.function")


class LogPipe:
    """A pipe whose lines go to the log with the function's name before them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._exit, self.entry = os.pipe()
        os.set_blocking(self._exit, False)
        self._rest = b""
        self._open = True

    def read(self) -> None:
        """Close our end of `entry`, which the child has by now, and begin to log."""
        os.close(self.entry)
        asyncio.get_running_loop().add_reader(self._exit, self._log_available)

    def close(self) -> None:
        """Log what is still there, and stop."""
        while self._open and self._log_available():
            pass
        if self._open:
            self._stop()

    def _log_available(self) -> bool:
        """Log the lines that have come; whether anything had."""
        try:
            output = os.read(self._exit, MAX_LINE)
        except BlockingIOError:
            return False
        if not output:
            self._stop()
            return False
        *lines, self._rest = (self._rest + output).split(b"\n")
        if len(self._rest) >= MAX_LINE:
            lines, self._rest = [*lines, self._rest], b""
        self._log(lines)
        return True

    def _log(self, lines: list[bytes]) -> None:
        for line in filter(None, lines):
            log.info("[%s] %s", self._name, line.decode(errors="replace"))

    def _stop(self) -> None:
        self._open = False
        self._log([self._rest])
        asyncio.get_running_loop().remove_reader(self._exit)
        os.close(self._exit)
