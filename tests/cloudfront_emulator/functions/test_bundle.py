"""Bundles that are refused at the start, and the project's own bundle."""

import asyncio
import importlib.util
import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.distribution import Behaviour, Trigger
from cloudfront_emulator.errors import FunctionRefused
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.functions.limits import LimitsProfile
from cloudfront_emulator.message import CdnRequest, CdnResponse
from edgefill.local.services.identity import AUDIENCE, ISSUER
from infra.bundles.edge_bundle import build_edge_bundle
from tests.cloudfront_emulator.functions.conftest import API, CTX, make_distribution, run

Write = Callable[..., Path]
EVENT = Path(__file__).parents[2] / "events" / "cloudfront_origin_request.json"
OK = "def handler(e, c): return {'status': '200', 'body': __file__}"


async def ask(functions: EdgeFunctions, behaviour: Behaviour) -> Any:
    return await functions.run_origin_request(
        behaviour, CdnRequest(method="GET", path="/p/a"), API, CTX
    )


def test_a_zip_is_run_as_its_folder_would_be(write: Write, tmp_path: Path) -> None:
    """Lambda Developer Guide, configuration-function-zip."""
    file = tmp_path / "code.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.write(write(OK) / "index.py", "index.py")
    answer = run(make_distribution(file, "origin-request"), ask)
    assert isinstance(answer, CdnResponse)
    assert isinstance(answer.body, bytes)
    assert answer.body.endswith(b"/Fn/index.py")


def test_a_handler_may_be_in_a_package(write: Write) -> None:
    """Lambda Developer Guide, python-handler: `package/module.function` is a handler too."""
    code = write(OK, "code")
    (code / "sub").mkdir()
    (code / "index.py").rename(code / "sub" / "index.py")
    for handler in ("sub.index.handler", "sub/index.handler"):
        answer = run(make_distribution(code, "origin-request", handler=handler), ask)
        assert answer.status == 200


def test_running_writes_nothing_into_the_bundle(write: Write) -> None:
    """Lambda Developer Guide, lambda-runtime-environment: a task's folder is read-only."""
    code = write(OK)
    run(make_distribution(code, "origin-request"), ask)
    assert [path.name for path in code.rglob("*")] == ["index.py"]


@pytest.mark.parametrize(
    ("trigger", "profile", "refused"),
    [
        ("viewer-request", "conservative", True),
        ("viewer-response", "current", False),
        ("origin-request", "conservative", False),
    ],
)
def test_a_bundle_above_its_triggers_size_is_refused(
    write: Write, trigger: Trigger, profile: LimitsProfile, refused: bool
) -> None:
    """cloudfront-limits, "Maximum compressed size of a Lambda function": 1 MB or 50 MB."""
    code = write(OK)
    (code / "data").write_bytes(os.urandom(1024 * 1024 + 1))
    distribution = make_distribution(code, trigger)
    if not refused:
        asyncio.run(EdgeFunctions(distribution, profile=profile).close())
        return
    with pytest.raises(FunctionRefused, match=r"Fn: its bundle has .* allow 1,048,576"):
        EdgeFunctions(distribution, profile=profile)


def test_modules_compiled_for_another_python_are_refused(write: Write) -> None:
    """Python reference, importlib MAGIC_NUMBER: the refusal names the runtime and the option."""
    code = write(OK)
    (code / "index.py").unlink()
    (code / "index.pyc").write_bytes(b"\x00\x00\r\n" + bytes(12))
    with pytest.raises(FunctionRefused, match=r"Fn: .*python3\.13, .* --python PATH"):
        EdgeFunctions(make_distribution(code, "origin-request"))
    (code / "index.pyc").write_bytes(importlib.util.MAGIC_NUMBER + bytes(12))
    asyncio.run(EdgeFunctions(make_distribution(code, "origin-request")).close())


@pytest.mark.parametrize("code", ["nowhere", "/dev/null"])
def test_code_that_is_not_a_bundle_is_refused(code: str) -> None:
    """Issue 3, "Bad input": a message that names the function."""
    with pytest.raises(FunctionRefused, match="Fn: "):
        EdgeFunctions(make_distribution(Path(code), "origin-request"))


def test_an_interpreter_that_does_not_run_is_refused(write: Write) -> None:
    """Issue 3, "Bad input"."""
    with pytest.raises(FunctionRefused, match="--python /nowhere/python"):
        EdgeFunctions(make_distribution(write(OK), "origin-request"), python="/nowhere/python")


def test_the_projects_own_bundle_answers_the_documented_event(tmp_path: Path) -> None:
    """lambda-event-structure: without a store the request is forwarded to the API."""
    code = tmp_path / "bundle"
    code.mkdir()
    config = {"issuer": ISSUER, "audience": AUDIENCE, "store_url": "http://127.0.0.1:9"}
    build_edge_bundle(code, config)
    event = json.loads(EVENT.read_text())["Records"][0]["cf"]["request"]
    headers = tuple((name, pair["value"]) for name, ps in event["headers"].items() for pair in ps)

    async def use(functions: EdgeFunctions, behaviour: Behaviour) -> Any:
        request = CdnRequest(method="GET", path="/p/a", headers=headers)
        return await functions.run_origin_request(behaviour, request, API, CTX)

    distribution = make_distribution(code, "origin-request", handler="lambdas.edge.handler.handler")
    answered_request, origin = run(distribution, use, python=sys.executable)
    assert (answered_request.path, origin) == ("/p/a", API)
