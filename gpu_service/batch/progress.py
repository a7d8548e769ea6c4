"""Progress: how far a run is, on stderr: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO

LINE_EVERY_S = 15.0
Done = Callable[[int, bool], None]  # tokens of one more request, and whether it failed


class Progress(Protocol):
    """Whoever shows a run's advance."""

    def of(self, *, planned: int, kept: int) -> AbstractContextManager[Done]:
        """The run of `planned` requests, `kept` of them answered before."""
        ...


class Unseen:
    """Nobody watches."""

    @contextmanager
    def of(self, *, planned: int, kept: int) -> Iterator[Done]:
        """Nothing is shown."""
        yield lambda _tokens, _failed: None


class Lines:
    """A line every `LINE_EVERY_S` and one at the end, for logs."""

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock

    @contextmanager
    def of(self, *, planned: int, kept: int) -> Iterator[Done]:
        """Show requests, tokens/s and the time that is left."""
        began = shown = self._clock()
        count = tokens = failed = 0

        def done(wrote: int, wrong: bool) -> None:
            nonlocal shown, count, tokens, failed
            count, tokens, failed = count + 1, tokens + wrote, failed + wrong
            now = self._clock()
            if now - shown >= LINE_EVERY_S or kept + count == planned:
                shown, rate = now, count / max(now - began, 1e-9)
                left_s = (planned - kept - count) / rate
                print(
                    f"{kept + count}/{planned} requests, {failed} failed, "
                    f"{tokens / max(now - began, 1e-9):.0f} tokens/s, {left_s:.0f} s left",
                    file=self._stream,
                    flush=True,
                )

        yield done


class Bar:
    """A bar of rich's."""

    @contextmanager
    def of(self, *, planned: int, kept: int) -> Iterator[Done]:
        """Show requests, tokens/s and the time that is left."""
        from rich import progress as rich  # noqa: PLC0415 paid for by terminals alone
        from rich.console import Console  # noqa: PLC0415

        began, tokens, failed = time.monotonic(), 0, 0
        columns = (
            rich.BarColumn(), rich.MofNCompleteColumn(), rich.TextColumn("{task.description}"),
            rich.TimeRemainingColumn(),
        )  # fmt: skip
        with rich.Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=planned, completed=kept)

            def done(wrote: int, wrong: bool) -> None:
                nonlocal tokens, failed
                tokens, failed = tokens + wrote, failed + wrong
                speed = tokens / max(time.monotonic() - began, 1e-9)
                said = f"{speed:.0f} tokens/s, {failed} failed"
                bar.update(task, advance=1, description=said)

            yield done


def shown() -> Progress:
    """What suits stderr."""
    return Bar() if sys.stderr.isatty() else Lines()
