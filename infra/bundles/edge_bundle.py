"""Writes the bundle of the edge function; the same sources give the same bytes.

A bundle keeps the repository's paths, so that an import such as `edgefill.template.program` is the
same in tests, at the edge and in the API.
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
TASK_ROOT = "/var/task"  # the folder of a bundle in Lambda, read-only
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold


def build_edge_bundle(
    target: Path, config: Mapping[str, Any], *, python: str | None = None
) -> None:
    """Write the edge bundle, with its configuration as a file, to the empty folder `target`.

    `python` is an interpreter of exactly the version of the function's runtime (`read_runtime`
    names the runtime); the bundle then holds only compiled code. Without it the bundle holds
    sources, which any runtime accepts and compiles again at every cold start.
    """
    copy_packages(target, EDGE_PACKAGES)
    (target / EDGE_CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    if python is not None:
        _compile_modules(target, python)


def read_runtime(python: str) -> str:
    """The Lambda runtime for code that this interpreter compiles, e.g. `python3.13`."""
    code = "import sys; print('python%d.%d' % sys.version_info[:2])"
    process = subprocess.run([python, "-I", "-c", code], check=True, capture_output=True, text=True)  # noqa: S603
    return process.stdout.strip()


def _compile_modules(folder: Path, python: str) -> None:
    """Pack all modules into one file, and add the compiled importer that reads it.

    A zip compresses each file separately: many small files take more space than one large file.
    The importer's .pyc is never checked against a source (PEP 552), and tracebacks name the paths
    that the modules have in Lambda.
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
    """Zip a folder with sorted names, one date and one mode: equal folders give equal files."""
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), compresslevel=9)


def copy_packages(target: Path, packages: Iterable[str]) -> None:
    """Copy packages or single modules, and the `__init__.py` of each one's parent, to `target`."""
    for package in packages:
        parent = Path(package).parent
        (target / parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / parent / "__init__.py", target / parent / "__init__.py")
        if package.endswith(".py"):
            shutil.copy(ROOT / package, target / package)
        else:
            ignored = shutil.ignore_patterns("__pycache__", "*.json")
            shutil.copytree(ROOT / package, target / package, ignore=ignored)
