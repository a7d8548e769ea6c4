"""How long a visitor waits for a missed key while the judge reads what the model wrote."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.words.demo_service import DemoService
from benchmarks.words.figures import Figure
from benchmarks.words.miss_path import MissPath, build_miss_path
from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.keys import Key
from edgefill.demand.principals import identify_subject

SECTION = "misses with the judge"
COUNT = 100
SEED = 5
DEADLINE_S = 7.0  # ApiSettings.deadline_s; a test compares them


@dataclass(frozen=True, slots=True, kw_only=True)
class MissRun:
    """Seconds and outcome of each miss; `judge_s` are the judge's seconds of all of them."""

    seconds: tuple[float, ...]
    outcomes: tuple[str, ...]
    judge_s: float


def run_misses(service: DemoService, catalogue: Catalogue, count: int = COUNT) -> MissRun:
    """`count` misses, one after another; a key is missed again only in empty stores."""
    connected = service.connect(catalogue, "interactive")
    seconds, outcomes, judge_s = list[float](), list[str](), 0.0
    for keys in split_rounds(list_missable_keys(catalogue), count):
        path = build_miss_path(catalogue, connected)
        for key in keys:
            began = time.perf_counter()
            outcomes.append(_miss(path, catalogue, key))
            seconds.append(time.perf_counter() - began)
        judge_s += sum(path.judge.seconds)
    return MissRun(seconds=tuple(seconds), outcomes=tuple(outcomes), judge_s=judge_s)


def list_missable_keys(catalogue: Catalogue) -> list[Key]:
    """The keys that a model writes from nothing, in a random order that is always the same."""
    keys = [
        key
        for key in catalogue.list_keys()
        if not catalogue.entry(key.experience).derived_from
        and not catalogue.entry(key.experience).experience.open
    ]
    random.Random(SEED).shuffle(keys)
    return keys


def split_rounds(keys: Sequence[Key], count: int) -> list[Sequence[Key]]:
    """`count` keys in rounds of distinct ones."""
    return [keys[: count - start] for start in range(0, count, len(keys))]


def describe_misses(run: MissRun) -> Iterator[Figure]:
    """Seconds next to the deadline, outcomes, and the judge's part."""
    p50, p95 = np.percentile(run.seconds, [50, 95]).tolist()
    note = f"{len(run.seconds)} misses one after another, wall-clock time"
    for name, value in {"p50": p50, "p95": p95, "max": max(run.seconds)}.items():
        yield Figure(
            section=SECTION,
            name=f"a visitor's wait, {name}",
            value=value,
            bar=DEADLINE_S if name == "p95" else None,
            is_limit=True,
            unit="s",
            note=note,
        )
    for outcome, count in Counter(run.outcomes).most_common():
        yield Figure(
            section=SECTION,
            name=outcome,
            value=count / len(run.outcomes),
            unit="%",
            note=f"{count}",
        )
    yield Figure(
        section=SECTION,
        name="the judge's share of the time",
        value=run.judge_s / sum(run.seconds),
        unit="%",
    )


def _miss(path: MissPath, catalogue: Catalogue, key: Key) -> str:
    result = path.dependencies.miss_handler.misses.resolve(
        key, catalogue.entry(key.experience), principal=identify_subject("", "benchmark")
    )
    reason = result.fallback_reason
    return f"fallback, {reason.code}" if reason else "generated"
