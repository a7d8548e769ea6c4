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


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Commands find the stack that wrote the file, until it is forgotten."""
    HERE.write(tmp_path)
    assert read_run_file(tmp_path) == HERE
    remove_run_file(tmp_path)
    remove_run_file(tmp_path)
    assert find_run_file(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", '{"pid": 1}', "[]"])
def test_a_file_that_says_nothing_is_no_stack(tmp_path: Path, text: str) -> None:
    """A torn or foreign file counts as none."""
    (tmp_path / "run.json").write_text(text)
    assert find_run_file(tmp_path) is None


def test_a_dead_supervisor_is_no_stack(tmp_path: Path) -> None:
    """A run file left behind by a killed process is not believed; the remedy is named."""
    replace(HERE, pid=2**22 + 1).write(tmp_path)
    with pytest.raises(InputRefused, match="edgefill up"):
        read_run_file(tmp_path)


def test_a_state_folder_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    """The message names the option, the place and the remedy."""
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(InputRefused, match=r"--state .*file: File exists; name a folder"):
        create_state_folder(file)
