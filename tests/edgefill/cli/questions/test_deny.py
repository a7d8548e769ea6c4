"""`edgefill router deny` against S3 over HTTP."""

from __future__ import annotations

import json
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.routing.question import read_question

Shell = Any  # tests/edgefill/cli/conftest.py
WRONG = "Cancel my ORDER!"
DIGEST = read_question("cancel my order").digest


def list_denied(shell: Shell, *words: str) -> dict[str, list[str]]:
    done = shell("router", "deny", *words, "--json")
    assert done.exit_code == 0, done.exception
    rows: dict[str, list[str]] = json.loads(done.stdout)["denied"]
    return rows


def test_a_question_is_denied_and_allowed_again(shell: Shell) -> None:
    """In any spelling. The list shows digests, never words."""
    assert list_denied(shell) == {}
    assert "nothing is denied" in shell("router", "deny").stdout
    assert list_denied(shell, WRONG) == {DIGEST: ["*"]}
    output = shell("router", "deny").stdout
    assert DIGEST in output
    assert "cancel" not in output.casefold()
    assert list_denied(shell, "cancel my order", "--undo") == {}


def test_a_single_experience_can_be_denied(shell: Shell, gpu: Any) -> None:
    """It must be in the current release."""
    gpu.reply = lambda _order: "Hello {{ name }}"
    assert shell("generate").exit_code == 0
    assert shell("publish").exit_code == 0
    assert list_denied(shell, WRONG, "--experience", "greeting") == {DIGEST: ["greeting"]}
    refused = shell("router", "deny", WRONG, "--experience", "farewell").exception
    assert isinstance(refused, InputRefused)
    assert "greeting" in str(refused)


def test_bad_input_is_refused(shell: Shell) -> None:
    """An option without a question, an empty question, and a question that is not denied."""
    for words in (["--undo"], ["--experience", "greeting"]):
        assert isinstance(shell("router", "deny", *words).exception, InputRefused)
    assert "empty" in str(shell("router", "deny", "  ").exception)
    assert "not denied" in str(shell("router", "deny", "cancel my order", "--undo").exception)
