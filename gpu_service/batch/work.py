"""Work: one shard, from its requests to the file of its answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gpu_service.batch.authors import Author
from gpu_service.batch.kept import Kept, open_kept, read_finished
from gpu_service.batch.outcomes import OK, to_line
from gpu_service.batch.progress import Progress
from gpu_service.batch.shard import Line, read_shard
from gpu_service.engine import Delta
from gpu_service.lengths import longest_text
from lambdas.core.errors import InputRefused, RequestRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run came to; tokens and seconds are of this run's texts, without the model's start."""

    requests: int
    kept: int  # answered by an earlier run
    failed: int  # refused for good, of all
    tokens: int = 0
    seconds: float = 0.0

    def figures(self) -> dict[str, Any]:
        """The report as JSON, with the speed."""
        speed = self.tokens / self.seconds if self.seconds else 0.0
        return asdict(self) | {"seconds": round(self.seconds, 3), "tokens_per_s": round(speed, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Seconds that only grow, and seconds since 1970."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time


def work(
    shard: Path, out: Path, author: Author, *, progress: Progress, clocks: Clocks | None = None
) -> Report:
    """Answer what is not answered yet; `out` is there when this returns.

    InputRefused before anything is written when the shard cannot be; EngineUnavailable when the
    engine fails: what was finished is kept.
    """
    lines = read_shard(shard, author)
    finished = read_finished(out, lines.keys())
    if finished is not None:
        return Report(requests=len(lines), kept=len(lines), failed=sum(finished.values()))
    with open_kept(out, lines.keys()) as kept:
        before = len(kept.failures)
        rest = [line for number, line in lines.items() if number not in kept.failures]
        tokens, seconds = _write(rest, author, kept, progress, clocks or Clocks())
        kept.finish(out)
        failed = sum(kept.failures.values())
    return Report(requests=len(lines), kept=before, failed=failed, tokens=tokens, seconds=seconds)


def _write(
    rest: list[Line], author: Author, kept: Kept, progress: Progress, clocks: Clocks
) -> tuple[int, float]:
    """Tokens and seconds of the texts of `rest`."""
    if not rest:
        return 0, 0.0
    with _started(author):
        _check_lengths(rest, author)
        by_id = {line.id: line for line in rest}
        began, tokens = clocks.monotonic(), 0
        with progress.of(planned=len(kept.failures) + len(rest), kept=len(kept.failures)) as done:
            for number, outcome in author.write((one.id, one.asked.request) for one in rest):
                elapsed_s, created = clocks.monotonic() - began, int(clocks.now())
                told = to_line(by_id[number], outcome, elapsed_s=elapsed_s, created=created)
                kept.add(told)
                wrote = outcome.tokens if isinstance(outcome, Delta) else 0
                tokens += wrote
                done(wrote, told["response"]["status_code"] != OK)
        return tokens, clocks.monotonic() - began


@contextmanager
def _started(author: Author) -> Iterator[None]:
    try:
        author.start()
        yield
    finally:
        author.stop()


def _check_lengths(lines: Iterable[Line], author: Author) -> None:
    """InputRefused names the first line that the model's context does not hold."""
    for line in lines:
        request = line.asked.request
        try:
            prompt = author.count_tokens(request)
            longest_text(request, prompt, author.context, clip=line.asked.clip)
        except RequestRefused as error:
            raise InputRefused(f"{line.where}: body.{error}") from error
