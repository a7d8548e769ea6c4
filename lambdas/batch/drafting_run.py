"""The factory: drafts a plan's keys, several at a time, and remembers each as it is finished."""

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
    """Whoever drafts; lambdas/batch/draft.py does."""

    def draft(self, key: Key) -> DraftOutcome:
        """A template for `key`, or why there is none; EngineUnavailable when nobody can write."""

    def is_valid(self, drafted: FinishedDraft) -> bool:
        """Whether a draft of an earlier run still passes."""


class DraftingProgress(Protocol):
    """Whoever wants to see a run advance; called by one thread at a time."""

    def start(self, *, planned: int, reused: int) -> None:
        """The run starts: of `planned` keys, `kept` have their draft already."""

    def advance(self, outcome: DraftOutcome) -> None:
        """One more key is drafted or has failed."""


class SilentProgress:
    """Nobody watches."""

    def start(self, *, planned: int, reused: int) -> None:
        """Nothing."""

    def advance(self, outcome: DraftOutcome) -> None:
        """Nothing."""


def run_drafting(
    keys: tuple[Key, ...],
    *,
    drafter: KeyDrafter,
    journal: Journal,
    concurrency: int,
    progress: DraftingProgress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> DraftingReport:
    """Draft every key that the journal has no sound draft of, `concurrency` at a time.

    An engine that cannot be reached stops the run, since it would fail every key; what is in
    flight is finished. So it is on KeyboardInterrupt, which is then let through.
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
    """What the workers of one run share: the keys still to be taken, and the outcomes."""

    def __init__(
        self, keys: Iterable[Key], drafter: KeyDrafter, journal: Journal, progress: DraftingProgress
    ) -> None:
        self._keys: Iterator[Key] = iter(keys)
        self._drafter = drafter
        self._journal = journal
        self._lock = Lock()
        self.progress = progress
        self.outcomes: list[DraftOutcome] = []
        self.stopped: str | None = None

    def run_worker(self) -> None:
        """Draft one key after another until there are none; whatever goes wrong ends the run."""
        try:
            while key := self._take_key():
                self._finish(self._drafter.draft(key))
        except EngineUnavailable as error:
            self.stopped = str(error)
        finally:
            self.close()

    def close(self) -> None:
        """Hand out no more keys."""
        with self._lock:
            self._keys = iter(())

    def build_report(self, *, planned: int, reused: int, seconds: float) -> DraftingReport:
        """What all of them came to."""
        drafted = [outcome for outcome in self.outcomes if isinstance(outcome, FinishedDraft)]
        return DraftingReport(
            planned=planned,
            reused=reused,
            drafted=len(drafted),
            at_first_attempt=sum(outcome.tries == 1 for outcome in drafted),
            failed=tuple(outcome for outcome in self.outcomes if isinstance(outcome, FailedDraft)),
            tokens=sum(outcome.tokens for outcome in self.outcomes),
            seconds=seconds,
            stopped=self.stopped,
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
