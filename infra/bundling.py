"""Bundles: what is uploaded for each function, byte for byte the same for the same sources.

A bundle keeps the repository's paths, so that `lambdas.core.program` is the same import in tests,
at the edge and in the API.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
EDGE_ROOMS = ("lambdas/core", "lambdas/edge")
EDGE_CONFIG = "lambdas/edge/config.json"
TASK_ROOT = "/var/task"  # where Lambda puts a bundle, read-only
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can say


def stage_edge(target: Path, config: Mapping[str, Any], *, python: str | None = None) -> None:
    """Lay the edge's bundle out in the empty folder `target`, its configuration as a file in it.

    `python` is an interpreter of the very version that the function's runtime has: the bundle
    then holds compiled modules alone (`runtime_of` names the runtime). Without one it holds the
    sources, which any runtime takes and compiles anew at every cold start.
    """
    copy_rooms(target, EDGE_ROOMS)
    (target / EDGE_CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    if python is not None:
        _compile(target, python)


def runtime_of(python: str) -> str:
    """The Lambda runtime that reads what this interpreter compiles, e.g. `python3.13`."""
    code = "import sys; print('python%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-I", "-c", code], check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


def _compile(folder: Path, python: str) -> None:
    """Put a .pyc in the place of every module, as small and as quick to load as they get.

    Without docstrings and columns (line numbers stay), never checked against a source (PEP 552),
    and naming the sources by the paths that Lambda would show.
    """
    command = [python, "-I", "-X", "no_debug_ranges", "-m", "compileall", "-q", "-b", "-o", "2"]
    paths = ["-s", str(folder), "-p", TASK_ROOT, str(folder)]
    options = ["--invalidation-mode", "unchecked-hash", *paths]
    subprocess.run([*command, *options], check=True, env=os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S603
    for source in folder.rglob("*.py"):
        source.unlink()


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
