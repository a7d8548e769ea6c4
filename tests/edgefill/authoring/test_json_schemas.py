"""The schemas for editors are those of the models that read the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from edgefill.authoring.json_schemas import FOLDER, build_schemas

CATALOGUE = Path("templates/catalogue")
FILES = {
    "shop": [CATALOGUE / "shop.yaml"],
    "experience": sorted((CATALOGUE / "experiences").glob("*.yaml")),
    "states": [CATALOGUE / "questions" / "states.yaml"],
    "roles": [Path("templates/roles.yaml")],
    "rubric": [Path("templates/judging/rubric.yaml")],
}


def test_the_schemas_are_current() -> None:
    """`python -m edgefill.authoring.json_schemas` writes them again."""
    assert {path.name: path.read_text() for path in FOLDER.iterdir()} == build_schemas()


@pytest.mark.parametrize("name", FILES)
def test_the_demo_shop_fits_its_schemas_and_a_mistake_does_not(name: str) -> None:
    """An unknown field is marked, as the loader refuses it."""
    validator = Draft202012Validator(json.loads((FOLDER / f"{name}.schema.json").read_text()))
    assert FILES[name]
    for file in FILES[name]:
        data = yaml.safe_load(file.read_text())
        assert list(validator.iter_errors(data)) == []
        assert list(validator.iter_errors(data | {"unknown_field": 1})) != []
