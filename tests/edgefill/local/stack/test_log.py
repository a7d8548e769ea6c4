"""The log of all processes."""

import io
from pathlib import Path

from rich.console import Console

from edgefill.local.stack.log import StackLog
from tests.full_disk import file_size_limit


def test_each_line_has_the_name_of_its_process(tmp_path: Path) -> None:
    """Terminal and file get the same lines, and markup is printed literally."""
    screen, file = io.StringIO(), tmp_path / "up.log"
    log = StackLog(Console(file=screen, width=40), file=file)
    log.write_line("cdn", "ready [not markup]")
    log.write_line("api", "x" * 60)
    log.close()
    assert screen.getvalue() == f"cdn      ready [not markup]\napi      {'x' * 60}\n"
    assert file.read_text() == screen.getvalue()


def test_the_last_lines_of_a_process_are_remembered() -> None:
    """An error message repeats them without the lines of other processes."""
    log = StackLog()
    for number in range(20):
        log.write_line("cdn", f"line {number}")
        log.write_line("api", "other")
    assert log.read_last_lines("cdn").splitlines() == [f"line {number}" for number in range(8, 20)]
    assert log.read_last_lines("gpu") == ""


def test_a_full_disk_and_a_terminal_that_is_gone_stop_nothing(tmp_path: Path) -> None:
    """Lines are still remembered, and written again once there is room."""
    screen, file = io.StringIO(), tmp_path / "up.log"
    log = StackLog(Console(file=screen, width=40), file=file)
    screen.close()
    with file_size_limit(100):
        for number in range(2000):
            log.write_line("cdn", f"line {number} \u65e5\u672c")
    log.write_line("cdn", "there is room again")
    assert log.read_last_lines("cdn").endswith("line 1999 \u65e5\u672c\nthere is room again")
    log.close()
    assert file.read_text().endswith("cdn      there is room again\n")


def test_a_terminal_that_cannot_show_a_character_stops_nothing(tmp_path: Path) -> None:
    """The file has it."""
    log = StackLog(
        Console(file=io.TextIOWrapper(io.BytesIO(), "ascii"), width=40), file=tmp_path / "up.log"
    )
    log.write_line("cdn", "\u65e5\u672c")
    log.close()
    assert (tmp_path / "up.log").read_text() == "cdn      \u65e5\u672c\n"


def test_a_closed_log_ignores_lines(tmp_path: Path) -> None:
    """Threads may still copy the output of a process that is ending."""
    log = StackLog(file=tmp_path / "up.log")
    log.close()
    log.write_line("cdn", "late")
    assert (tmp_path / "up.log").read_text() == ""
