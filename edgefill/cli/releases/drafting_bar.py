"""The factory's progress bar: counts, rate and the time that is left."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.progress import Task as Bar
from rich.text import Text

from edgefill.drafting.attempts import DraftOutcome, FailedDraft


class DraftingBar:
    """A lambdas.batch.drafting_run.Progress on a terminal; elsewhere it prints only the end."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("drafting"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failed]}"),
            console=console,
        )
        self._bar = self._progress.add_task("drafting", total=None, failed="")
        self._failed = 0

    def __enter__(self) -> DraftingBar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def start(self, *, planned: int, reused: int) -> None:
        """Show what there is to do and what an earlier run has done."""
        self._progress.update(self._bar, total=planned, completed=reused)
        self._progress.start_task(self._bar)

    def advance(self, outcome: DraftOutcome) -> None:
        """One key further."""
        self._failed += isinstance(outcome, FailedDraft)
        failed = f"{self._failed} failed" if self._failed else ""
        self._progress.update(self._bar, advance=1, failed=failed)


class RateColumn(TextColumn):
    """Templates a second, of late."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Bar) -> Text:
        """The rate, once there is one."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")
