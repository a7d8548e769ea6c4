"""The whole stack under the demo's traffic: `edgefill up --once` as a child process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.words.corpus import TEMPLATES
from benchmarks.words.figures import Figure
from benchmarks.words.memory import MemoryWatch

SECTION = "traffic of `make up`"
LEAST_HITS, MOST_SECONDS, MOST_MB = 0.95, 90.0, 1000.0
LIMIT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class StackRun:
    """What `edgefill up --once` reports, None if it failed, and the memory of its processes."""

    report: Mapping[str, Any] | None
    problem: str
    peak_bytes: int | None


def run_stack_once(folder: Path) -> StackRun:
    """Start the stack with its state in `folder`, send the load test, and stop it."""
    command = [sys.executable, "-m", "edgefill.cli", "up", "--once", "--json", "--port", "0"]
    command += ["--state", str(folder / "state"), "--templates", str(TEMPLATES)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=TEMPLATES.parent, text=True
    )
    watch = MemoryWatch(process.pid)
    try:
        output, errors = process.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        process.terminate()
        output, errors = process.communicate()
    finally:
        watch.stop()
    is_complete = process.returncode == 0
    return StackRun(
        report=json.loads(output) if is_complete else None,
        problem="" if is_complete else f"exit status {process.returncode}: {errors[-200:]}",
        peak_bytes=watch.peak_bytes,
    )


def describe_stack(run: StackRun) -> Iterator[Figure]:
    """Hits, errors, the time to the first answer and the memory."""
    report = run.report or {}
    yield Figure(
        section=SECTION,
        name="hit ratio",
        value=report.get("hit_ratio"),
        bar=LEAST_HITS,
        unit="%",
        note=_describe_requests(report) if report else run.problem,
    )
    yield Figure(
        section=SECTION,
        name="errors",
        value=report.get("errors"),
        bar=0,
        is_limit=True,
        note=run.problem,
    )
    yield Figure(
        section=SECTION,
        name="seconds to the first answer",
        value=report.get("seconds_to_first_answer"),
        bar=MOST_SECONDS,
        is_limit=True,
        unit="s",
        note=run.problem or "wall-clock time, drafting included",
    )
    megabytes = run.peak_bytes / 1_000_000 if run.peak_bytes is not None else None
    yield Figure(
        section=SECTION,
        name="peak memory of all processes together",
        value=megabytes,
        bar=MOST_MB,
        is_limit=True,
        unit="MB",
        note="PSS, two samples a second" if megabytes else "/proc/<pid>/smaps_rollup is unreadable",
    )


def _describe_requests(report: Mapping[str, Any]) -> str:
    counts = (f"{name} {report[name]}" for name in ("hits", "misses", "fallbacks", "refused"))
    return f"{report['requests']} requests: {', '.join(counts)}"
