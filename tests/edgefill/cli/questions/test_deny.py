"""`edgefill router deny` against S3 over HTTP."""

from __future__ import annotations

import json
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.routing.question import key_digest, read_question

Shell = Any  # tests/edgefill/cli/conftest.py
WRONG = "Cancel my ORDER!"
KEY = "a question key"
DIGEST = key_digest(KEY, read_question("cancel my order").digest)


def list_denied(shell: Shell, *words: str) -> dict[str, list[str]]:
    done = shell("router", "deny", *words, "--json", "--question-key", KEY)
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
    farewell = ("--experience", "farewell", "--question-key", KEY)
    refused = shell("router", "deny", WRONG, *farewell).exception
    assert isinstance(refused, InputRefused)
    assert "greeting" in str(refused)


def test_bad_input_is_refused(shell: Shell) -> None:
    """An option without a question, an empty question, and a question that is not denied."""
    for words in (["--undo"], ["--experience", "greeting"]):
        assert isinstance(shell("router", "deny", *words).exception, InputRefused)
    key = ("--question-key", KEY)
    assert "empty" in str(shell("router", "deny", "  ", *key).exception)
    assert "not denied" in str(shell("router", "deny", "cancel my order", "--undo", *key).exception)


def test_the_question_key_is_required(shell: Shell) -> None:
    """A denial under another key would stop nothing; the message says where the key is."""
    refused = shell("router", "deny", WRONG, "--bucket", "templates").exception
    assert isinstance(refused, InputRefused)
    assert "--question-key" in str(refused)
    assert list_denied(shell) == {}


def test_who_guesses_the_question_does_not_find_it(shell: Shell) -> None:
    """The public list has the digest under the key, not that of the words."""
    assert list_denied(shell, WRONG) == {DIGEST: ["*"]}
    assert read_question(WRONG).digest != DIGEST
