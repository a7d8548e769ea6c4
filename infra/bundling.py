"""Bundles: what is uploaded for each function, byte for byte the same for the same sources.

A bundle keeps the repository's paths, so that `lambdas.core.program` is the same import in tests,
at the edge and in the API.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
EDGE_ROOMS = ("lambdas/core", "lambdas/edge")
EDGE_CONFIG = "lambdas/edge/config.json"
TASK_ROOT = "/var/task"  # where Lambda puts a bundle, read-only
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can say


def stage_edge(target: Path, config: Mapping[str, Any], *, python: str = sys.executable) -> None:
    """Lay the edge's bundle out in the empty folder `target`, its configuration as a file in it.

    `python` compiles the modules; give it the version of the Lambda runtime, since another
    version passes its .pyc files over and compiles at every cold start.
    """
    copy_rooms(target, EDGE_ROOMS)
    (target / EDGE_CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    compile_modules(target, python=python)


def compile_modules(folder: Path, *, python: str = sys.executable) -> None:
    """Write unchecked-hash .pyc files: no source is looked at when they are imported (PEP 552).

    The names of the sources inside are those that Lambda will see.
    """
    command = [python, "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    paths = ["-s", str(folder), "-p", TASK_ROOT, str(folder)]
    subprocess.run([*command, *paths], check=True, env=os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S603


def zip_folder(folder: Path, file: Path) -> None:
    """Pack a folder: sorted names, one date, one mode, so that equal folders give equal files."""
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), compresslevel=9)


def copy_rooms(target: Path, rooms: Iterable[str]) -> None:
    """The rooms' modules, and the `__init__.py` of the package above each."""
    for room in rooms:
        shutil.copytree(
            ROOT / room, target / room, ignore=shutil.ignore_patterns("__pycache__", "*.json")
        )
        parent = Path(room).parent
        shutil.copy(ROOT / parent / "__init__.py", target / parent / "__init__.py")
