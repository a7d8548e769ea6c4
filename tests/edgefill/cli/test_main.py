"""The command line as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from edgefill.cli.__main__ import COMMANDS, create_app


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m edgefill.cli` with these words in the folder."""
    command = [sys.executable, "-m", "edgefill.cli", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_an_expected_error_is_one_line(tmp_path: Path) -> None:
    """It goes to standard error without a traceback, and the exit status is 1."""
    done = run(tmp_path, "releases", "--state", "nothing-here")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("edgefill: no stack runs in ")
    assert done.stderr.count("\n") == 1


def test_every_command_has_a_help_text() -> None:
    """`--help` works for each command and names it."""
    app = create_app()
    for name in COMMANDS:
        done = CliRunner().invoke(app, [name, "--help"])
        assert done.exit_code == 0
        assert name in done.stdout
