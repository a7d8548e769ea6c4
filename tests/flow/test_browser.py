"""The demo page in a real browser, as two visitors and anonymously."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.flow.conftest import World

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="install Debian's chromium to run this"),
]
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1000,900",
    "--virtual-time-budget=15000",  # milliseconds of the page's own time
)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder for the screenshots of a test."""
    return tmp_path


def open_page(world: World, path: str, folder: Path, name: str) -> str:
    """The page's DOM once it is filled; a screenshot is written to `folder`."""
    url = world.stack.run_file.cdn + path
    for aim in (f"--screenshot={folder / name}.png", "--dump-dom"):
        user = f"--user-data-dir={folder / (name + aim[:6])}"
        command = [str(CHROMIUM), *QUIET, user, aim, url]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert (folder / f"{name}.png").stat().st_size > 10_000
    return done.stdout


def test_each_visitor_sees_only_their_own_name(world: World, pictures: Path) -> None:
    """Ada reads German, Jonas English; neither page contains the other's values."""
    ada = open_page(world, "/demo/login?profile=ada", pictures, "ada")
    jonas = open_page(world, "/demo/login?profile=jonas", pictures, "jonas")
    for page, own, other in ((ada, "Ada", "Jonas"), (jonas, "Jonas", "Ada")):
        main = page[page.index("<main>") : page.index("</main>")]
        assert 'data-filled="yes"' in page
        assert main.count("data-experience") == 4
        assert main.count(own) >= 3
        assert other not in main
    assert "TT-1815" in ada
    assert "TT-2207" in jonas


def test_an_anonymous_visitor_sees_no_name(world: World, pictures: Path) -> None:
    """Without a cookie the page leaves out the experiences that need a visitor."""
    page = open_page(world, "/demo/", pictures, "nobody")
    main = page[page.index("<main>") : page.index("</main>")]
    assert main.count("data-experience") == 3
    assert "Ada" not in main
    assert "Jonas" not in main
