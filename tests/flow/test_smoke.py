"""`edgefill smoke` against the whole local stack."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from edgefill.local.services.identity import DevVisitor
from edgefill.local.stack.run_file import read_run_file
from lambdas.canary.handler import METRIC, NAMESPACE, URL, run

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack
CANARY_PAGE = "/p/cart-reminder?locale=en"


def run_smoke(world: World, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and each result by its name."""
    options = ("--state", str(world.stack.options.state), "--json", *words)
    command = [sys.executable, "-m", "edgefill.cli", "smoke", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.returncode, {row["check"]: row for row in json.loads(done.stdout)["checks"]}


def mint_tokens(world: World) -> list[str]:
    visitors = [
        DevVisitor(subject=f"smoke-{name}", locale="en", slots={"name": name})
        for name in ("Augusta", "Benedikt")
    ]
    return [f"--token={world.mint_token(visitor)}" for visitor in visitors]


def test_the_local_stack_passes_with_two_visitors(world: World) -> None:
    """Hit, miss then hit, fallback, /ask, headers, refusals, no stored personal answer, no leak."""
    status, results = run_smoke(world, *mint_tokens(world))
    assert (status, [row for row in results.values() if row["status"] != "ok"]) == (0, [])
    assert "hit; template=" in results["hit"]["text"]
    # tests that ran before may have left no key to miss
    assert re.search("then a hit$|^no key is missing", results["miss"]["text"])
    assert "with their own visitor's value" in results["leak"]["text"]
    assert {"404", "400", "401", "no-store", "headers", "ask"} <= results.keys()


def test_the_canary_finds_no_fault_in_it(world: World) -> None:
    """The same checks without a miss, as lambdas/canary runs them in the account."""
    world.wait_for_hit(CANARY_PAGE)  # in no first release of this stack
    cdn = read_run_file(world.stack.options.state).cdn
    tokens = tuple(each.removeprefix("--token=") for each in mint_tokens(world))
    *checks, metric = map(json.loads, run({URL: cdn, NAMESPACE: "Edgefill/local"}, tokens))
    assert [row for row in checks if row["status"] != "ok"] == []
    assert metric[METRIC] == 0


def test_without_a_token_a_warning_remains(world: World) -> None:
    """Personal answers cannot be checked then."""
    _, results = run_smoke(world, "--wait", "1")
    assert results["personal"]["status"] == "warn"
