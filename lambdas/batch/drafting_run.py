"""The factory: drafts a plan's keys, several at a time, and remembers each as it is finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Protocol

from edgefill.core.errors import EngineUnavailable
from edgefill.core.keys import Key
from lambdas.batch.journal import Journal
from lambdas.batch.outcome import Drafted, Failed, Outcome
from lambdas.batch.report import Report


class Drafting(Protocol):
    """Whoever drafts; lambdas/batch/draft.py does."""

    def draft(self, key: Key) -> Outcome:
        """A template for `key`, or why there is none; EngineUnavailable when nobody can write."""

    def sound(self, drafted: Drafted) -> bool:
        """Whether a draft of an earlier run still passes."""


class Progress(Protocol):
    """Whoever wants to see a run advance; called by one thread at a time."""

    def begin(self, *, planned: int, kept: int) -> None:
        """The run starts: of `planned` keys, `kept` have their draft already."""

    def done(self, outcome: Outcome) -> None:
        """One more key is drafted or has failed."""


class Unseen:
    """Nobody watches."""

    def begin(self, *, planned: int, kept: int) -> None:
        """Nothing."""

    def done(self, outcome: Outcome) -> None:
        """Nothing."""


def run(
    keys: tuple[Key, ...],
    *,
    drafter: Drafting,
    journal: Journal,
    concurrency: int,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Report:
    """Draft every key that the journal has no sound draft of, `concurrency` at a time.

    An engine that cannot be reached stops the run, since it would fail every key; what is in
    flight is finished. So it is on KeyboardInterrupt, which is then let through.
    """
    began = clock()
    kept = {key for key in keys if key in journal.drafts and drafter.sound(journal.drafts[key])}
    shift = _Shift((key for key in keys if key not in kept), drafter, journal, progress or Unseen())
    shift.progress.begin(planned=len(keys), kept=len(kept))
    with ThreadPoolExecutor(concurrency) as pool:
        try:
            for worker in [pool.submit(shift.work) for _ in range(concurrency)]:
                worker.result()
        finally:
            shift.close()
    return shift.report(planned=len(keys), kept=len(kept), seconds=clock() - began)


class _Shift:
    """What the workers of one run share: the keys still to be taken, and the outcomes."""

    def __init__(
        self, keys: Iterable[Key], drafter: Drafting, journal: Journal, progress: Progress
    ) -> None:
        self._keys: Iterator[Key] = iter(keys)
        self._drafter = drafter
        self._journal = journal
        self._lock = Lock()
        self.progress = progress
        self.outcomes: list[Outcome] = []
        self.stopped: str | None = None

    def work(self) -> None:
        """Draft one key after another until there are none; whatever goes wrong ends the run."""
        try:
            while key := self._take():
                self._finish(self._drafter.draft(key))
        except EngineUnavailable as error:
            self.stopped = str(error)
        finally:
            self.close()

    def close(self) -> None:
        """Hand out no more keys."""
        with self._lock:
            self._keys = iter(())

    def report(self, *, planned: int, kept: int, seconds: float) -> Report:
        """What all of them came to."""
        drafted = [outcome for outcome in self.outcomes if isinstance(outcome, Drafted)]
        return Report(
            planned=planned,
            kept=kept,
            drafted=len(drafted),
            first_try=sum(outcome.tries == 1 for outcome in drafted),
            failed=tuple(outcome for outcome in self.outcomes if isinstance(outcome, Failed)),
            tokens=sum(outcome.tokens for outcome in self.outcomes),
            seconds=seconds,
            stopped=self.stopped,
        )

    def _take(self) -> Key | None:
        with self._lock:
            return next(self._keys, None)

    def _finish(self, outcome: Outcome) -> None:
        if isinstance(outcome, Drafted):
            self._journal.append(outcome)
        with self._lock:
            self.outcomes.append(outcome)
            self.progress.done(outcome)
