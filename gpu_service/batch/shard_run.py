"""Run one shard, from its requests to the file of its answers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused, RequestRefused
from gpu_service.batch.outcomes import has_failed, to_line
from gpu_service.batch.progress import ProgressReporter
from gpu_service.batch.results_file import ResultsFile, open_results, read_finished
from gpu_service.batch.shard import ShardRequest, read_shard
from gpu_service.engines.engine import Delta
from gpu_service.engines.offline_engine import OfflineEngine, Outcome
from gpu_service.engines.token_budget import max_new_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardReport:
    """The result of a run.

    Tokens and seconds are those of this run's texts; the seconds exclude the model's start.
    """

    requests: int
    reused: int  # requests answered by earlier runs; `kept` in the JSON
    failed: int  # requests refused for good, over all runs
    tokens: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0  # tokens of the prompts that the prefix cache held
    seconds: float = 0.0

    @property
    def hit_rate(self) -> float:
        """The prefix cache's hit rate, as a share of the prompts' tokens."""
        return self.cached_tokens / self.prompt_tokens if self.prompt_tokens else 0.0

    def to_json(self) -> dict[str, Any]:
        """The report with the speed and the prefix cache's hit rate; `reused` is named `kept`."""
        fields = asdict(self)
        speed = self.tokens / self.seconds if self.seconds else 0.0
        return {
            "requests": fields.pop("requests"),
            "kept": fields.pop("reused"),
            **fields,
            "seconds": round(self.seconds, 3),
            "tokens_per_s": round(speed, 1),
            "prefix_cache_hit_rate": round(self.hit_rate, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchClocks:
    """A monotonic clock in seconds, and the time in seconds since 1970."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time


def run_shard(
    shard: Path,
    out: Path,
    engine: OfflineEngine,
    *,
    progress: ProgressReporter,
    clocks: BatchClocks | None = None,
) -> ShardReport:
    """Answer every request that has no answer yet; `out` exists when this returns.

    InputRefused before anything is generated when the shard cannot be used; EngineUnavailable when
    the engine fails: finished answers are saved.
    """
    requests = read_shard(shard, engine)
    failures = read_finished(out, requests.keys())
    if failures is not None:
        count = len(requests)
        return ShardReport(requests=count, reused=count, failed=sum(failures.values()))
    with open_results(out, requests.keys()) as results:
        reused = len(results.failures)
        rest = [request for id_, request in requests.items() if id_ not in results.failures]
        report = _generate_rest(rest, engine, results, progress, clocks or BatchClocks())
        results.finish(out)
        failed = sum(results.failures.values())
    return replace(report, requests=len(requests), reused=reused, failed=failed)


def _generate_rest(
    rest: list[ShardRequest],
    engine: OfflineEngine,
    results: ResultsFile,
    progress: ProgressReporter,
    clocks: BatchClocks,
) -> ShardReport:
    """Generate `rest` and append the answers to `results`; the report of these requests."""
    sums = Counter[str]()
    if not rest:
        return ShardReport(requests=0, reused=0, failed=0)
    with _run_engine(engine):
        _check_lengths(rest, engine)
        by_id = {request.id: request for request in rest}
        began, reused = clocks.monotonic(), len(results.failures)
        with progress.track(planned=reused + len(rest), reused=reused) as record:
            numbered = ((request.id, request.parsed.request) for request in rest)
            for id_, outcome in engine.generate_all(numbered):
                elapsed_s, created = clocks.monotonic() - began, int(clocks.now())
                line = to_line(by_id[id_], outcome, elapsed_s=elapsed_s, created=created)
                results.append(line)
                tokens = _count_tokens(outcome)
                sums.update(tokens)
                record(tokens.get("tokens", 0), has_failed(line))
        seconds = clocks.monotonic() - began
    return ShardReport(requests=len(rest), reused=0, failed=0, seconds=seconds, **sums)


def _count_tokens(outcome: Outcome) -> dict[str, int]:
    if not isinstance(outcome, Delta):
        return {}
    return {
        "tokens": outcome.tokens,
        "prompt_tokens": outcome.prompt_tokens,
        "cached_tokens": outcome.cached_tokens,
    }


@contextmanager
def _run_engine(engine: OfflineEngine) -> Iterator[None]:
    """Start the engine, and stop it when the block ends."""
    try:
        engine.start()
        yield
    finally:
        engine.stop()


def _check_lengths(requests: Iterable[ShardRequest], engine: OfflineEngine) -> None:
    """InputRefused names the first line that the model's context has no room for."""
    for one in requests:
        request = one.parsed.request
        try:
            prompt = engine.count_tokens(request)
            max_new_tokens(request, prompt, engine.context, clip=one.parsed.clip)
        except RequestRefused as error:
            raise InputRefused(f"{one.where}: body.{error}") from error
