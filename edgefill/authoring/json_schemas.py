"""JSON Schemas of a shop's YAML files, by which editors complete and check them.

They are generated from the models that read the files: `python -m edgefill.authoring.json_schemas`
writes them again after a change of a model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from edgefill.catalogue.questions.states import StatesFile
from edgefill.catalogue.schema import ExperienceFile, ShopFile
from edgefill.judging.large.rubric_file import RubricFile
from edgefill.roles.role_file import RolesFile

FOLDER = Path(__file__).with_name("schemas")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: Mapping[str, type[BaseModel]] = {
    "shop": ShopFile,
    "experience": ExperienceFile,
    "states": StatesFile,
    "roles": RolesFile,
    "rubric": RubricFile,
}


def build_schemas() -> dict[str, str]:
    """The text of every schema by its file's name, `shop.schema.json` and so on."""
    schemas = {
        f"{name}.schema.json": {"$schema": _DIALECT, "additionalProperties": False}
        | model.model_json_schema()
        for name, model in _MODELS.items()
    }
    return {
        name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


def main() -> None:
    """Write the schemas into the package."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in build_schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
