"""`edgefill generate` against a GPU service over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest

from edgefill.core.errors import InputRefused

Shell = Any  # tests/edgefill/cli/conftest.py
ScriptedGpu = Any


def test_drafts_the_whole_catalogue(shell: Shell, gpu: ScriptedGpu) -> None:
    """Every key is ordered once in the batch lane; the report is one JSON object."""
    done = shell("generate", "--json")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (report["planned"], report["drafted"], report["failed"]) == (4, 4, [])
    assert {order["lane"] for order in gpu.orders} == {"batch"}
    lines = map(json.loads, (shell.state / "drafts.jsonl").read_text().splitlines())
    assert [line["step"] for line in lines].count("text") == 4


def test_continues_where_it_stopped(shell: Shell, gpu: ScriptedGpu) -> None:
    """A service that is gone stops the run with exit 1; the next run drafts the rest."""
    answers = iter(["Hello {{ name }}"])
    gpu.reply = lambda _order: next(answers, 500)
    first = shell("generate", "--concurrency", "1")
    gpu.reply = lambda _order: "Hallo {{ name }}"
    second = shell("generate", "--json")
    assert first.exit_code == 1
    assert "1 drafted" in first.stdout
    assert "answered 500" in first.stdout
    assert "run the same command again to continue" in first.stdout
    assert (second.exit_code, json.loads(second.stdout)["kept"]) == (0, 1)


def test_names_a_model_that_the_service_does_not_serve(shell: Shell, gpu: ScriptedGpu) -> None:
    """The same command would fail again, so it is not recommended."""
    roles = shell.folder / "templates/roles.yaml"
    roles.write_text(roles.read_text().replace("drafter: {", "drafter: {adapter: poet, "))
    gpu.reply = lambda _order: 404
    done = shell("generate", "--concurrency", "1")
    assert "stopped: drafter (roles.yaml, adapter 'poet'): http://127" in done.stdout
    assert "correct its model or adapter" in done.stdout
    assert "again to continue" not in done.stdout


@pytest.mark.parametrize("name", ["report", "folder.html", "data.html", "roles.yaml/x.html"])
def test_refuses_a_report_that_cannot_be_written_before_the_run(
    shell: Shell, gpu: ScriptedGpu, name: str
) -> None:
    """Not a page, a folder in the place of either file, a file in the place of a folder."""
    templates = shell.folder / "templates"
    for folder in ("folder.html", "data.json"):
        (templates / folder).mkdir()
    error = shell("generate", "--report", str(templates / name)).exception
    assert isinstance(error, InputRefused)
    assert str(templates / name.partition(".")[0]) in str(error)
    assert gpu.orders == []


def test_a_models_control_characters_are_not_printed(shell: Shell, gpu: ScriptedGpu) -> None:
    """Neither an escape sequence nor a C1 control of a service's answer reaches the terminal."""
    gpu.reply = lambda _order: "Hello {{ name }} \x1b]0;title\x07\x9b2J"
    done = shell("generate", "--tries", "1")
    assert done.exit_code == 1
    page = (shell.state / "quality.html").read_text()
    assert not set("\x1b\x07\x9b") & set(done.stdout + page)


def test_revises_what_the_lint_refuses(shell: Shell, gpu: ScriptedGpu) -> None:
    """A refused template goes back to the model with the complaint."""
    gpu.reply = lambda order: "Hi {{ nobody }}" if "greet" in order["prompt"] else "Hi {{ name }}"
    report = json.loads(shell("generate", "--json").stdout)
    assert (report["drafted"], report["first_try"]) == (4, 0)
    assert any("better than Hi {{ nobody }}" in order["prompt"] for order in gpu.orders)


def test_names_what_failed_and_why(shell: Shell, gpu: ScriptedGpu) -> None:
    """Keys without a template are named with the last reason; exit 1."""
    gpu.reply = lambda _order: "Hi {{ nobody }}"
    done = shell("generate", "--tries", "2")
    assert done.exit_code == 1
    assert "4 failed" in done.stdout
    assert "greeting/de/gold:1:" in done.stdout


def test_drafts_the_most_demanded(shell: Shell, gpu: ScriptedGpu) -> None:
    """--top and --demand choose the keys."""
    demand = shell.folder / "demand.csv"
    demand.write_text("greeting/de/gold,9\ngreeting/en/any,5\ngreeting/en/gold,1\n")
    report = json.loads(shell("generate", "--top", "2", "--demand", str(demand), "--json").stdout)
    assert report["planned"] == 2
    assert sorted(order["prompt"] for order in gpu.orders) == [
        "greet the visitor in de for tier gold",
        "greet the visitor in en for everyone",
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--top", "3"), "add --demand FILE"),
        (("--demand", "nowhere.csv"), r"nowhere\.csv: cannot be read"),
        (("--tries", "1", "--candidates", "4"), "1 attempts per key cannot give 4 candidates"),
        (("--candidates", "5"), "4 attempts per key cannot give 5 candidates"),
        (("--journal", "/dev/zero"), "/dev/zero: is not a regular file"),
    ],
)
def test_refuses_an_invalid_plan(
    shell: Shell, gpu: ScriptedGpu, words: tuple[str, ...], complaint: str
) -> None:
    """The error comes before any order."""
    error = shell("generate", *words).exception
    assert isinstance(error, InputRefused)
    with pytest.raises(InputRefused, match=complaint):
        raise error
    assert gpu.orders == []


def test_an_interrupt_keeps_what_is_finished(shell: Shell, gpu: ScriptedGpu) -> None:
    """Ctrl-C ends the run without a traceback; the next run drafts only the rest."""
    has_order, may_answer = threading.Event(), threading.Event()

    def reply(_order: dict[str, Any]) -> str:
        if len(gpu.orders) == 2:
            has_order.set()
            may_answer.wait(60)
        return "Hello {{ name }}"

    gpu.reply = reply
    words = ("generate", "--concurrency", "1", "--state", "state", "--templates", "templates")
    # a test run in the background of a shell would hand SIGINT on as ignored
    heeding = ("env", "--default-signal=INT")
    command = [*heeding, sys.executable, "-m", "edgefill.cli", *words]
    environment = os.environ | shell.environment
    with subprocess.Popen(
        command,
        cwd=shell.folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert has_order.wait(60)
        process.send_signal(signal.SIGINT)
        may_answer.set()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    report = json.loads(shell("generate", "--json").stdout)
    assert report["kept"] >= 2
    assert report["kept"] + report["drafted"] == len(gpu.orders) == 4


@pytest.mark.parametrize("limit", [0, 1, 300, 1000, 1500])
def test_a_full_disk_ends_with_one_line_and_the_next_run_resumes(
    shell: Shell, gpu: ScriptedGpu, limit: int
) -> None:
    """However full it is, nothing is half-written and no order is lost that was recorded."""
    words = ("generate", "--concurrency", "1", "--state", "state", "--templates", "templates")
    done = subprocess.run(
        ["prlimit", f"--fsize={limit}", sys.executable, "-m", "edgefill.cli", *words],
        cwd=shell.folder, env=os.environ | shell.environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("edgefill: state/drafts.jsonl: File too large; mend that, then run")
    lines = (shell.folder / "state/drafts.jsonl").read_text().splitlines()
    recorded = sum(json.loads(line)["step"] == "text" for line in lines)
    ordered = len(gpu.orders)
    report = json.loads(shell("generate", "--json").stdout)
    assert report["kept"] + report["drafted"] == report["planned"] == 4
    assert len(gpu.orders) - ordered == 4 - recorded


def test_without_a_service_says_where_to_get_one(shell: Shell) -> None:
    """No URL and no running stack: the remedy is `edgefill up`."""
    del shell.environment["EDGEFILL_GPU_URL"]
    error = shell("generate").exception
    assert isinstance(error, InputRefused)
    assert "edgefill up" in str(error)
