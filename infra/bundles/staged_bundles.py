"""Writes the bundles of one deployment under `build/`.

`python -m infra.bundles.staged_bundles gpu` (or `batch`) writes the folder of one image only.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from edgefill.core.errors import EdgefillError
from infra.bundles.edge_bundle import ROOT, TASK_ROOT, build_edge_bundle, copy_packages
from infra.bundles.interpreter import find_interpreter
from infra.settings import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

API_PACKAGES = (
    "edgefill/core", "edgefill/journal", "edgefill/chat",
    "edgefill/template", "edgefill/identity", "edgefill/routing",
    "edgefill/packs", "edgefill/visit", "edgefill/catalogue", "edgefill/compiler",
    "edgefill/privacy", "edgefill/judging", "edgefill/drafting", "edgefill/store",
    "edgefill/release", "edgefill/demand", "edgefill/roles", "edgefill/quality",
    "edgefill/operations/check_result.py", "edgefill/operations/rollout",
    "edgefill/operations/site_plan.py",
    "edgefill/operations/smoke", "lambdas/api", "lambdas/batch", "lambdas/canary",
    "lambdas/rollout", "lambdas/wake",
)  # fmt: skip
PACKAGE_TEMPLATES = ROOT / "templates"
# what the API and the batch read at run time, below `templates/`: neither labels nor the demo page
API_TEMPLATES = (
    "catalogue", "prompts", "roles.yaml", "judging/judge.json", "judging/rubric.yaml",
)  # fmt: skip
# The image of the GPU service holds what it imports, so a change of a text does not change it.
GPU_FILES = ("gpu_service", "edgefill/__init__.py", "edgefill/core", "edgefill/journal")
BATCH_FILES = ("gpu_service", "edgefill", "lambdas")
DOCKERFILE = "gpu_service/Dockerfile"
GPU_EXTRAS, BATCH_EXTRAS = ("gateway",), ("api", "gateway")  # of pyproject.toml
LOCK = Path("infra/bundles/api.lock")
_SOURCES_ONLY = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.lock")
PLATFORM = "x86_64-manylinux_2_28"  # the runtime's Amazon Linux 2023 has glibc 2.34
# The service models of botocore that the functions need; the others take 20 MB.
CLIENTS = ("s3", "dynamodb", "ecs", "secretsmanager", "sqs", "ssm", "sts")


class DeploymentBundles(Protocol):
    """Writes folders that are ready to upload; the same sources give the same bytes."""

    def build_edge(self, config: Mapping[str, Any]) -> str:
        """Write lambdas/edge with its configuration as a file; returns the folder."""

    def build_api(self, jwks: Mapping[str, Any]) -> str:
        """Write the functions in lambdas/ but the edge's, with catalogue and public keys."""

    def build_gpu(self) -> str:
        """Write the folder of the GPU service's image, with DOCKERFILE."""

    def build_batch(self) -> str:
        """Write the folder of the image that drafts shards, with DOCKERFILE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedBundles:
    """Implements DeploymentBundles from the current sources; uv installs the API's packages."""

    folder: Path = ROOT / "build" / "bundles"
    shop: Path = PACKAGE_TEMPLATES  # the content that is deployed

    def build_edge(self, config: Mapping[str, Any]) -> str:
        """See DeploymentBundles."""
        target = self._empty_folder("edge")
        build_edge_bundle(target, config, python=find_interpreter(RUNTIME))
        return str(target)

    def build_api(self, jwks: Mapping[str, Any]) -> str:
        """See DeploymentBundles."""
        target = self._empty_folder("api")
        shutil.copytree(self._install_packages(), target, dirs_exist_ok=True)
        sources = self._empty_folder("api-rooms")
        copy_packages(sources, API_PACKAGES)
        compile_in_place(sources, python=find_interpreter(RUNTIME))
        shutil.copytree(sources, target, dirs_exist_ok=True)
        copy_templates(target / "templates", shop=self.shop)
        (target / "jwks.json").write_text(json.dumps(jwks, indent=1, sort_keys=True) + "\n")
        return str(target)

    def build_gpu(self) -> str:
        """See DeploymentBundles."""
        return str(self._write_image_folder("gpu", GPU_FILES, GPU_EXTRAS))

    def build_batch(self) -> str:
        """See DeploymentBundles."""
        target = self._write_image_folder("batch", BATCH_FILES, BATCH_EXTRAS)
        copy_templates(target / "templates", shop=self.shop)
        return str(target)

    def _write_image_folder(
        self, name: str, files: tuple[str, ...], extras: tuple[str, ...]
    ) -> Path:
        target = self._empty_folder(name)
        for each in files:
            source, copied = ROOT / each, target / each
            copied.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, copied, ignore=_SOURCES_ONLY)
            else:
                shutil.copy(source, copied)
        (target / "requirements.txt").write_text("".join(f"{pin}\n" for pin in list_pins(*extras)))
        return target

    def _install_packages(self) -> Path:
        """Install the API's packages for Lambda's platform, once per lock and CLIENTS."""
        inputs = (ROOT / LOCK).read_bytes() + " ".join(CLIENTS).encode()
        target = self.folder / f"packages-{hashlib.sha256(inputs).hexdigest()[:12]}"
        if not target.exists():
            unfinished = self._empty_folder("packages-unfinished")
            install_packages(unfinished, lock=ROOT / LOCK)
            unfinished.rename(target)
        return target

    def _empty_folder(self, name: str) -> Path:
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        return target


def list_pins(*extras: str) -> list[str]:
    """The pinned packages of these extras of pyproject.toml, each once, in order."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return sorted({pin for name in extras for pin in project["optional-dependencies"][name]})


def copy_templates(target: Path, *, shop: Path = PACKAGE_TEMPLATES) -> None:
    """Copy API_TEMPLATES to the new folder `target`: the package's, replaced by the shop's own.

    A shop always brings its own catalogue, and need not have any of the others.
    """
    for name in API_TEMPLATES:
        for folder in (shop,) if name == "catalogue" else (PACKAGE_TEMPLATES, shop):
            source, copied = folder / name, target / name
            copied.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, copied, dirs_exist_ok=True)
            elif source.is_file():
                shutil.copy(source, copied)


class PackagesMissing(EdgefillError):
    """uv could not install the locked packages; its own output says why."""


def install_packages(target: Path, *, lock: Path) -> None:
    """Unpack the locked wheels into `target` and compile them; PackagesMissing.

    No code of a package runs.
    """
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
    wheels = ["--python-platform", PLATFORM, "--python-version", RUNTIME, "--only-binary", ":all:"]
    unpack = [*uv, *wheels, "--target", str(target), "-r", str(lock)]
    if status := subprocess.run(unpack, check=False).returncode:  # noqa: S603
        raise PackagesMissing(
            f"{lock}: uv could not unpack the wheels (status {status}); see its output above"
        )
    _trim_packages(target)
    compile_in_place(target, python=find_interpreter(RUNTIME))


def compile_in_place(folder: Path, *, python: str) -> None:
    """Write .pyc files next to the sources, without dates in them (PEP 552).

    The sources stay, because frameworks read them.
    """
    command = [python, "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    paths = ["-s", str(folder), "-p", TASK_ROOT, str(folder)]
    subprocess.run([*command, *paths], check=True, env=os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S603


def _trim_packages(target: Path) -> None:
    """Delete files that Lambda never reads, and the installer's files with dates."""
    shutil.rmtree(target / "bin", ignore_errors=True)
    for path in (target / "botocore" / "data").iterdir():
        if path.is_dir() and path.name not in CLIENTS:
            shutil.rmtree(path)
    for pattern in (".lock", "*.dist-info/RECORD", "*.dist-info/uv_cache.json"):
        for path in target.glob(pattern):
            path.unlink()


if __name__ == "__main__":
    bundles = StagedBundles()
    print({"gpu": bundles.build_gpu, "batch": bundles.build_batch}[sys.argv[1]]())  # noqa: T201
