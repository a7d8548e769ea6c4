"""A quality report's two files are written together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.cli.releases.report_output import require_writable, write_files
from edgefill.core.errors import InputRefused

FILES = {"quality.html": b"page", "quality.json": b"{}"}


def test_writes_both_and_nothing_else(tmp_path: Path) -> None:
    """Into a folder that may not exist yet; older files are replaced."""
    page = tmp_path / "new/june.html"
    for _ in range(2):
        assert write_files(FILES, page) == page
    written = {each.name: each.read_bytes() for each in page.parent.iterdir()}
    assert written == {"june.html": b"page", "june.json": b"{}"}


@pytest.mark.parametrize("folder", ["q.html", "q.json"])
def test_a_folder_in_the_place_of_either_file_prevents_both(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    with pytest.raises(InputRefused, match=f"{folder}: is a folder; give another name"):
        write_files(FILES, tmp_path / "q.html")
    assert [each.name for each in tmp_path.iterdir()] == [folder]


def test_a_name_without_html_is_refused(tmp_path: Path) -> None:
    """Else the name of a page could be that of its JSON."""
    with pytest.raises(InputRefused, match=r"write a name that ends in \.html"):
        require_writable(tmp_path / "report.json")


def test_a_check_changes_no_file(tmp_path: Path) -> None:
    page = tmp_path / "q.html"
    page.write_text("old")
    require_writable(page)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("q.html", "old")]
