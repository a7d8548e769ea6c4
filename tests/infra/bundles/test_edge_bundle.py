"""The edge bundle: its files, its imports, and that it runs by itself."""

import json
import marshal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from edgefill.local.services.identity import AUDIENCE, ISSUER, DevIdentityProvider, DevVisitor
from infra.bundles.edge_bundle import (
    EDGE_CONFIG,
    EDGE_PACKAGES,
    build_edge_bundle,
    read_runtime,
    write_zip,
)
from infra.bundles.pack_modules import PACKAGES

EVENT = Path(__file__).parents[2] / "events" / "cloudfront_origin_request.json"
LIST_IMPORTS = """
import sys
before = set(sys.modules)
sys.path[:0] = [sys.argv[1]]
import lambdas.edge.handler
print("\\n".join(sorted(set(sys.modules) - before)))
"""
SERVE_EVENT = """
import json, sys
sys.path[:0] = [sys.argv[1]]
from lambdas.edge.handler import handler
print(json.dumps(handler(json.load(sys.stdin), None)))
"""


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> DevIdentityProvider:
    return DevIdentityProvider(tmp_path_factory.mktemp("identity"))


@pytest.fixture(scope="module")
def config(identity: DevIdentityProvider) -> dict[str, Any]:
    nowhere = "http://127.0.0.1:9"  # the discard port: nothing answers
    return {
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks": identity.build_jwks(),
        "store_url": nowhere,
    }


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]) -> Path:
    target = tmp_path_factory.mktemp("edge")
    build_edge_bundle(target, config, python=sys.executable)
    return target


def run_isolated(bundle: Path, code: str, stdin: str = "") -> str:
    """The output of `code` in an interpreter that has only the standard library and the bundle."""
    command = [sys.executable, "-I", "-S", "-c", code, str(bundle)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=True).stdout


def test_importing_the_handler_imports_next_to_nothing(bundle: Path) -> None:
    """No `json re dataclasses typing asyncio ssl http datetime ...`, only modules of the bundle."""
    imported = run_isolated(bundle, LIST_IMPORTS).split()
    ours = {name for name in imported if name.partition(".")[0] in PACKAGES}
    assert set(imported) - ours == {"__future__"}
    rooms = {"/".join(name.split(".")[:2]) for name in ours if "." in name}
    assert rooms == set(EDGE_PACKAGES)
    for_questions = {"edgefill.routing.router", "lambdas.edge.question_handler"}
    assert not for_questions & set(imported)


def test_the_bundle_holds_core_edge_and_its_configuration(bundle: Path) -> None:
    """All modules are compiled into one file, and nothing else of the repository is there."""
    files = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert files == {"lambdas/__init__.pyc", "modules.bin", EDGE_CONFIG}
    modules = marshal.loads((bundle / "modules.bin").read_bytes())
    rooms = {"/".join(name.split(".")[:2]) for name in modules} - {"edgefill/__init__"}
    assert rooms == set(EDGE_PACKAGES)


def test_modules_are_compiled_for_a_read_only_folder(bundle: Path) -> None:
    """The importer has an unchecked hash (PEP 552), and all modules have their path in Lambda."""
    importer = (bundle / "lambdas/__init__.pyc").read_bytes()
    assert importer[4:8] == b"\x01\x00\x00\x00"
    assert b"/var/task/lambdas/__init__.py" in importer
    for name, code in marshal.loads((bundle / "modules.bin").read_bytes()).items():
        assert marshal.loads(code).co_filename == f"/var/task/{name.replace('.', '/')}.py"


def test_without_an_interpreter_the_bundle_holds_the_sources(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    """Any runtime can import them."""
    build_edge_bundle(tmp_path, config)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".py", ".json"}
    assert "lambdas.edge.handler" in run_isolated(tmp_path, LIST_IMPORTS)


def test_the_runtime_has_the_interpreters_version() -> None:
    """One version cannot run the bytecode of another."""
    assert read_runtime(sys.executable) == f"python3.{sys.version_info.minor}"


def test_the_same_sources_give_the_same_bytes(tmp_path: Path, config: dict[str, Any]) -> None:
    """So a deployment without changes deploys nothing."""
    zips = []
    for name in ("one", "two"):
        build_edge_bundle(tmp_path / name, config, python=sys.executable)
        write_zip(tmp_path / name, tmp_path / f"{name}.zip")
        zips.append((tmp_path / f"{name}.zip").read_bytes())
    assert zips[0] == zips[1]


def test_a_zip_holds_the_folder(tmp_path: Path, bundle: Path) -> None:
    """All files are readable by everybody and have the same date."""
    write_zip(bundle, tmp_path / "edge.zip")
    with zipfile.ZipFile(tmp_path / "edge.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o644}
    assert names == sorted(names)
    assert "modules.bin" in names


def test_the_bundle_serves_by_itself(bundle: Path, identity: DevIdentityProvider) -> None:
    """The entry point reads the configuration; without a store every request is a miss."""
    event = json.loads(EVENT.read_text())
    token = identity.mint_token(DevVisitor(subject="u1"), now=time.time())
    request = event["Records"][0]["cf"]["request"]
    request["uri"] = "/p/sale"
    request["headers"]["cookie"] = [{"key": "Cookie", "value": f"edgefill_profile={token}"}]
    *log, answer = map(
        json.loads, run_isolated(bundle, SERVE_EVENT, json.dumps(event)).splitlines()
    )
    assert answer["headers"]["x-edgefill-profile"][0]["value"] == token
    assert [line["event"] for line in log] == ["store", "no-pack"]
