"""Bundles: the same bytes for the same sources, on every machine."""

import hashlib
import re
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.roles import load_roles
from infra.bundles.interpreter import VARIABLE, InterpreterMissing, find_interpreter
from infra.bundles.staged_bundles import (
    API_PACKAGES,
    CLIENTS,
    PackagesMissing,
    StagedBundles,
    compile_in_place,
    copy_templates,
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


def hash_folder(folder: str) -> str:
    """A hash of the names and contents of all files."""
    parts = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in parts:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@pytest.mark.usefixtures("python")
def test_the_edge_bundle_has_the_same_bytes_twice(tmp_path: Path) -> None:
    """In two folders it is one asset, so a second deployment changes nothing."""
    first, second = (StagedBundles(folder=tmp_path / name) for name in "ab")
    assert hash_folder(first.build_edge(CONFIG)) == hash_folder(second.build_edge(CONFIG))


def test_the_folders_of_the_images_have_only_sources(tmp_path: Path) -> None:
    """They have no cache and no installed package of this machine; only batch needs the texts."""
    bundles = StagedBundles(folder=tmp_path)
    for context, has_texts in ((bundles.build_gpu(), False), (bundles.build_batch(), True)):
        names = {path.name for path in Path(context).rglob("*")}
        assert {"Dockerfile", "requirements.txt"} <= names
        assert ("shop.yaml" in names) == has_texts
        assert not names & {"__pycache__", ".venv", "edgefill.egg-info"}


def test_the_gpu_image_carries_exactly_what_the_service_imports(tmp_path: Path) -> None:
    """So no change of a text, of the API or of another room rebuilds it."""
    context = Path(StagedBundles(folder=tmp_path).build_gpu())
    sources = "\n".join(path.read_text() for path in (context / "gpu_service").rglob("*.py"))
    imported = set(re.findall(r"from edgefill\.(\w+)", sources))
    carried = {path.name for path in (context / "edgefill").iterdir() if path.is_dir()}
    assert carried == imported
    assert {path.name for path in context.iterdir()} == {
        "edgefill", "gpu_service", "requirements.txt",
    }  # fmt: skip


def test_no_image_installs_cuda_or_a_model_runtime(tmp_path: Path) -> None:
    """vLLM's own image has them; these have megabytes."""
    bundles = StagedBundles(folder=tmp_path)
    for context in map(Path, (bundles.build_gpu(), bundles.build_batch())):
        pins = (context / "requirements.txt").read_text()
        assert not re.search(r"(?m)^(vllm|torch|onnx)", pins)
        assert len(re.findall(r"(?m)^[a-z0-9.-]+==", pins)) == len(pins.splitlines()) > 5


def test_compiled_modules_do_not_depend_on_the_folder(tmp_path: Path, python: str) -> None:
    """Compiled files name Lambda's paths, not this machine's."""
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "module.py").write_text("x = 1\n")
        compile_in_place(tmp_path / name, python=python)
    assert hash_folder(str(tmp_path / "a")) == hash_folder(str(tmp_path / "b"))


def test_every_package_of_the_api_exists() -> None:
    """Otherwise a renamed package would be missing only on AWS."""
    assert [room for room in API_PACKAGES if not Path(room).exists()] == []


def test_the_api_has_what_its_roles_need_and_no_labels(tmp_path: Path) -> None:
    """The roles of the bundle load: prompts, rubric and judge are there."""
    copy_templates(tmp_path / "templates")
    assert load_roles(tmp_path / "templates", environment={}).find("judge")
    assert (tmp_path / "templates" / "judging" / "rubric.yaml").is_file()
    assert list(tmp_path.rglob("*.jsonl")) == []


def list_modules(package: Path) -> list[Path]:
    return [package] if package.is_file() else list(package.rglob("*.py"))


def test_the_api_carries_every_room_that_it_imports() -> None:
    """A room that is missing from the bundle would be missing only on AWS."""
    rooms = {"/".join(Path(room).parts[:2]) for room in API_PACKAGES if "edgefill" in room}
    sources = [path for package in API_PACKAGES for path in list_modules(Path(package))]
    imported = set(
        re.findall(r"(?m)^\s*from edgefill\.(\w+)", "".join(map(Path.read_text, sources)))
    )
    assert {f"edgefill/{room}" for room in imported} <= rooms


def test_the_api_carries_every_service_model_that_a_function_asks_for() -> None:
    """Those by name; `AwsClients` has a method for each of the others."""
    sources = [path for package in API_PACKAGES for path in list_modules(Path(package))]
    text = "".join(map(Path.read_text, sources))
    asked = set(re.findall(r'make_client\("([\w-]+)"\)', text)) | {
        name.replace("make_", "")
        for name in re.findall(r"make_(?:s3|dynamodb|sqs|ecs|ssm)\b", text)
    }
    assert "secretsmanager" in asked
    assert asked <= set(CLIENTS)


def test_a_missing_interpreter_is_reported() -> None:
    """The message names the version and the variable."""
    with pytest.raises(InterpreterMissing, match=VARIABLE):
        find_interpreter("3.99", {VARIABLE: "/nowhere/python"})


def test_packages_that_cannot_be_installed_are_reported(tmp_path: Path) -> None:
    """The message names the lock; uv's own output comes before it."""
    lock = tmp_path / "api.lock"
    lock.write_text("no such package\n")
    with pytest.raises(PackagesMissing, match=r"api\.lock: uv could not unpack"):
        install_packages(tmp_path / "target", lock=lock)


def test_invalid_settings_are_refused() -> None:
    """An unknown stage, and a stage with two GPU services or none."""
    with pytest.raises(InputRefused, match="dev, prod, local"):
        find_settings("test")
    with pytest.raises(ValueError, match="either gpu or gpu_url"):
        DeploymentSettings(stage="x", identity=find_settings("dev").identity)


def test_a_shop_of_ones_own_is_deployed_with_the_packages_prompts(tmp_path: Path) -> None:
    """Its catalogue replaces the demo shop's; its files replace the package's of their names."""
    shop, target = tmp_path / "shop", tmp_path / "templates"
    (shop / "catalogue").mkdir(parents=True)
    (shop / "catalogue" / "shop.yaml").write_text("name: Mine\n")
    (shop / "prompts").mkdir()
    (shop / "prompts" / "draft.j2").write_text("mine")
    copy_templates(target, shop=shop)
    assert [path.name for path in (target / "catalogue").iterdir()] == ["shop.yaml"]
    assert (target / "prompts" / "draft.j2").read_text() == "mine"
    assert (target / "prompts" / "revise.j2").is_file()
    assert (target / "roles.yaml").is_file()
