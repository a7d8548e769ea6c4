"""What experiences leave out has defaults; the problems of all files are reported together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import CatalogueRefused

if TYPE_CHECKING:
    from pathlib import Path

    from tests.edgefill.catalogue.conftest import Write

HELLO = "experiences/hello.yaml"
SHOP = "shop.yaml"


def test_what_a_file_leaves_out_has_a_default(tmp_path: Path) -> None:
    """Id, title, tone, format, locale, cases and descriptions follow from what is written."""
    (tmp_path / "experiences").mkdir()
    (tmp_path / "fallbacks" / "spring-sale").mkdir(parents=True)
    (tmp_path / "shop.yaml").write_text("name: Shop\nlocales: [de, en]\n")
    declared = "goal: name the end\nslots: {end_date: {type: date}}\n"
    (tmp_path / "experiences" / "spring-sale.yaml").write_text(declared)
    for locale in ("de", "en"):
        (tmp_path / "fallbacks" / "spring-sale" / f"{locale}.html").write_text("<p>Now</p>")
    catalogue = load_catalogue(tmp_path)
    entry = catalogue.entry("spring-sale")
    assert catalogue.default_locale == "de"
    assert (entry.title, entry.tones, entry.experience.format) == (
        "Spring sale",
        ("plain",),
        "html",
    )
    assert entry.experience.cases.names == ("any",)
    assert entry.experience.slots[0].description == "end date"


def test_the_problems_of_all_files_are_reported_in_the_order_to_fix_them(write: Write) -> None:
    """The shop's file comes first, then experiences, fallbacks and folders of no experience."""
    folder = write(SHOP, "[new, old]", "[any, old]")
    (folder / HELLO).write_text((folder / HELLO).read_text().replace("[warm, crisp]", "[loud]"))
    (folder / "experiences" / "broken.yaml").write_text("goal: [\n")
    (folder / "experiences" / "late.yml").write_text("goal: g\n")
    (folder / "experiences" / "bye.yaml").write_text("goal: g\nslots: {x: {type: text}}\n")
    (folder / "fallbacks" / "bye").mkdir()
    (folder / "fallbacks" / "bye" / "en.txt").write_text("Bye")
    (folder / "fallbacks" / "helo").mkdir()
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    problems = str(refused.value).splitlines()
    assert [problem.split(": ")[0] for problem in problems] == [
        "shop.yaml:7",
        "experiences/late.yml",
        "experiences/broken.yaml:2",
        "experiences/hello.yaml:5",
        "fallbacks/bye/en.html",
        "fallbacks/bye/de.html",
        "fallbacks/helo",
    ]
    assert "en.txt is there, but the experience's format is html" in problems[4]
    assert "did you mean 'hello'?" in problems[6]


def test_an_experience_is_not_named_like_a_folder_of_releases(write: Write) -> None:
    """An id that is a path of every release is refused."""
    folder = write()
    (folder / "experiences" / "routers.yaml").write_text("goal: g\nslots: {x: {type: text}}\n")
    with pytest.raises(CatalogueRefused, match=r"routers\.yaml:1: id: 'routers' is a folder"):
        load_catalogue(folder)
