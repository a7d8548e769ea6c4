"""`edgefill router deny` against S3 over HTTP."""

from __future__ import annotations

import json
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.routing.question import read_question

Shell = Any  # tests/cli/conftest.py
WRONG = "Cancel my ORDER!"
DIGEST = read_question("cancel my order").digest


def denied(shell: Shell, *words: str) -> dict[str, list[str]]:
    done = shell("router", "deny", *words, "--json")
    assert done.exit_code == 0, done.exception
    rows: dict[str, list[str]] = json.loads(done.stdout)["denied"]
    return rows


def test_a_question_is_denied_and_allowed_again(shell: Shell) -> None:
    """In any spelling; the list shows digests, never words."""
    assert denied(shell) == {}
    assert "nothing is denied" in shell("router", "deny").stdout
    assert denied(shell, WRONG) == {DIGEST: ["*"]}
    shown = shell("router", "deny").stdout
    assert DIGEST in shown
    assert "cancel" not in shown.casefold()
    assert denied(shell, "cancel my order", "--undo") == {}


def test_one_experience_alone_can_be_denied(shell: Shell, gpu: Any) -> None:
    """One that is served."""
    gpu.says = lambda _order: "Hello {{ name }}"
    assert shell("generate").exit_code == 0
    assert shell("publish").exit_code == 0
    assert denied(shell, WRONG, "--experience", "greeting") == {DIGEST: ["greeting"]}
    refused = shell("router", "deny", WRONG, "--experience", "farewell").exception
    assert isinstance(refused, InputRefused)
    assert "greeting" in str(refused)


def test_bad_input_is_refused(shell: Shell) -> None:
    """No question to an option; a question that is none."""
    for words in (["--undo"], ["--experience", "greeting"]):
        assert isinstance(shell("router", "deny", *words).exception, InputRefused)
    assert "empty" in str(shell("router", "deny", "  ").exception)
    assert "not denied" in str(shell("router", "deny", "cancel my order", "--undo").exception)
