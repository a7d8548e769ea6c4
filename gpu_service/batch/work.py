"""Work: one shard, from its requests to the file of its answers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused, RequestRefused
from gpu_service.batch.offline_engine import Author
from gpu_service.batch.outcomes import OK, Outcome, to_line
from gpu_service.batch.progress import Progress
from gpu_service.batch.results_file import Kept, open_kept, read_finished
from gpu_service.batch.shard import Line, read_shard
from gpu_service.engines.engine import Delta
from gpu_service.engines.lengths import longest_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run came to; tokens and seconds are of this run's texts, without the model's start."""

    requests: int
    kept: int  # answered by an earlier run
    failed: int  # refused for good, of all
    tokens: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0  # of the prompts', found in the prefix cache
    seconds: float = 0.0

    @property
    def hit_rate(self) -> float:
        """The prefix cache's."""
        return self.cached_tokens / self.prompt_tokens if self.prompt_tokens else 0.0

    def figures(self) -> dict[str, Any]:
        """The report as JSON, with the speed and the prefix cache's hit rate."""
        speed = self.tokens / self.seconds if self.seconds else 0.0
        return asdict(self) | {
            "seconds": round(self.seconds, 3),
            "tokens_per_s": round(speed, 1),
            "prefix_cache_hit_rate": round(self.hit_rate, 3),
        }


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
        report = _write(rest, author, kept, progress, clocks or Clocks())
        kept.finish(out)
        failed = sum(kept.failures.values())
    return replace(report, requests=len(lines), kept=before, failed=failed)


def _write(
    rest: list[Line], author: Author, kept: Kept, progress: Progress, clocks: Clocks
) -> Report:
    """What writing `rest` came to."""
    sums = Counter[str]()
    if not rest:
        return Report(requests=0, kept=0, failed=0)
    with _started(author):
        _check_lengths(rest, author)
        by_id = {line.id: line for line in rest}
        began = clocks.monotonic()
        with progress.of(planned=len(kept.failures) + len(rest), kept=len(kept.failures)) as done:
            for number, outcome in author.write((one.id, one.asked.request) for one in rest):
                elapsed_s, created = clocks.monotonic() - began, int(clocks.now())
                told = to_line(by_id[number], outcome, elapsed_s=elapsed_s, created=created)
                kept.add(told)
                sums.update(_tokens(outcome))
                done(_tokens(outcome).get("tokens", 0), told["response"]["status_code"] != OK)
        seconds = clocks.monotonic() - began
    return Report(requests=len(rest), kept=0, failed=0, seconds=seconds, **sums)


def _tokens(outcome: Outcome) -> dict[str, int]:
    if not isinstance(outcome, Delta):
        return {}
    return {
        "tokens": outcome.tokens,
        "prompt_tokens": outcome.prompt_tokens,
        "cached_tokens": outcome.cached_tokens,
    }


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
