"""Finds the files of a shop: its own, or the one of that name in the installed package.

The package brings the prompts, the roles and the judge's files. A shop's folder replaces any of
them by a file of the same name.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE_CONTENT = Path(__file__).parents[2] / "templates"


def find_content(templates: Path, name: str) -> Path:
    """The file or folder `name` of the shop in `templates`, else the package's."""
    own = templates / name
    return own if own.exists() else PACKAGE_CONTENT / name
