"""Checks of the content: the catalogue, the roles and their prompts load."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import EdgefillError
from edgefill.operations.check_result import CheckResult, fail_check, pass_check
from edgefill.roles.build import load_role_prompts
from edgefill.roles.loader import load_roles


def check_catalogue(templates: Path) -> CheckResult:
    """The catalogue under `templates` loads."""
    try:
        catalogue = load_catalogue(templates / "catalogue")
    except EdgefillError as error:
        return fail_check("catalogue", str(error), remedy="correct the named file")
    return pass_check("catalogue", f"{len(catalogue.entries)} experiences, {catalogue.version}")


def check_roles(templates: Path, environment: Mapping[str, str]) -> CheckResult:
    """`roles.yaml`, the models it names and its prompts load."""
    try:
        roles = load_roles(templates, environment=environment)
        load_role_prompts(templates, roles)
    except EdgefillError as error:
        return fail_check("roles", str(error), remedy="correct the named file")
    return pass_check("roles", ", ".join(roles.roles))
