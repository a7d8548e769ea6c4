"""Bundles by name: byte for byte the same, and nothing in them that the machine added."""

import hashlib
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from infra.bundles.interpreter import VARIABLE, InterpreterMissing, find_interpreter
from infra.bundles.staged import (
    API_PACKAGES,
    PackagesMissing,
    StagedBundles,
    compile_in_place,
    install_packages,
)
from infra.settings import RUNTIME, DeploymentSettings, find_settings

CONFIG = {"issuer": "https://x.example", "audience": "edgefill", "jwks": {"keys": []}}


@pytest.fixture
def python() -> str:
    """An interpreter of the Lambda runtime's version."""
    try:
        return find_interpreter(RUNTIME)
    except InterpreterMissing as missing:
        pytest.skip(str(missing))


def digest(folder: str) -> str:
    """Names and contents of every file."""
    parts = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    told = hashlib.sha256()
    for path in parts:
        told.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()


@pytest.mark.usefixtures("python")
def test_the_edges_bundle_is_the_same_twice(tmp_path: Path) -> None:
    """Staged in two places, it is one asset: a second deployment changes nothing."""
    first, second = (StagedBundles(folder=tmp_path / name) for name in "ab")
    assert digest(first.build_edge(CONFIG)) == digest(second.build_edge(CONFIG))


def test_the_gpu_images_context_holds_sources_alone(tmp_path: Path) -> None:
    """No cache and no installation of this machine's gets into an image."""
    context = Path(StagedBundles(folder=tmp_path).build_gpu())
    names = {path.name for path in context.rglob("*")}
    assert {"Dockerfile", "pyproject.toml", "shop.yaml"} <= names
    assert not names & {"__pycache__", ".venv", "edgefill.egg-info"}


def test_modules_are_compiled_the_same_wherever_they_lie(tmp_path: Path, python: str) -> None:
    """Compiled files name Lambda's paths, not this machine's."""
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "module.py").write_text("x = 1\n")
        compile_in_place(tmp_path / name, python=python)
    assert digest(str(tmp_path / "a")) == digest(str(tmp_path / "b"))


def test_every_room_of_the_api_is_there() -> None:
    """A room that was renamed would be missed in AWS only."""
    assert [room for room in API_PACKAGES if not Path(room).is_dir()] == []


def test_a_missing_interpreter_is_said() -> None:
    """The message names the version and the variable."""
    with pytest.raises(InterpreterMissing, match=VARIABLE):
        find_interpreter("3.99", {VARIABLE: "/nowhere/python"})


def test_packages_that_cannot_be_had_are_said(tmp_path: Path) -> None:
    """By the lock that names them; what uv says comes before."""
    lock = tmp_path / "api.lock"
    lock.write_text("no such package\n")
    with pytest.raises(PackagesMissing, match=r"api\.lock: uv cannot unpack"):
        install_packages(tmp_path / "target", lock=lock)


def test_settings_refuse_what_makes_no_sense() -> None:
    """A stage that is not there, and one with two GPU services or none."""
    with pytest.raises(InputRefused, match="dev, prod, local"):
        find_settings("test")
    with pytest.raises(ValueError, match="either gpu or gpu_url"):
        DeploymentSettings(stage="x", identity=find_settings("dev").identity)
