"""Commands against the running stack."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack


def edgefill(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    """`edgefill` as a person runs it."""
    command = [
        sys.executable,
        "-m",
        "edgefill.cli",
        *words,
        "--state",
        str(world.stack.options.state),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_preview_shows_what_a_visitor_reads(world: World, tmp_path: Path) -> None:
    """The text is on standard output, where it came from on standard error."""
    ada = tmp_path / "ada.json"
    ada.write_text(json.dumps({"locale": "de", "slots": {"name": "Ada"}}))
    done = edgefill(world, "preview", "welcome", "--as", str(ada))
    assert "Ada" in done.stdout
    assert done.stderr.startswith("edgefill: hit; template=welcome/de/any")


def test_preview_of_what_does_not_exist_is_one_line(world: World) -> None:
    """The stack's own refusal, without a traceback."""
    done = edgefill(world, "preview", "no-such-thing")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(" (404)\n")
    assert done.stderr.count("\n") == 1


def test_a_minted_token_is_believed(world: World) -> None:
    """`edgefill token` signs with the keys that the running stack trusts."""
    done = edgefill(world, "token", "--claim", "slots.name=Grace", "--alg", "HS256")
    answer = world.get("/p/welcome", Authorization=f"Bearer {done.stdout.strip()}")
    assert answer.outcome == "hit"
    assert "Grace" in answer.text


def test_traffic_reports_as_one_json_object(world: World) -> None:
    """A script reads the counts, the percentiles and the GPU calls."""
    done = edgefill(world, "traffic", "-n", "50", "--json")
    said = json.loads(done.stdout)
    outcomes = ("hits", "misses", "fallbacks", "refused", "errors")
    assert sum(said[name] for name in outcomes) == said["requests"] == 50
    assert set(said["latency_ms"]) == {"p50", "p95", "p99"}
    assert said["gpu_calls"] <= said["misses"]
    assert done.returncode == 0


def test_traffic_reports_to_people(world: World) -> None:
    """Without --json a table."""
    assert "GPU calls" in edgefill(world, "traffic", "-n", "20").stdout


def test_a_second_stack_is_refused(world: World) -> None:
    """`edgefill up` names the process that runs already, and what to do."""
    done = edgefill(world, "up", "--port", "0")
    assert done.returncode == 1
    assert f"process {world.stack.run_file.pid}" in done.stderr
    assert done.stderr.count("\n") == 1
