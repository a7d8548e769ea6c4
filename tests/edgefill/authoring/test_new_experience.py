"""A new experience is written whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.authoring.check import find_problems
from edgefill.authoring.first_shop_files import write_first_shop
from edgefill.authoring.new_experience import NewExperience, convert_experience, write_experience
from edgefill.core.errors import EdgefillError


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    write_first_shop(tmp_path / "shop")
    return tmp_path / "shop" / "templates"


def list_files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_experience_is_sound(templates: Path) -> None:
    """Its YAML names its schema, and every locale has the text."""
    new = NewExperience(
        id="price-drop",
        goal="name the: new price",
        text="<p>Now {{ price | money | default('cheaper') }}.</p>",
        slots={"price": "money"},
    )
    written = write_experience(templates, new)
    assert [path.name for path in written.files] == ["price-drop.yaml", "en.html"]
    assert written.files[0].read_text().startswith("# yaml-language-server: $schema=../../../.s")
    assert find_problems(templates) == []


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (NewExperience(id="Price Drop", goal="g", text="a"), "is not a name"),
        (NewExperience(id="../x", goal="g", text="a"), "is not a name"),
        (NewExperience(id="routers", goal="g", text="a"), "is a folder of every release"),
        (NewExperience(id="order-confirmed", goal="g", text="a"), "exists; nothing is overwritten"),
        (NewExperience(id="a", goal="g", text="a", slots={"x": "dat"}), "did you mean 'date'?"),
        (NewExperience(id="a", goal="g", text="<p>{{ x }}</p>"), "'x' is not a declared slot"),
        (NewExperience(id="a", goal="g", text=""), "is empty; write the fallback text"),
    ],
)
def test_a_mistake_is_refused_and_nothing_is_written(
    templates: Path, new: NewExperience, expected: str
) -> None:
    before = list_files(templates)
    with pytest.raises(EdgefillError, match=expected.replace("?", r"\?")):
        write_experience(templates, new)
    assert list_files(templates) == before


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"\xff\xfe", "is not UTF-8 at byte 0"), (b"x" * 1_000_001, "is larger than 1000000 bytes")],
)
def test_a_source_that_cannot_be_read_is_refused(
    templates: Path, tmp_path: Path, content: bytes, expected: str
) -> None:
    source, before = tmp_path / "mail.html", list_files(templates)
    source.write_bytes(content)
    with pytest.raises(EdgefillError, match=expected):
        convert_experience(templates, NewExperience(id="a", goal="g"), source)
    assert list_files(templates) == before
