"""Loads `templates/roles.yaml`; all its problems are reported together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from edgefill.catalogue.content import find_content
from edgefill.catalogue.nearest_name import describe_choices
from edgefill.catalogue.validation import refuse_problems, validate_file
from edgefill.catalogue.yaml_file import FieldPath, read_yaml_file
from edgefill.core.errors import ObjectCorrupt
from edgefill.judging.model import JudgeModel, load_model
from edgefill.roles.role_checks import ROLE_NAMES, RoleChecker, is_path_below, list_prompts
from edgefill.roles.role_file import RoleSection, RolesFile
from edgefill.roles.roles import Budget, Placement, Role, RoleName, Roles

FILE = "roles.yaml"


def load_roles(templates: Path, *, environment: Mapping[str, str] | None) -> Roles:
    """The roles in `templates/roles.yaml`; CatalogueRefused names line and field of every problem.

    `environment` has the variables that roles name as their keys; None if no server is asked.
    """
    yaml_file = read_yaml_file(find_content(templates, FILE), file=FILE)
    data = yaml_file.data
    unknown = [name for name in data if name not in ROLE_NAMES] if isinstance(data, dict) else []
    refuse_problems(yaml_file, map(_describe_unknown_role, map(str, unknown)))
    file = validate_file(yaml_file, RolesFile)
    sections: dict[RoleName, RoleSection] = {
        name: section for name in ROLE_NAMES if (section := getattr(file, name)) is not None
    }
    models = _load_models(templates, sections.values())
    checker = RoleChecker(templates=templates, models=models, environment=environment)
    refuse_problems(yaml_file, checker.check(file))
    return Roles(
        roles={name: _build_role(name, section) for name, section in sections.items()},
        question_prompt=file.drafter.prompts.question or "",
        models={name: each for name, each in models.items() if isinstance(each, JudgeModel)},
    )


def _describe_unknown_role(name: str) -> tuple[FieldPath, str]:
    return (name,), f"{name!r} is not a role; {describe_choices(name, ROLE_NAMES)}"


def _load_models(templates: Path, sections: Iterable[RoleSection]) -> dict[str, JudgeModel | str]:
    """Each small judge once, or why there is none."""
    paths = {each.model for each in sections if each.engine == "small" and each.model}
    return {path: _load_model(templates, path) for path in sorted(paths)}


def _load_model(templates: Path, path: str) -> JudgeModel | str:
    if not is_path_below(path):
        return f"{path!r} is not a path below the templates; write e.g. judging/judge.json"
    try:
        return load_model(find_content(templates, path))
    except ObjectCorrupt as error:
        return f"{path!r} is not a trained judge: {error}"


def _build_role(name: RoleName, section: RoleSection) -> Role:
    prompts = [prompt for prompt, _ in list_prompts(name, section)]
    return Role(
        name=name,
        engine=section.engine,
        model=section.model,
        adapter=section.adapter,
        prompt=prompts[0] if prompts else "",
        budget=Budget(**section.budget.model_dump()),
        placement=Placement(
            gpus=tuple(section.runs_on.gpus), precisions=tuple(section.runs_on.precisions)
        ),
        url=section.url,
        key_env=section.key_env,
        rubric=section.rubric,
        compare=section.compare,
        critique=section.critique,
        settings={
            "slope": section.calibration.slope,
            "offset": section.calibration.offset,
            "min_log_probability": section.min_log_probability,
            "min_fluency": section.min_fluency,
            "max_surprise": section.max_surprise,
        },
    )
