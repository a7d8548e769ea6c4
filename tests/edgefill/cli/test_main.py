"""The command as it is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from edgefill.cli.__main__ import COMMANDS, create_app


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m cli` with these words in an empty folder."""
    command = [sys.executable, "-m", "edgefill.cli", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_an_expected_error_is_one_line(tmp_path: Path) -> None:
    """No traceback: one line on standard error, nothing on standard output, exit 1."""
    done = run(tmp_path, "releases", "--state", "nothing-here")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("edgefill: no stack runs in ")
    assert done.stderr.count("\n") == 1


def test_every_command_has_its_help() -> None:
    """`--help` works for each command and says what it does."""
    app = create_app()
    for name in COMMANDS:
        done = CliRunner().invoke(app, [name, "--help"])
        assert done.exit_code == 0
        assert name in done.stdout
