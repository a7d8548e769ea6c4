"""Commands against the running stack."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack


def run_edgefill(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `edgefill` as a user does."""
    command = [
        sys.executable,
        "-m",
        "edgefill.cli",
        *words,
        "--state",
        str(world.stack.options.state),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_preview_prints_the_text_of_a_visitor(world: World, tmp_path: Path) -> None:
    """The text goes to standard output, its origin to standard error."""
    ada = tmp_path / "ada.json"
    ada.write_text(json.dumps({"locale": "de", "slots": {"name": "Ada"}}))
    done = run_edgefill(world, "preview", "welcome", "--as", str(ada))
    assert "Ada" in done.stdout
    assert re.match(r"edgefill: (hit|miss); template=welcome/de/any", done.stderr)


def test_preview_prints_many_readable_texts(world: World) -> None:
    """Different keys in both locales, the demo's first, without markup."""
    done = run_edgefill(world, "preview", "--count", "6", "--json")
    texts = json.loads(done.stdout)["texts"]
    keys = [row["key"] for row in texts]
    assert len(set(keys)) == 6
    assert [key.split("/")[:2] for key in keys[:2]] == [["welcome", "en"], ["welcome", "de"]]
    assert all(f"template={row['key']}" in row["source"] for row in texts)
    assert all(row["text"] and "<p>" not in row["text"] for row in texts)
    (first, *_) = run_edgefill(world, "preview", "--count", "1").stdout.splitlines()
    assert first == keys[0]


def test_preview_of_an_unknown_experience_is_one_line(world: World) -> None:
    """It is the stack's own message, without a traceback."""
    done = run_edgefill(world, "preview", "no-such-thing")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(" (404)\n")
    assert done.stderr.count("\n") == 1


def test_a_minted_token_is_accepted(world: World) -> None:
    """`edgefill token` signs with the keys that the running stack trusts."""
    done = run_edgefill(world, "token", "--claim", "slots.name=Grace", "--alg", "HS256")
    answer = world.get("/p/welcome", Authorization=f"Bearer {done.stdout.strip()}")
    assert answer.outcome == "hit"
    assert "Grace" in answer.text


def test_traffic_reports_as_one_json_object(world: World) -> None:
    """It has the counts, the percentiles and the GPU calls."""
    done = run_edgefill(world, "traffic", "-n", "50", "--json")
    result = json.loads(done.stdout)
    outcomes = ("hits", "misses", "fallbacks", "refused", "errors")
    assert sum(result[name] for name in outcomes) == result["requests"] == 50
    assert set(result["latency_ms"]) == {"p50", "p95", "p99"}
    assert result["gpu_calls"] <= result["misses"] + result["fallbacks"]
    assert done.returncode == 0


def test_traffic_prints_a_table(world: World) -> None:
    """Unless --json is set."""
    assert "GPU calls" in run_edgefill(world, "traffic", "-n", "20").stdout


def test_a_second_stack_is_refused(world: World) -> None:
    """The message names the running process and what to do."""
    done = run_edgefill(world, "up", "--port", "0")
    assert done.returncode == 1
    assert f"process {world.stack.run_file.pid}" in done.stderr
    assert done.stderr.count("\n") == 1
