"""Decode on one thread, which takes every running sequence one token further, in turn.

onnxruntime-genai holds the GIL while it computes, so more threads give no more tokens
(docs/decisions/0007). One thread gives every request the same speed, and a cancelled request stops
within a token.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from edgefill.core.errors import EdgefillError, EngineUnavailable
from gpu_service.engines.engine import Delta

T = TypeVar("T")


class DecodableSequence(Protocol):
    """A text that is being generated."""

    def decode_token(self) -> Delta:
        """Decode the next token; its delta has a finish reason when it was the last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodingJob:
    """A sequence to begin and the function that receives its deltas.

    Setting `cancelled` ends the job within a token.
    """

    begin: Callable[[], DecodableSequence]
    emit: Callable[[Delta | EdgefillError], None]
    cancelled: threading.Event = field(default_factory=threading.Event)


class Decoder:
    """The decoding thread; `submit` and `stop` may be called from any other thread."""

    def __init__(self, *, in_flight: int) -> None:
        self._in_flight = in_flight
        self._waiting: queue.SimpleQueue[DecodingJob | None] = queue.SimpleQueue()
        self._stop_event = threading.Event()
        self._thread = threading.Thread(target=self._run, name="decoder", daemon=True)

    @property
    def is_alive(self) -> bool:
        """Whether the thread works on jobs."""
        return self._thread.is_alive() and not self._stop_event.is_set()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, job: DecodingJob) -> None:
        """Begin `job` as soon as there is a place."""
        self._waiting.put(job)

    def stop(self) -> None:
        """Fail every job with EngineUnavailable and end the thread."""
        self._stop_event.set()
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        live: list[tuple[DecodingJob, DecodableSequence]] = []
        while not self._stop_event.is_set():
            self._begin_waiting(live)
            live = [pair for pair in live if _decode_step(*pair)]
        for job in [*(job for job, _ in live), *self._drain_waiting()]:
            job.emit(EngineUnavailable("the engine was stopped"))

    def _drain_waiting(self) -> Iterator[DecodingJob]:
        """The jobs that never began."""
        while not self._waiting.empty():
            job = self._waiting.get()
            if job:
                yield job

    def _begin_waiting(self, live: list[tuple[DecodingJob, DecodableSequence]]) -> None:
        """Begin waiting jobs while there is room; block for a job when none is running."""
        while len(live) < self._in_flight:
            try:
                job = self._waiting.get(block=not live)
            except queue.Empty:
                return
            if job is None:
                return
            sequence = None if job.cancelled.is_set() else _try_or_emit(job, job.begin)
            if sequence:
                live.append((job, sequence))


def _decode_step(job: DecodingJob, sequence: DecodableSequence) -> bool:
    """Decode one token; False when `sequence` has ended."""
    if job.cancelled.is_set():
        return False
    delta = _try_or_emit(job, sequence.decode_token)
    if delta is None:
        return False
    job.emit(delta)
    # Let the event loop have the GIL: without this, answers wait until whole texts are finished.
    time.sleep(0)
    return delta.finish_reason is None


def _try_or_emit(job: DecodingJob, work: Callable[[], T]) -> T | None:
    """The result of `work`; when it fails, emit the error and return None."""
    try:
        return work()
    except EdgefillError as error:
        job.emit(error)
    except RuntimeError as error:  # the only class that onnxruntime-genai raises
        job.emit(EngineUnavailable(f"the engine failed: {str(error).splitlines()[0][:200]}"))
    return None
