"""The memory of a process and its descendants, as /proc has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.words.memory import list_tree, measure_tree


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """1 started 2 and 4, 2 started 3 and has ended since; 5 is another's."""
    for pid, parent, name in [
        (1, 0, "up"),
        (2, 1, "a) b"),
        (3, 2, "cdn"),
        (4, 1, "x"),
        (5, 0, "y"),
    ]:
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "stat").write_text(f"{pid} ({name}) S {parent} 7 7 0")
        if pid != 2:
            (folder / "smaps_rollup").write_text(f"Rss: 900 kB\nPss: {pid} kB\nPss_Anon: 1 kB\n")
    (tmp_path / "meminfo").write_text("")
    return tmp_path


def test_all_descendants_are_counted(proc: Path) -> None:
    assert sorted(list_tree(1, proc)) == [1, 2, 3, 4]
    assert measure_tree(1, proc) == 1024 * (1 + 3 + 4)


def test_without_any_figure_the_memory_is_unknown(tmp_path: Path) -> None:
    assert measure_tree(1, tmp_path) is None
