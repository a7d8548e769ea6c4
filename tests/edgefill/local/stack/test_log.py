"""The log of many parts."""

import io
from pathlib import Path

from rich.console import Console

from edgefill.local.stack.log import Log


def test_each_line_stands_behind_its_part(tmp_path: Path) -> None:
    """Terminal and file get the same lines, markup and all."""
    screen, file = io.StringIO(), tmp_path / "up.log"
    log = Log(Console(file=screen, width=40), file=file)
    log.line("cdn", "ready [not markup]")
    log.line("api", "x" * 60)
    log.close()
    assert screen.getvalue() == f"cdn      ready [not markup]\napi      {'x' * 60}\n"
    assert file.read_text() == screen.getvalue()


def test_the_last_lines_of_a_part_are_remembered() -> None:
    """An error message can repeat them; other parts' lines are not among them."""
    log = Log()
    for number in range(20):
        log.line("cdn", f"line {number}")
        log.line("api", "other")
    assert log.last("cdn").splitlines() == [f"line {number}" for number in range(8, 20)]
    assert log.last("gpu") == ""


def test_a_closed_log_takes_no_more(tmp_path: Path) -> None:
    """Threads that still read a dying part's output do no harm."""
    log = Log(file=tmp_path / "up.log")
    log.close()
    log.line("cdn", "late")
    assert (tmp_path / "up.log").read_text() == ""
