"""A cold start at the edge: the bundle's size, its import, and the first filled answer.

    python -m benchmarks.cold [--json] [--check] [--rounds N]

The bundle is staged as it is deployed, compiled, and imported by `python -I -S`, which knows the
standard library and nothing else. Bare interpreters take turns with importing ones, and the import
is the difference of their medians. The first answer counts from the configuration file to the
filled page of an RS256 visitor, with all that is imported on the way (`json` and `re` among it,
which Lambda's runtime has loaded by then); the store answers from memory.

Bars are on CPU time, which other work on the machine hardly touches; wall times stand beside it.
`--check` exits 1 on a missed bar.
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
from benchmarks.machine import machine, versions
from benchmarks.scene import scene
from infra.bundles.edge_bundle import build_edge_bundle, write_zip

BARS = {"zip_bytes": 100 * 1024, "import_ms": 8.0, "first_answer_ms": 20.0}  # at most
_LEAVE = "import posix; posix._exit(0)"  # a cold start is not paid for at the end
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
Times = list[tuple[float, float]]  # milliseconds of CPU and by the wall


def report(rounds: int) -> dict[str, Any]:
    """Medians, the bars, and where and with what they were measured."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle, stage = folder / "bundle", scene("shop", "RS256")
        build_edge_bundle(bundle, stage.config, python=sys.executable)
        write_zip(bundle, folder / "edge.zip")
        (folder / "scene").write_bytes(marshal.dumps((stage.event, stage.objects)))
        return {
            "zip_bytes": (folder / "edge.zip").stat().st_size,
            **_medians(*_times(bundle, folder / "scene", rounds)),
            "rounds": rounds,
            "bars": BARS,
            "machine": machine(),
            "versions": versions(),
        }


def _times(bundle: Path, stage: Path, rounds: int) -> tuple[Times, Times, Times]:
    """Of every bare interpreter, every importing one, and every first answer."""
    bare, importing, first = Times(), Times(), Times()
    for _ in range(rounds):
        bare.append(_run(_BARE)[0])
        importing.append(_run(_IMPORT, str(bundle))[0])
        cpu, wall = map(float, _run(_FIRST_ANSWER, str(bundle), str(stage))[1].split())
        first.append((cpu, wall))
    return bare, importing, first


def _run(code: str, *arguments: str) -> tuple[tuple[float, float], str]:
    """Milliseconds of CPU and by the wall, from an interpreter's start to its end; its output."""
    command = [sys.executable, "-I", "-S", "-c", code, *arguments]
    cpu, wall = _children(), time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return ((_children() - cpu) * 1000, (time.perf_counter() - wall) * 1000), done.stdout


def _children() -> float:
    """Seconds of CPU that all ended child processes have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _medians(bare: Times, importing: Times, first: Times) -> dict[str, float]:
    found = {}
    for place, unit in enumerate(("ms", "wall_ms")):
        floor, loaded, answer = (
            statistics.median(times[place] for times in runs) for runs in (bare, importing, first)
        )
        found[f"bare_interpreter_{unit}"] = round(floor, 2)
        found[f"import_{unit}"] = round(loaded - floor, 2)
        found[f"first_answer_{unit}"] = round(answer, 2)
    return found


def missed(found: dict[str, Any]) -> list[str]:
    """One sentence for each bar that is missed."""
    late = [name for name, bar in BARS.items() if found[name] > bar]
    return [f"{name} is {found[name]}, bar {BARS[name]}" for name in late]


def _print(found: dict[str, Any]) -> None:
    print(f"bundle: {found['zip_bytes'] / 1024:.1f} KB zipped")
    print(
        f"import: {found['import_ms']} ms of CPU above a bare interpreter's"
        f" {found['bare_interpreter_ms']} (wall {found['import_wall_ms']})"
    )
    print(
        f"first filled answer, without the fetch: {found['first_answer_ms']} ms of CPU"
        f" (wall {found['first_answer_wall_ms']})"
    )
    print(f"{found['rounds']} rounds; {found['machine']}; {found['versions']}")


if __name__ == "__main__":
    sys.exit(run(__doc__, measure=report, show=_print, missed=missed, rounds=40))
