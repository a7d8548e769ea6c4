"""DraftingBar: the progress bar of a drafting run, with counts, rate and remaining time."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.progress import Task as Bar
from rich.text import Text

from edgefill.drafting.attempts import DraftOutcome, FailedDraft, FinishedDraft, HeldDraft


class DraftingBar:
    """A DraftingProgress (lambdas/batch/drafting_run.py) on a terminal, else one final line."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("drafting"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[counts]}"),
            console=console,
        )
        self._bar = self._progress.add_task("drafting", total=None, counts="")
        self._accepted = self._held = self._failed = 0

    def __enter__(self) -> DraftingBar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def start(self, *, planned: int, reused: int) -> None:
        """Show how many keys are planned and how many an earlier run has drafted."""
        self._progress.update(self._bar, total=planned, completed=reused)
        self._progress.start_task(self._bar)

    def advance(self, outcome: DraftOutcome) -> None:
        """Count one more key."""
        self._accepted += isinstance(outcome, FinishedDraft)
        self._held += isinstance(outcome, HeldDraft)
        self._failed += isinstance(outcome, FailedDraft)
        ends = {"accepted": self._accepted, "held": self._held, "failed": self._failed}
        counts = ", ".join(f"{count} {name}" for name, count in ends.items() if count)
        self._progress.update(self._bar, advance=1, counts=counts)


class RateColumn(TextColumn):
    """The recent rate in templates per second."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Bar) -> Text:
        """Return the rate, once it is known."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")
