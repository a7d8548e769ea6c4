"""Writes the files of a first shop of one's own, all of them or none."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from edgefill.authoring.json_schemas import FOLDER as SCHEMAS
from edgefill.core.errors import InputRefused

_FILES = Path(__file__).with_name("first_shop")


def write_first_shop(folder: Path) -> None:
    """Write a complete shop into `folder`, which is new or empty; InputRefused.

    The files are written next to it and moved at the end, so nothing is ever half-written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputRefused(f"{folder}: is not empty; name a new folder, nothing is overwritten")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".edgefill-", dir=folder.parent) as scratch:
            shop = Path(scratch) / "shop"
            shutil.copytree(_FILES, shop)
            (shop / "gitignore").rename(shop / ".gitignore")
            shutil.copytree(SCHEMAS, shop / ".schemas")
            # an empty folder is replaced, any other refuses the rename
            shop.replace(folder)
    except OSError as error:
        raise InputRefused(
            f"{folder}: {error.strerror}; name a folder that can be written"
        ) from error
