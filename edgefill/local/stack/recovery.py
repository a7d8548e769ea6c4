"""RecoveryThread: does slow work after a restart, so that no other restart waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from edgefill.local.stack.log import StackLog


class RecoveryThread:
    """Calls `recover` with each requested name, one after another.

    A name that is requested again before its turn is recovered once. A failure is logged; whatever
    caused it ends with another restart, which requests the name again.
    """

    def __init__(self, recover: Callable[[str], None], log: StackLog) -> None:
        self._recover = recover
        self._log = log
        self._names: list[str] = []
        self._changed = threading.Condition()
        # a daemon, because Ctrl-C does not wait for a publication
        threading.Thread(target=self._run, daemon=True, name="recovery").start()

    def request(self, name: str) -> None:
        """Recover `name` soon; returns at once."""
        with self._changed:
            if name not in self._names:
                self._names.append(name)
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._names))
                name = self._names.pop(0)
            try:
                self._recover(name)
            except Exception as error:
                self._log.write_line(name, f"recovery failed: {type(error).__name__}: {error}")
