"""The template is written when it is missing or older than its sources."""

import os
import sys
from pathlib import Path

import pytest

from edgefill.local.stack.synthesis import TEMPLATE, SynthesisFailed, ensure_template

WRITES = f"""
from pathlib import Path
template = Path({str(TEMPLATE)!r})
template.parent.mkdir(parents=True, exist_ok=True)
template.write_text(template.read_text() + "again" if template.exists() else "made")
"""
COMMAND = (sys.executable, "-c", WRITES)


def test_the_template_is_written_once_and_again_when_a_source_is_newer(tmp_path: Path) -> None:
    """Sources are the stacks, the public keys, the edge's modules and cdk.json."""
    source = tmp_path / "lambdas" / "edge" / "handler.py"
    source.parent.mkdir(parents=True)
    source.write_text("")
    os.utime(source, (1, 1))
    template = ensure_template(tmp_path, command=COMMAND)
    assert template == tmp_path / TEMPLATE
    assert ensure_template(tmp_path, command=COMMAND).read_text() == "made"
    newer = template.stat().st_mtime + 1
    os.utime(source, (newer, newer))
    assert ensure_template(tmp_path, command=COMMAND).read_text() == "madeagain"


def test_a_failure_ends_with_the_last_lines_of_output(tmp_path: Path) -> None:
    """The message has the status and the last lines."""
    code = "print('\\n'.join(map(str, range(100)))); raise SystemExit(3)"
    with pytest.raises(SynthesisFailed, match=r"status 3; its output ends with:\n85\n(.*\n)*99$"):
        ensure_template(tmp_path, command=(sys.executable, "-c", code))


def test_a_command_that_writes_no_template_fails(tmp_path: Path) -> None:
    """Even with exit status 0."""
    with pytest.raises(SynthesisFailed, match="ends with:\nnothing"):
        ensure_template(tmp_path, command=(sys.executable, "-c", ""))
