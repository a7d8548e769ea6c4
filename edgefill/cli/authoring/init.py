"""`edgefill init`: writes a first shop of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgefill.authoring.first_shop_files import write_first_shop


def command(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Write a small, complete shop: two experiences, a visitor and the settings."""
    write_first_shop(folder)
    typer.echo(f"{folder}: written; next: cd {folder} && edgefill check && edgefill up")
