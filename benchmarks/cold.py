"""Measure a cold start at the edge: the bundle's size, its import, and the first filled answer.

    python -m benchmarks.cold [--json] [--check] [--rounds N]

The bundle is staged as it is deployed, compiled, and imported by `python -I -S`, which has only the
standard library. Bare interpreters take turns with importing ones; the import is the difference of
their medians. The first answer counts from the configuration file to the filled page of an RS256
visitor, including everything imported on the way (`json` and `re` among it, which Lambda's runtime
has loaded by then); the store answers from memory.

CPU time is judged, relative to a bare interpreter's start in the same run, and the bundle's size,
which is the same on every machine. Milliseconds, wall-clock time among them, are printed.
`--check` exits 1 if a bar is missed.
"""

from __future__ import annotations

import marshal
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.command import run
from benchmarks.edge_workload import build_edge_workload
from benchmarks.machine import describe_machine, list_versions
from infra.bundles.edge_bundle import build_edge_bundle, write_zip

# At most; `import` and `first answer` are multiples of a bare interpreter's CPU time
BARS = {"zip_bytes": 82 * 1024, "import": 0.8, "first answer": 1.8}
# Ends the process at once: a cold start does not include the teardown of the interpreter
_LEAVE = "import posix; posix._exit(0)"
_BARE = _LEAVE
_IMPORT = f"""
import sys
sys.path[:0] = [sys.argv[1]]
import lambdas.edge.handler
{_LEAVE}
"""
_FIRST_ANSWER = """
import marshal, sys, time
sys.path[:0] = [sys.argv[1]]
event, objects = marshal.load(open(sys.argv[2], "rb"))
from lambdas.edge.handler import create_handler
from lambdas.edge.config import load_bundled_config
from lambdas.edge.fetch import StoreResponse
fetch = lambda path, etag: StoreResponse(status=200, body=objects[path])
cpu, wall = time.process_time(), time.perf_counter()
response = create_handler(load_bundled_config(), fetch=fetch)(event, None)
print((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000)
assert response["status"] == "200", response
"""
# CPU and wall-clock milliseconds of each run
Times = list[tuple[float, float]]


def measure(rounds: int) -> dict[str, Any]:
    """Size, medians, ratios and their bars, the machine and the versions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle, workload = folder / "bundle", build_edge_workload("shop", "RS256")
        build_edge_bundle(bundle, workload.config, python=sys.executable)
        write_zip(bundle, folder / "edge.zip")
        (folder / "workload").write_bytes(marshal.dumps((workload.event, workload.objects)))
        medians = _compute_medians(*_time_runs(bundle, folder / "workload", rounds))
        bare = medians["bare_interpreter_ms"]
        return {
            "zip_bytes": (folder / "edge.zip").stat().st_size,
            "import": round(medians["import_ms"] / bare, 2),
            "first answer": round(medians["first_answer_ms"] / bare, 2),
            **medians,
            "rounds": rounds,
            "bars": BARS,
            "machine": describe_machine(),
            "versions": list_versions(),
        }


def _time_runs(bundle: Path, workload: Path, rounds: int) -> tuple[Times, Times, Times]:
    """Times of bare interpreters, of importing ones, and of first answers."""
    bare, importing, first = Times(), Times(), Times()
    for _ in range(rounds):
        bare.append(_run_python(_BARE)[0])
        importing.append(_run_python(_IMPORT, str(bundle))[0])
        cpu, wall = map(float, _run_python(_FIRST_ANSWER, str(bundle), str(workload))[1].split())
        first.append((cpu, wall))
    return bare, importing, first


def _run_python(code: str, *arguments: str) -> tuple[tuple[float, float], str]:
    """CPU and wall-clock milliseconds of one interpreter from start to end, and its output."""
    command = [sys.executable, "-I", "-S", "-c", code, *arguments]
    cpu, wall = _read_child_cpu_s(), time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    cpu_ms, wall_ms = (_read_child_cpu_s() - cpu) * 1000, (time.perf_counter() - wall) * 1000
    return (cpu_ms, wall_ms), done.stdout


def _read_child_cpu_s() -> float:
    """CPU seconds of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _compute_medians(bare: Times, importing: Times, first: Times) -> dict[str, float]:
    medians = {}
    for position, unit in enumerate(("ms", "wall_ms")):
        floor, loaded, answer = (
            statistics.median(times[position] for times in runs)
            for runs in (bare, importing, first)
        )
        medians[f"bare_interpreter_{unit}"] = round(floor, 2)
        medians[f"import_{unit}"] = round(loaded - floor, 2)
        medians[f"first_answer_{unit}"] = round(answer, 2)
    return medians


def list_misses(figures: dict[str, Any]) -> list[str]:
    """One sentence per figure that is above its bar."""
    names = [name for name, bar in BARS.items() if figures[name] > bar]
    return [f"{name} is {figures[name]}, bar {BARS[name]}" for name in names]


def print_figures(figures: dict[str, Any]) -> None:
    """Each figure with its bar, and milliseconds, for people to read."""
    size, most = figures["zip_bytes"] / 1024, BARS["zip_bytes"] / 1024
    print(f"bundle: {size:.1f} KB zipped (bar {most:.0f})")
    print(
        f"import: {figures['import']} of a bare interpreter's start (bar {BARS['import']}):"
        f" {figures['import_ms']} ms of CPU above {figures['bare_interpreter_ms']}"
        f" (wall {figures['import_wall_ms']})"
    )
    print(
        f"first filled answer, without the fetch: {figures['first answer']} of it"
        f" (bar {BARS['first answer']}): {figures['first_answer_ms']} ms of CPU"
        f" (wall {figures['first_answer_wall_ms']})"
    )
    print(f"{figures['rounds']} rounds; {figures['machine']}; {figures['versions']}")


if __name__ == "__main__":
    sys.exit(
        run(
            __doc__,
            measure=measure,
            print_figures=print_figures,
            list_misses=list_misses,
            rounds=40,
        )
    )
