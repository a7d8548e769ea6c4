"""WriteBacks: puts generated templates into the overlay, also when the store does not answer.

1. write to the store
2. else queue the text itself, so that the worker writes it without generating it again
3. in any case keep it in this process: its next visitors get it, and each later request tries to
   write it once more

Only a process that ends while neither store nor queue has answered loses a text.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import ObjectCorrupt, ObjectRefused, StoreError
from edgefill.demand.queue import GenerationJob
from edgefill.packs.pack import overlay_from_json, overlay_to_json
from edgefill.release.overlay import put_overlay, read_overlay
from edgefill.template.program import Program, link_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.core.keys import Key
    from edgefill.demand.queue import JobQueue
    from edgefill.packs.pack import Overlay
    from edgefill.store.objects import ObjectStore

MAX_WAITING = 64  # texts in memory; the oldest is dropped first


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBacks:
    """Safe between threads; `tick` is monotonic seconds."""

    objects: ObjectStore
    queue: JobQueue
    tick: Callable[[], float]
    log: Any
    _waiting: dict[Key, Overlay] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def save(self, key: Key, overlay: Overlay, *, until: float, is_queued: bool = False) -> bool:
        """Write `overlay`, or keep it for later; whether it is in the store.

        A job that `is_queued` comes back by itself. No call begins after `until`, a time of `tick`.
        """
        try:
            if self.tick() < until:
                put_overlay(self.objects, key, overlay)
                return True
        except ObjectRefused as error:
            self._log_failure("write back refused", key, error)
            return False
        except StoreError as error:
            self._log_failure("write back deferred", key, error)
        self._keep(key, overlay)
        if self.tick() < until and not is_queued:
            self._queue(key, overlay)
        return False

    def is_waiting(self, key: Key) -> bool:
        """Whether a text of `key` is still to be written."""
        return key in self._waiting

    def find_program(self, key: Key, version: str) -> Program | None:
        """The program that waits to be written for that version of the experience, if any."""
        overlay = self._waiting.get(key) if self._waiting else None
        if overlay is None or overlay.version != version:
            return None
        return link_program(overlay.program)

    def flush(self, *, until: float) -> None:
        """Write what waits, until `until` or the first failure."""
        while self._waiting and self.tick() < until:
            with self._lock:
                key = next(iter(self._waiting), None)
                overlay = self._waiting.get(key) if key else None
            if key is None or overlay is None or not self._write_if_missing(key, overlay):
                return
            with self._lock:
                self._waiting.pop(key, None)

    def process_job(self, key: Key, body: str, version: str) -> bool:
        """Write the overlay of a queued job; False if the store does not answer.

        A text for another version of the experience, or for a key that has one by now, is dropped.
        """
        try:
            overlay = overlay_from_json(json.loads(body))
            link_program(overlay.program)
        except (ObjectCorrupt, ValueError, RecursionError) as error:
            self.log.warning("job dropped", error=f"its text: {type(error).__name__}")
            return True
        return overlay.version != version or self._write_if_missing(key, overlay)

    def _write_if_missing(self, key: Key, overlay: Overlay) -> bool:
        """Write `overlay` unless its key has one by now; False if the store does not answer."""
        try:
            if not self._is_written(key, overlay.version):
                put_overlay(self.objects, key, overlay)
        except StoreError as error:
            self._log_failure("write back deferred", key, error)
            return isinstance(error, ObjectRefused)
        return True

    def _is_written(self, key: Key, version: str) -> bool:
        try:
            present = read_overlay(self.objects, key)
        except ObjectCorrupt:
            return False
        return present is not None and present.version == version

    def _keep(self, key: Key, overlay: Overlay) -> None:
        with self._lock:
            self._waiting[key] = overlay
            while len(self._waiting) > MAX_WAITING:
                del self._waiting[next(iter(self._waiting))]

    def _queue(self, key: Key, overlay: Overlay) -> None:
        body = json.dumps(overlay_to_json(overlay))
        try:
            self.queue.send(GenerationJob(key=str(key), version=overlay.version, overlay=body))
        except StoreError as error:
            self._log_failure("write back not queued", key, error)

    def _log_failure(self, event: str, key: Key, error: StoreError) -> None:
        self.log.warning(event, key=str(key), error=str(error))
