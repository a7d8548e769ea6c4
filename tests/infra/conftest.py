"""One synthesis of every stage, shared by all tests of the infrastructure."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from infra.app import build_app
from infra.settings import NO_ACCOUNT, STAGES

ROOT = Path(__file__).parents[2]
STACKS = ("Store", "Service", "Edge", "Monitoring")


class FolderBundles:
    """Bundles without code; templates contain only their paths."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config: dict[str, Any] = {}

    def build_edge(self, config: Mapping[str, Any]) -> str:
        self.config = dict(config)
        return self._create_folder("edge")

    def build_api(self, jwks: Mapping[str, Any]) -> str:
        return self._create_folder("api")

    def build_gpu(self) -> str:
        return self._create_image_folder("gpu")

    def build_batch(self) -> str:
        return self._create_image_folder("batch")

    def _create_image_folder(self, name: str) -> str:
        folder = Path(self._create_folder(name))
        (folder / "gpu_service").mkdir(exist_ok=True)
        (folder / "gpu_service" / "Dockerfile").write_text("FROM scratch\n")
        return str(folder)

    def _create_folder(self, name: str) -> str:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "empty.txt").write_text(name)
        return str(folder)


def read_context() -> dict[str, Any]:
    """The context that the CDK's command line reads."""
    flags: dict[str, Any] = json.loads((ROOT / "cdk.json").read_bytes())["context"]
    zones: dict[str, Any] = json.loads((ROOT / "cdk.context.json").read_bytes())
    return flags | zones


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the only synthesis, of all stages."""
    folder = tmp_path_factory.mktemp("synth")
    bundles = FolderBundles(folder)
    app = App(outdir=str(folder / "cdk.out"), context=read_context())
    for settings in STAGES.values():
        build_app(app, settings=settings, bundles=bundles, jwks={"keys": []}, account=NO_ACCOUNT)
    return Path(app.synth().directory)


@pytest.fixture(scope="session")
def templates(assembly: Path) -> dict[str, Template]:
    """The template of every stack of every stage, by `stage-Stack`."""
    return {
        f"{stage}-{stack}": Template.from_json(
            json.loads((assembly / f"Edgefill-{stage}-{stack}.template.json").read_bytes())
        )
        for stage in STAGES
        for stack in STACKS
    }


@pytest.fixture(scope="session")
def store(templates: dict[str, Template]) -> Template:
    return templates["prod-Store"]


@pytest.fixture(scope="session")
def service(templates: dict[str, Template]) -> Template:
    return templates["prod-Service"]


@pytest.fixture(scope="session")
def edge(templates: dict[str, Template]) -> Template:
    return templates["prod-Edge"]


@pytest.fixture(scope="session")
def monitoring(templates: dict[str, Template]) -> Template:
    return templates["prod-Monitoring"]


@pytest.fixture(params=["dev", "prod"])
def stage(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    """The service stack of every stage that has GPUs."""
    return templates[f"{request.param}-Service"]
