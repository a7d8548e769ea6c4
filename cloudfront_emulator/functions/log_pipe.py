"""Logs a function's standard output and error, line by line."""

from __future__ import annotations

import asyncio
import logging
import os

MAX_LINE = 64 * 1024  # bytes; longer lines are split
log = logging.getLogger("cdn.function")


class LogPipe:
    """A pipe whose lines are logged with the function's name as prefix."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._exit, self.entry = os.pipe()
        os.set_blocking(self._exit, False)
        self._rest = b""
        self._open = True

    def read(self) -> None:
        """Start to log. Our end of `entry` is closed: the child has its own by now."""
        os.close(self.entry)
        asyncio.get_running_loop().add_reader(self._exit, self._log_available)

    def close(self) -> None:
        """Log the remaining output and stop."""
        while self._open and self._log_available():
            pass
        if self._open:
            self._stop()

    def _log_available(self) -> bool:
        """Log the available lines; return whether there was any output."""
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
