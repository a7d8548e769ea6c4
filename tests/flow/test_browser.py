"""The demo page in a real browser, as two visitors and as nobody."""

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
    """Where the screenshots of a test are left."""
    return tmp_path


def look(world: World, path: str, folder: Path, name: str) -> str:
    """The page's DOM once it is filled; its screenshot is left in `folder`."""
    url = world.stack.run_file.cdn + path
    for aim in (f"--screenshot={folder / name}.png", "--dump-dom"):
        user = f"--user-data-dir={folder / (name + aim[:6])}"
        command = [str(CHROMIUM), *QUIET, user, aim, url]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert (folder / f"{name}.png").stat().st_size > 10_000
    return done.stdout


def test_each_visitor_sees_their_own_name_and_no_other(world: World, pictures: Path) -> None:
    """Ada reads German, Jonas English; neither page holds anything of the other."""
    ada = look(world, "/demo/login?profile=ada", pictures, "ada")
    jonas = look(world, "/demo/login?profile=jonas", pictures, "jonas")
    for page, own, other in ((ada, "Ada", "Jonas"), (jonas, "Jonas", "Ada")):
        shown = page[page.index("<main>") : page.index("</main>")]
        assert 'data-filled="yes"' in page
        assert shown.count("data-experience") == 4
        assert shown.count(own) >= 3
        assert other not in shown
    assert "TT-1815" in ada
    assert "TT-2207" in jonas


def test_nobody_we_know_sees_nobodys_name(world: World, pictures: Path) -> None:
    """Without a cookie the page speaks to everybody, and leaves out what needs a visitor."""
    page = look(world, "/demo/", pictures, "nobody")
    shown = page[page.index("<main>") : page.index("</main>")]
    assert shown.count("data-experience") == 3
    assert "Ada" not in shown
    assert "Jonas" not in shown
