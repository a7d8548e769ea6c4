"""Checks that the roles' fields agree with their engines, and that what they name exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import get_args

from edgefill.catalogue.checks import Problems
from edgefill.catalogue.content import find_content
from edgefill.catalogue.yaml_file import FieldPath
from edgefill.judging.model import JudgeModel
from edgefill.judging.verdict import RESERVED_NAMES
from edgefill.roles.role_file import RoleSection, RolesFile
from edgefill.roles.roles import Engine, RoleName

ROLE_NAMES: tuple[RoleName, ...] = get_args(RoleName)
# which engines may play a role
ENGINES: Mapping[RoleName, tuple[Engine, ...]] = {
    "drafter": ("service",),
    "reviser": ("service",),
    "judge": ("small", "openai", "service"),
    "critic": ("small", "openai", "service"),
    "introspect": ("writer",),
    "transformer": ("service", "extract"),
}
# the prompt of a role that names none, if its engine needs one
PROMPTS: Mapping[RoleName, str] = {
    "reviser": "revise.j2",
    "judge": "judge.j2",
    "critic": "critic.j2",
    "transformer": "transform.j2",
}
_ASKING: tuple[Engine, ...] = ("service", "openai")
# for which roles and engines a field is; every other field is for all
_FIELDS: Mapping[str, tuple[tuple[RoleName, ...], tuple[Engine, ...]]] = {
    "model": (ROLE_NAMES, ("small", *_ASKING)),
    "adapter": (ROLE_NAMES, ("service",)),
    "url": (ROLE_NAMES, ("openai",)),
    "key_env": (ROLE_NAMES, ("openai",)),
    "prompt": (("reviser", "judge", "critic", "transformer"), _ASKING),
    "prompts": (("drafter",), _ASKING),
    "rubric": (("judge",), _ASKING),
    "compare": (("judge",), _ASKING),
    "critique": (("introspect",), ("writer",)),
    "calibration": (("judge",), _ASKING),
    "min_log_probability": (("introspect",), ("writer",)),
    "min_fluency": (("critic",), _ASKING),
    "max_surprise": (("critic",), ("small",)),
    "runs_on": (ROLE_NAMES, ("service", "small")),
}
# for which roles a part of `budget` is; `seconds` is for all
_BUDGET: Mapping[str, tuple[RoleName, ...]] = {
    "attempts": ("drafter", "reviser"),
    "tokens": ("drafter",),
}
_RESERVED = f"{', '.join(RESERVED_NAMES)}: reserved names of judges; give the model another name"
_REQUIRED: Mapping[Engine, tuple[str, ...]] = {"small": ("model",), "openai": ("url", "model")}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChecker:
    """Checks roles against the folder `templates` and the environment.

    `models` has, for each path that a role of the engine `small` names, its judge, or why there is
    none. The keys of servers are not checked if `environment` is None.
    """

    templates: Path
    models: Mapping[str, JudgeModel | str]
    environment: Mapping[str, str] | None

    def check(self, file: RolesFile) -> Problems:
        """Every problem of the file."""
        for name in ROLE_NAMES:
            section: RoleSection | None = getattr(file, name)
            if section is not None:
                yield from self._check_role(name, section)

    def _check_role(self, name: RoleName, section: RoleSection) -> Problems:
        if section.engine not in ENGINES[name]:
            engines = ", ".join(ENGINES[name])
            yield (name, "engine"), f"{section.engine!r} cannot play this role; choose {engines}"
            return
        yield from _check_fields(name, section)
        for prompt, path in list_prompts(name, section):
            if not find_content(self.templates, f"prompts/{prompt}").is_file():
                yield path, f"prompts/{prompt} does not exist; write it, or name another"
        problem = self.models.get(section.model) if section.engine == "small" else None
        if isinstance(problem, str):
            yield (name, "model"), problem
        if not is_path_below(section.rubric):
            yield (
                (name, "rubric"),
                f"{section.rubric!r} is not a path below the templates; write e.g. "
                "judging/rubric.yaml",
            )
        for field in ("model", "adapter"):
            if getattr(section, field) in RESERVED_NAMES:
                yield (name, field), _RESERVED
        if section.key_env:
            yield from self._check_key((name, "key_env"), section.key_env)

    def _check_key(self, path: FieldPath, variable: str) -> Problems:
        if self.environment is None:
            return
        key = self.environment.get(variable, "")
        if not key:
            yield path, f"the environment has no {variable}; set it to the server's key"
        elif not (key.isascii() and key.isprintable()) or " " in key:
            yield path, f"{variable} does not hold a key: it has blanks or other than ASCII"


def is_path_below(path: str) -> bool:
    """Whether `path` stays below the folder to which it is appended."""
    pure = PurePosixPath(path)
    return path.isprintable() and not pure.is_absolute() and ".." not in pure.parts


def list_prompts(name: RoleName, section: RoleSection) -> Iterator[tuple[str, FieldPath]]:
    """The prompts that a role needs, each with its field."""
    if name == "drafter":
        yield section.prompts.template, (name, "prompts", "template")
        if section.prompts.question:
            yield section.prompts.question, (name, "prompts", "question")
    elif section.engine in _ASKING:
        yield section.prompt or PROMPTS[name], (name, "prompt")
    for field in ("compare", "critique"):
        if prompt := getattr(section, field):
            yield prompt, (name, field)


def _check_fields(name: RoleName, section: RoleSection) -> Problems:
    for field in _FIELDS:
        if field not in section.model_fields_set:
            continue
        roles, engines = _FIELDS[field]
        if name not in roles:
            yield (name, field), f"does not fit the role {name!r}; remove it"
        elif section.engine not in engines:
            yield (name, field), f"does not fit the engine {section.engine!r}; remove it"
    for field in section.budget.model_fields_set & _BUDGET.keys():
        if name not in _BUDGET[field]:
            limited = " and ".join(_BUDGET[field])
            yield (name, "budget", field), f"limits {limited} only; remove it, or limit the seconds"
    for field in _REQUIRED.get(section.engine, ()):
        if field not in section.model_fields_set:
            yield (name, field), f"the engine {section.engine!r} needs this field"
