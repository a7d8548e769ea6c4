"""A drafting run: drafts the planned keys, several at a time, and journals each finished draft."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Protocol

from edgefill.core.errors import EngineUnavailable
from edgefill.core.keys import Key
from edgefill.drafting.attempts import DraftOutcome, FailedDraft, FinishedDraft
from lambdas.batch.journal import Journal
from lambdas.batch.report import DraftingReport


class KeyDrafter(Protocol):
    """Drafts one key (BatchDrafter in edgefill/drafting/batch_drafter.py)."""

    def draft(self, key: Key) -> DraftOutcome:
        """Return a template of `key`, or why there is none; EngineUnavailable."""

    def is_valid(self, draft: FinishedDraft) -> bool:
        """Whether the draft of an earlier run still compiles."""


class DraftingProgress(Protocol):
    """Observes a run; only one thread at a time calls it."""

    def start(self, *, planned: int, reused: int) -> None:
        """The run starts; `reused` of the `planned` keys have a draft of an earlier run."""

    def advance(self, outcome: DraftOutcome) -> None:
        """One more key is finished or has failed."""


class SilentProgress:
    """Shows nothing."""

    def start(self, *, planned: int, reused: int) -> None:
        """Do nothing."""

    def advance(self, outcome: DraftOutcome) -> None:
        """Do nothing."""


def run_drafting(
    keys: tuple[Key, ...],
    *,
    drafter: KeyDrafter,
    journal: Journal,
    concurrency: int,
    progress: DraftingProgress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> DraftingReport:
    """Draft every key that has no valid draft in the journal, `concurrency` at a time.

    EngineUnavailable stops the run, since it would fail every key; orders in flight are finished.
    The same happens on KeyboardInterrupt, which is then re-raised.
    """
    began = clock()
    reused = {
        key for key in keys if key in journal.drafts and drafter.is_valid(journal.drafts[key])
    }
    workers = _WorkerPool(
        (key for key in keys if key not in reused), drafter, journal, progress or SilentProgress()
    )
    workers.progress.start(planned=len(keys), reused=len(reused))
    with ThreadPoolExecutor(concurrency) as pool:
        try:
            for worker in [pool.submit(workers.run_worker) for _ in range(concurrency)]:
                worker.result()
        finally:
            workers.close()
    return workers.build_report(planned=len(keys), reused=len(reused), seconds=clock() - began)


class _WorkerPool:
    """The state that the workers of one run share: the keys left to draft, and the outcomes."""

    def __init__(
        self, keys: Iterable[Key], drafter: KeyDrafter, journal: Journal, progress: DraftingProgress
    ) -> None:
        self._keys: Iterator[Key] = iter(keys)
        self._drafter = drafter
        self._journal = journal
        self._lock = Lock()
        self.progress = progress
        self.outcomes: list[DraftOutcome] = []
        self.stop_reason: str | None = None

    def run_worker(self) -> None:
        """Draft one key after another until none is left; any error ends the run."""
        try:
            while key := self._take_key():
                self._finish(self._drafter.draft(key))
        except EngineUnavailable as error:
            self.stop_reason = str(error)
        finally:
            self.close()

    def close(self) -> None:
        """Give no more keys to workers."""
        with self._lock:
            self._keys = iter(())

    def build_report(self, *, planned: int, reused: int, seconds: float) -> DraftingReport:
        """Return the report of the run."""
        drafted = [outcome for outcome in self.outcomes if isinstance(outcome, FinishedDraft)]
        return DraftingReport(
            planned=planned,
            reused=reused,
            drafted=len(drafted),
            at_first_attempt=sum(outcome.attempts == 1 for outcome in drafted),
            failed=tuple(outcome for outcome in self.outcomes if isinstance(outcome, FailedDraft)),
            tokens=sum(outcome.tokens for outcome in self.outcomes),
            seconds=seconds,
            stop_reason=self.stop_reason,
        )

    def _take_key(self) -> Key | None:
        with self._lock:
            return next(self._keys, None)

    def _finish(self, outcome: DraftOutcome) -> None:
        if isinstance(outcome, FinishedDraft):
            self._journal.append(outcome)
        with self._lock:
            self.outcomes.append(outcome)
            self.progress.advance(outcome)
