"""A first shop is complete, sound, and never written over anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgefill.authoring.check import find_problems
from edgefill.authoring.first_shop_files import write_first_shop
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import read_profile


def test_a_first_shop_is_sound_and_holds_content_and_settings_only(tmp_path: Path) -> None:
    """Two experiences in one locale; prompts and roles are the package's."""
    shop = tmp_path / "shop"
    write_first_shop(shop)
    templates = shop / "templates"
    assert find_problems(templates) == []
    catalogue = load_catalogue(templates / "catalogue")
    assert len(catalogue.entries) == 2
    assert catalogue.locales == ("en",)
    assert sorted(path.name for path in templates.iterdir()) == ["catalogue", "demo"]
    profile = read_profile(templates / "demo" / "visitors" / "ada.json")
    declared = {s.name for entry in catalogue.entries.values() for s in entry.experience.slots}
    assert profile.slots.keys() == declared


def test_its_yaml_files_name_their_schemas(tmp_path: Path) -> None:
    """Editors find the schema at the path that the first line names."""
    write_first_shop(tmp_path)
    files = sorted(tmp_path.rglob("*.yaml"))
    assert len(files) == 3
    for file in files:
        first = file.read_text().splitlines()[0]
        schema = first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads((file.parent / schema).read_text())["type"] == "object"


def test_its_cdk_application_is_this_one_with_its_own_content(tmp_path: Path) -> None:
    write_first_shop(tmp_path)
    ours, its = (json.loads((each / "cdk.json").read_text()) for each in (Path(), tmp_path))
    assert its["context"].pop("templates") == "templates"
    assert its == ours


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_nothing_is_overwritten(tmp_path: Path, kind: str) -> None:
    """A folder with a file and a file of that name are refused, and left as they are."""
    target = tmp_path / "shop"
    if kind == "folder":
        target.mkdir()
        (target / "mine").write_text("x")
    else:
        target.write_text("x")
    with pytest.raises(InputRefused, match="is not empty; name a new folder"):
        write_first_shop(target)
    assert [path.name for path in tmp_path.rglob("*")] in (["shop"], ["shop", "mine"])
