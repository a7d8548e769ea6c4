"""Decoding: one thread that takes every sequence in flight one token further, in turn.

onnxruntime-genai holds the GIL while it computes, so more threads give no more tokens
(docs/decisions/0007); one thread gives every request the same pace, and a cancelled one stops
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


class Sequence(Protocol):
    """A text being written."""

    def step(self) -> Delta:
        """The next token; its delta has a finish reason when it was the last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A sequence to begin, who hears of its deltas, and whether anybody still listens."""

    begin: Callable[[], Sequence]
    emit: Callable[[Delta | EdgefillError], None]
    cancelled: threading.Event = field(default_factory=threading.Event)


class Decoder:
    """The thread; `submit` and `stop` may be called from any other."""

    def __init__(self, *, in_flight: int) -> None:
        self._in_flight = in_flight
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="decoder", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether jobs are being worked on."""
        return self._thread.is_alive() and not self._stopped.is_set()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Work on `job` as soon as there is a place."""
        self._waiting.put(job)

    def stop(self) -> None:
        """Give up every job and end the thread."""
        self._stopped.set()
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        live: list[tuple[Job, Sequence]] = []
        while not self._stopped.is_set():
            self._take(live)
            live = [pair for pair in live if _advance(*pair)]
        for job in [*(job for job, _ in live), *self._left()]:
            job.emit(EngineUnavailable("the engine was stopped"))

    def _left(self) -> Iterator[Job]:
        """The jobs that never began."""
        while not self._waiting.empty():
            job = self._waiting.get()
            if job:
                yield job

    def _take(self, live: list[tuple[Job, Sequence]]) -> None:
        """Begin waiting jobs while there is room; wait for one when there is nothing to do."""
        while len(live) < self._in_flight:
            try:
                job = self._waiting.get(block=not live)
            except queue.Empty:
                return
            if job is None:
                return
            sequence = None if job.cancelled.is_set() else _attempt(job, job.begin)
            if sequence:
                live.append((job, sequence))


def _advance(job: Job, sequence: Sequence) -> bool:
    """Whether there is more to write of `sequence` after one step."""
    if job.cancelled.is_set():
        return False
    delta = _attempt(job, sequence.step)
    if delta is None:
        return False
    job.emit(delta)
    time.sleep(0)  # let the event loop have the GIL: without it answers wait for whole texts
    return delta.finish_reason is None


def _attempt(job: Job, work: Callable[[], T]) -> T | None:
    """What `work` returns; its failure goes to the job's listener, as the library words it."""
    try:
        return work()
    except EdgefillError as error:
        job.emit(error)
    except RuntimeError as error:  # all that onnxruntime-genai raises
        job.emit(EngineUnavailable(f"the engine failed: {str(error).splitlines()[0][:200]}"))
    return None
