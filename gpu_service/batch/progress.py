"""Show a run's progress on stderr: a bar on a terminal, otherwise a line every few seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO

LINE_EVERY_S = 15.0
RecordResult = Callable[[int, bool], None]  # tokens of one more request, and whether it failed


class ProgressReporter(Protocol):
    """Shows how far a run has come."""

    def track(self, *, planned: int, reused: int) -> AbstractContextManager[RecordResult]:
        """Track a run of `planned` requests, of which earlier runs answered `reused`."""
        ...


class HiddenProgress:
    """Shows no progress, for tests and benchmarks."""

    @contextmanager
    def track(self, *, planned: int, reused: int) -> Iterator[RecordResult]:
        """See ProgressReporter."""
        yield lambda _tokens, _failed: None


class LogProgress:
    """Prints a line every `LINE_EVERY_S` seconds and one at the end, for logs."""

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock

    @contextmanager
    def track(self, *, planned: int, reused: int) -> Iterator[RecordResult]:
        """Print requests, tokens/s and the remaining time."""
        began = printed_at = self._clock()
        count = tokens = failures = 0

        def record(new_tokens: int, failed: bool) -> None:
            nonlocal printed_at, count, tokens, failures
            count, tokens, failures = count + 1, tokens + new_tokens, failures + failed
            now = self._clock()
            if now - printed_at >= LINE_EVERY_S or reused + count == planned:
                printed_at, rate = now, count / max(now - began, 1e-9)
                left_s = (planned - reused - count) / rate
                print(
                    f"{reused + count}/{planned} requests, {failures} failed, "
                    f"{tokens / max(now - began, 1e-9):.0f} tokens/s, {left_s:.0f} s left",
                    file=self._stream,
                    flush=True,
                )

        yield record


class BarProgress:
    """Shows rich's progress bar."""

    @contextmanager
    def track(self, *, planned: int, reused: int) -> Iterator[RecordResult]:
        """Show requests, tokens/s and the remaining time."""
        from rich import progress as rich  # noqa: PLC0415 only terminals pay for it
        from rich.console import Console  # noqa: PLC0415

        began, tokens, failures = time.monotonic(), 0, 0
        columns = (
            rich.BarColumn(), rich.MofNCompleteColumn(), rich.TextColumn("{task.description}"),
            rich.TimeRemainingColumn(),
        )  # fmt: skip
        with rich.Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=planned, completed=reused)

            def record(new_tokens: int, failed: bool) -> None:
                nonlocal tokens, failures
                tokens, failures = tokens + new_tokens, failures + failed
                speed = tokens / max(time.monotonic() - began, 1e-9)
                description = f"{speed:.0f} tokens/s, {failures} failed"
                bar.update(task, advance=1, description=description)

            yield record


def choose_progress() -> ProgressReporter:
    """A bar when stderr is a terminal, otherwise lines."""
    return BarProgress() if sys.stderr.isatty() else LogProgress()
