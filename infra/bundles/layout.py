"""Bundles: what is uploaded for each function, byte for byte the same for the same sources.

A bundle keeps the repository's paths, so that `edgefill.template.program` is the same import in
tests, at the edge and in the API.
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

ROOT = Path(__file__).parents[2]
EDGE_PACKAGES = (
    "edgefill/core", "edgefill/template", "edgefill/identity", "edgefill/routing",
    "edgefill/packs", "edgefill/visit", "lambdas/edge",
)  # fmt: skip
EDGE_CONFIG = "lambdas/edge/config.json"
TASK_ROOT = "/var/task"  # where Lambda puts a bundle, read-only
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can say


def build_edge_bundle(
    target: Path, config: Mapping[str, Any], *, python: str | None = None
) -> None:
    """Lay the edge's bundle out in the empty folder `target`, its configuration as a file in it.

    `python` is an interpreter of the very version that the function's runtime has: the bundle
    then holds compiled code alone (`runtime_of` names the runtime). Without one it holds the
    sources, which any runtime takes and compiles anew at every cold start.
    """
    copy_packages(target, EDGE_PACKAGES)
    (target / EDGE_CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    if python is not None:
        _compile_modules(target, python)


def read_runtime(python: str) -> str:
    """The Lambda runtime that reads what this interpreter compiles, e.g. `python3.13`."""
    code = "import sys; print('python%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-I", "-c", code], check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


def _compile_modules(folder: Path, python: str) -> None:
    """Put all modules into one file, and the importer that reads it, compiled, before them.

    A zip compresses each file separately: 66 small files take more than one. The importer is
    never checked against a source (PEP 552), and tracebacks name the paths that Lambda has.
    """
    (folder / "lambdas/__init__.py").write_bytes((ROOT / "infra/bundles/importer.py").read_bytes())
    command = [python, "-I", "-X", "no_debug_ranges"]
    _run([*command, str(ROOT / "infra/bundles/pack_modules.py"), str(folder), TASK_ROOT])
    paths = ["-s", str(folder), "-p", TASK_ROOT, str(folder)]
    options = ["-q", "-b", "-o", "2", "--invalidation-mode", "unchecked-hash", *paths]
    _run([*command, "-m", "compileall", *options])
    (folder / "lambdas/__init__.py").unlink()


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S603


def write_zip(folder: Path, file: Path) -> None:
    """Pack a folder: sorted names, one date, one mode, so that equal folders give equal files."""
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), compresslevel=9)


def copy_packages(target: Path, packages: Iterable[str]) -> None:
    """The packages' modules, and the `__init__.py` of the package above each."""
    for package in packages:
        shutil.copytree(
            ROOT / package, target / package, ignore=shutil.ignore_patterns("__pycache__", "*.json")
        )
        parent = Path(package).parent
        shutil.copy(ROOT / parent / "__init__.py", target / parent / "__init__.py")
