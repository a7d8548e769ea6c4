"""The run file."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.stack.run_file import (
    RunFile,
    create_state_folder,
    find_run_file,
    read_run_file,
    remove_run_file,
)

HERE = RunFile(
    pid=os.getpid(),
    cdn="http://127.0.0.1:8080",
    s3_endpoint="http://127.0.0.1:1",
    bucket="b",
    table="t",
    queue_url="q",
    gpu_url="http://127.0.0.1:2",
    api_url="http://127.0.0.1:3",
    shop_url="http://127.0.0.1:4",
    control="http://127.0.0.1:5005",
    parts={"cdn": 7},
)


def test_a_run_file_is_read_until_it_is_removed(tmp_path: Path) -> None:
    """Removing it twice is harmless."""
    HERE.write(tmp_path)
    assert read_run_file(tmp_path) == HERE
    remove_run_file(tmp_path)
    remove_run_file(tmp_path)
    assert find_run_file(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", '{"pid": 1}', "[]"])
def test_an_unreadable_run_file_counts_as_no_stack(tmp_path: Path, text: str) -> None:
    """It may be empty, cut off or of another program."""
    (tmp_path / "run.json").write_text(text)
    assert find_run_file(tmp_path) is None


def test_a_dead_supervisor_counts_as_no_stack(tmp_path: Path) -> None:
    """The run file of a killed process is ignored, and the message names the remedy."""
    replace(HERE, pid=2**22 + 1).write(tmp_path)
    with pytest.raises(InputRefused, match="edgefill up"):
        read_run_file(tmp_path)


def test_a_state_folder_that_cannot_be_created_is_refused(tmp_path: Path) -> None:
    """The message names the option, the path and the remedy."""
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(InputRefused, match=r"--state .*file: File exists; name a folder"):
        create_state_folder(file)
