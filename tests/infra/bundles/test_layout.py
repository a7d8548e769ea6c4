"""The edge's bundle: what is in it, what it imports, that it runs on its own."""

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
from infra.bundles.layout import (
    EDGE_CONFIG,
    EDGE_PACKAGES,
    build_edge_bundle,
    read_runtime,
    write_zip,
)
from infra.bundles.pack_modules import PACKAGES

EVENT = Path(__file__).parents[2] / "events" / "cloudfront_origin_request.json"
LISTS_IMPORTS = """
import sys
before = set(sys.modules)
sys.path[:0] = [sys.argv[1]]
import lambdas.edge.handler
print("\\n".join(sorted(set(sys.modules) - before)))
"""
SERVES = """
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
    nowhere = "http://127.0.0.1:9"  # the discard port: nobody answers
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


def alone(bundle: Path, code: str, given: str = "") -> str:
    """What `code` prints in an interpreter that knows the standard library and the bundle."""
    command = [sys.executable, "-I", "-S", "-c", code, str(bundle)]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout


def test_importing_the_handler_imports_next_to_nothing(bundle: Path) -> None:
    """No `json re dataclasses typing asyncio ssl http datetime ...`: core and edge alone."""
    imported = alone(bundle, LISTS_IMPORTS).split()
    ours = {name for name in imported if name.partition(".")[0] in PACKAGES}
    assert set(imported) - ours == {"__future__"}
    rooms = {"/".join(name.split(".")[:2]) for name in ours if "." in name}
    assert rooms == set(EDGE_PACKAGES)
    for_questions = {"edgefill.routing.router", "lambdas.edge.question_handler"}
    assert not for_questions & set(imported)


def test_the_bundle_holds_core_edge_and_its_configuration(bundle: Path) -> None:
    """Compiled into one file, and nothing else of the repository."""
    files = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert files == {"lambdas/__init__.pyc", "modules.bin", EDGE_CONFIG}
    modules = marshal.loads((bundle / "modules.bin").read_bytes())
    rooms = {"/".join(name.split(".")[:2]) for name in modules} - {"edgefill/__init__"}
    assert rooms == set(EDGE_PACKAGES)


def test_modules_are_compiled_for_a_read_only_place(bundle: Path) -> None:
    """The importer by an unchecked hash (PEP 552), all with Lambda's own path in them."""
    importer = (bundle / "lambdas/__init__.pyc").read_bytes()
    assert importer[4:8] == b"\x01\x00\x00\x00"
    assert b"/var/task/lambdas/__init__.py" in importer
    for name, code in marshal.loads((bundle / "modules.bin").read_bytes()).items():
        assert marshal.loads(code).co_filename == f"/var/task/{name.replace('.', '/')}.py"


def test_without_an_interpreter_the_bundle_holds_the_sources(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    """Which any runtime can import."""
    build_edge_bundle(tmp_path, config)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".py", ".json"}
    assert "lambdas.edge.handler" in alone(tmp_path, LISTS_IMPORTS)


def test_the_runtime_is_the_interpreters_own() -> None:
    """Bytecode of one version means nothing to another."""
    assert read_runtime(sys.executable) == f"python3.{sys.version_info.minor}"


def test_the_same_sources_give_the_same_bytes(tmp_path: Path, config: dict[str, Any]) -> None:
    """So that nothing is deployed when nothing has changed."""
    zips = []
    for name in ("one", "two"):
        build_edge_bundle(tmp_path / name, config, python=sys.executable)
        write_zip(tmp_path / name, tmp_path / f"{name}.zip")
        zips.append((tmp_path / f"{name}.zip").read_bytes())
    assert zips[0] == zips[1]


def test_a_zip_holds_the_folder(tmp_path: Path, bundle: Path) -> None:
    """Readable by everybody, dated alike."""
    write_zip(bundle, tmp_path / "edge.zip")
    with zipfile.ZipFile(tmp_path / "edge.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o644}
    assert names == sorted(names)
    assert "modules.bin" in names


def test_the_bundle_serves_on_its_own(bundle: Path, identity: DevIdentityProvider) -> None:
    """Its entry point reads its own configuration; with no store in reach every visit is a miss."""
    event = json.loads(EVENT.read_text())
    token = identity.mint_token(DevVisitor(subject="u1"), now=time.time())
    asked = event["Records"][0]["cf"]["request"]
    asked["uri"] = "/p/sale"
    asked["headers"]["cookie"] = [{"key": "Cookie", "value": f"edgefill_profile={token}"}]
    *log, answer = map(json.loads, alone(bundle, SERVES, json.dumps(event)).splitlines())
    assert answer["headers"]["x-edgefill-profile"][0]["value"] == token
    assert [line["event"] for line in log] == ["store", "no-pack"]
