"""The append-only file: complete lines survive, torn lines do not count, one process writes."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.journal.append_only_file import open_append_only, take_complete_lines
from tests.full_disk import file_size_limit

OPTION = "--journal"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "lines.jsonl"


def test_the_next_run_reads_the_lines_of_the_last(path: Path) -> None:
    """Each run sees the complete lines that were there when it opened the file."""
    for number, content in enumerate((b"", b"0\n", b"0\n1\n")):
        with open_append_only(path, option=OPTION) as lines:
            assert lines.content == content
            lines.append(str(number).encode())
    assert path.read_bytes() == b"0\n1\n2\n"


def test_a_line_torn_at_any_byte_is_cut_off(path: Path) -> None:
    """The lines before it stay, and the next append follows them directly."""
    whole = b'{"a": 1}\n{"b": 2}\n'
    for size in range(9, len(whole)):
        path.write_bytes(whole[:size])
        assert take_complete_lines(whole[:size]) == whole[:9]
        with open_append_only(path, option=OPTION) as lines:
            assert lines.content == whole[:9]
            lines.append(b'{"b": 2}')
        assert path.read_bytes() == whole


def test_a_second_run_is_refused_while_the_first_writes(path: Path) -> None:
    """The refusal names the file and the option; afterwards the file opens again."""
    with (
        open_append_only(path, option=OPTION),
        pytest.raises(InputRefused, match=r"lines\.jsonl: another run .* another --journal"),
        open_append_only(path, option=OPTION),
    ):
        pass
    with open_append_only(path, option=OPTION):
        pass


def test_a_renamed_file_has_its_final_name_and_all_lines(path: Path) -> None:
    """The old name is gone, so that the next run starts a new file."""
    target = path.with_name("done.jsonl")
    with open_append_only(path, option=OPTION, sync_every=10) as lines:
        lines.append(b"1")
        lines.rename(target)
    assert target.read_bytes() == b"1\n"
    assert not path.exists()


@pytest.mark.parametrize(("sync_every", "syncs"), [(1, [1, 2, 3]), (2, [0, 1, 1])])
def test_lines_are_synced_as_often_as_asked(path: Path, sync_every: int, syncs: list[int]) -> None:
    """After every `sync_every` lines, and the rest when the file is closed."""
    calls: list[int] = []
    counts = []
    with open_append_only(path, option=OPTION, sync_every=sync_every, fsync=calls.append) as lines:
        for _ in range(3):
            lines.append(b"x")
            counts.append(len(calls))
    assert counts == syncs
    assert len(calls) == -(-3 // sync_every)


def test_a_full_disk_leaves_only_complete_lines(path: Path) -> None:
    """The error names the file; what was written of the failed line is removed again."""
    with open_append_only(path, option=OPTION) as lines:
        lines.append(b"first")
        with file_size_limit(10), pytest.raises(OSError, match=r"lines\.jsonl") as caught:
            lines.append(b"too long for the disk")
        assert caught.value.errno == errno.EFBIG
        assert path.read_bytes() == b"first\n"
        lines.append(b"second")
    assert path.read_bytes() == b"first\nsecond\n"


def test_a_failed_sync_takes_the_line_back(path: Path) -> None:
    """A line that may not be on the disk does not count."""

    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with (
        pytest.raises(OSError, match=r"Input/output error.*lines\.jsonl"),
        open_append_only(path, option=OPTION, sync_every=1, fsync=fail) as lines,
    ):
        lines.append(b"lost")
    assert path.read_bytes() == b""


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder, or a file in a missing folder; missing folders are created on demand."""
    with (
        pytest.raises(InputRefused, match="Is a directory; give --journal a file"),
        open_append_only(tmp_path, option=OPTION),
    ):
        pass
    deep = tmp_path / "new" / "lines"
    with pytest.raises(InputRefused, match="No such file"), open_append_only(deep, option=OPTION):
        pass
    with open_append_only(deep, option=OPTION, create_folder=True) as lines:
        lines.append(b"x")
    assert deep.read_bytes() == b"x\n"


def test_a_device_or_pipe_is_refused_unread(tmp_path: Path) -> None:
    """Neither has an end; the refusal names the option."""
    os.mkfifo(tmp_path / "pipe")
    for endless in (Path("/dev/zero"), tmp_path / "pipe"):
        with (
            pytest.raises(InputRefused, match="is not a regular file; give --journal one"),
            open_append_only(endless, option=OPTION),
        ):
            pass
