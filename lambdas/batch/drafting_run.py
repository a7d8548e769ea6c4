"""A drafting run: drafts the planned keys, several at a time, and journals each step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock
from typing import Protocol

from edgefill.core.errors import EngineUnavailable, JudgeUnavailable
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts, DraftOutcome
from edgefill.drafting.batch_drafter import BatchDrafter
from edgefill.drafting.renewal import renew_attempts
from lambdas.batch.journal import Journal
from lambdas.batch.report import DraftingReport, build_report


class DraftingProgress(Protocol):
    """Observes a run; only one thread at a time calls it."""

    def start(self, *, planned: int, reused: int) -> None:
        """The run starts; `reused` of the `planned` keys have a text of an earlier run."""

    def advance(self, outcome: DraftOutcome) -> None:
        """One more key is finished, held or has failed."""


class SilentProgress:
    """Shows nothing."""

    def start(self, *, planned: int, reused: int) -> None:
        """Do nothing."""

    def advance(self, outcome: DraftOutcome) -> None:
        """Do nothing."""


def run_drafting(
    keys: tuple[Key, ...],
    *,
    drafter: BatchDrafter,
    journal: Journal,
    concurrency: int,
    progress: DraftingProgress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> DraftingReport:
    """Draft every key that has no accepted text in the journal, `concurrency` at a time.

    Keys whose text is made from another key's come last. EngineUnavailable and JudgeUnavailable
    stop the run, since they would fail every key; steps in flight are finished. The same happens
    on KeyboardInterrupt, which is then re-raised.
    """
    began, tokens = clock(), journal.tokens
    drafter = connect(drafter, journal)
    remaining = [key for key in keys if not _is_finished(drafter, key)]
    reused = len(keys) - len(remaining)
    workers = _WorkerPool(drafter, progress or SilentProgress())
    workers.progress.start(planned=len(keys), reused=reused)
    for is_derived in (False, True):
        phase = [key for key in remaining if drafter.needs_source(key) == is_derived]
        _run_phase(workers, phase, concurrency)
    return build_report(
        workers.outcomes,
        planned=len(keys),
        reused=reused,
        tokens=journal.tokens - tokens,
        seconds=clock() - began,
        stop_reason=workers.stop_reason,
        can_continue=workers.can_continue,
    )


def connect(drafter: BatchDrafter, journal: Journal) -> BatchDrafter:
    """Return a drafter that continues and records the attempts in `journal`."""

    def find_source(key: Key) -> str | None:
        attempts = journal.attempts.get(key, Attempts())
        best = renew_attempts(attempts, drafter.drafter.roles.versions).best
        return best.text if best else None

    return replace(
        drafter,
        earlier=journal.attempts,
        on_step=journal.record,
        find_source=find_source,
    )


def _is_finished(drafter: BatchDrafter, key: Key) -> bool:
    """Whether an earlier run has left nothing to do for `key` and a text to publish."""
    if key not in drafter.earlier:
        return False
    attempts = drafter.resume(key)
    return attempts.best is not None and drafter.has_ended(key, attempts)


def _run_phase(workers: _WorkerPool, keys: Iterable[Key], concurrency: int) -> None:
    workers.open(keys)
    with ThreadPoolExecutor(concurrency) as pool:
        try:
            for worker in [pool.submit(workers.run_worker) for _ in range(concurrency)]:
                worker.result()
        finally:
            workers.close()


class _WorkerPool:
    """The state that the workers of one run share: the keys left to draft, and the outcomes."""

    def __init__(self, drafter: BatchDrafter, progress: DraftingProgress) -> None:
        self._keys: Iterator[Key] = iter(())
        self._drafter = drafter
        self._lock = Lock()
        self.progress = progress
        self.outcomes: list[DraftOutcome] = []
        self.stop_reason: str | None = None
        self.can_continue = True

    def open(self, keys: Iterable[Key]) -> None:
        """Give `keys` to workers, unless the run has stopped."""
        self._keys = iter(keys if self.stop_reason is None else ())

    def run_worker(self) -> None:
        """Draft one key after another until none is left; any error ends the run."""
        try:
            while key := self._take_key():
                self._finish(self._drafter.draft(key))
        except (EngineUnavailable, JudgeUnavailable) as error:
            self.stop_reason = str(error)
            self.can_continue = not error.permanent
            self.close()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give no more keys to workers."""
        with self._lock:
            self._keys = iter(())

    def _take_key(self) -> Key | None:
        with self._lock:
            return next(self._keys, None)

    def _finish(self, outcome: DraftOutcome) -> None:
        with self._lock:
            self.outcomes.append(outcome)
            self.progress.advance(outcome)
