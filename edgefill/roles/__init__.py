"""Roles: which model plays which part in drafting, as `templates/roles.yaml` configures it.

`role_file.py` is the schema of the file, `role_checks.py` finds its contradictions, `loader.py`
reads it, and `build.py` makes the drafting roles (edgefill/drafting/drafting_roles.py) of it.
"""

from edgefill.roles.build import build_roles, load_role_prompts
from edgefill.roles.loader import load_roles
from edgefill.roles.roles import Budget, Engine, Placement, Role, RoleName, Roles

__all__ = [
    "Budget",
    "Engine",
    "Placement",
    "Role",
    "RoleName",
    "Roles",
    "build_roles",
    "load_role_prompts",
    "load_roles",
]
