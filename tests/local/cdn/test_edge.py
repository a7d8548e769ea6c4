"""Edge functions: what becomes of a handler that fails, and the handler that is served."""

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from local.cdn.description import OriginConfig, load_distribution
from local.cdn.edge import EdgeFunction, Handler, edgefill_handler
from local.cdn.event import origin_request_event
from local.cdn.message import Request, Response
from local.identity import AUDIENCE, ISSUER

SENT = Request(method="GET", path="/p/a")
EVENT = origin_request_event(
    SENT,
    distribution=load_distribution(),
    origin=OriginConfig(type="custom", domain_name="o.example"),
    request_id="r",
)


def run(handler: Handler, timeout: float = 5) -> Request | Response:
    return asyncio.run(EdgeFunction(handler, timeout=timeout).run(EVENT, SENT))


def refused(handler: Handler, timeout: float = 5) -> tuple[int, str]:
    response = run(handler, timeout)
    assert isinstance(response, Response)
    return response.status, response.reason


def test_a_handler_runs_off_the_event_loop() -> None:
    """It may wait for what this process serves."""
    names: list[str] = []

    def handler(event: dict[str, Any], _context: object) -> Any:
        names.append(threading.current_thread().name)
        return event["Records"][0]["cf"]["request"]

    assert isinstance(run(handler), Request)
    assert names[0].startswith("edge")


def test_a_handler_cannot_change_what_it_is_judged_by() -> None:
    """A read-only header changed in place is still found out."""

    def handler(event: dict[str, Any], _context: object) -> Any:
        passed = event["Records"][0]["cf"]["request"]
        passed["headers"]["via"][0]["value"] = "me"
        return passed

    assert refused(handler) == (
        502,
        "LambdaValidationError: a function may not change the header 'via'",
    )


def test_a_handler_that_fails_is_a_503(caplog: pytest.LogCaptureFixture) -> None:
    """The reason names the exception, the log has its traceback."""

    def handler(_event: object, _context: object) -> Any:
        raise KeyError("token")

    assert refused(handler) == (503, "LambdaExecutionError: KeyError")
    assert "Traceback" in caplog.text


def test_a_handler_that_takes_too_long_is_a_503() -> None:
    """The reason says how long was waited."""
    wait = threading.Event()
    try:
        answer = refused(lambda _event, _context: wait.wait(5), timeout=0.05)
    finally:
        wait.set()
    assert answer == (503, "LambdaExecutionError: no answer in 0.05 s")


def test_edgefills_own_handler_is_built_from_its_configuration(tmp_path: Path) -> None:
    """Without a store a request is passed on to the API, with the key unknown."""
    config = {"issuer": ISSUER, "audience": AUDIENCE, "store_url": "http://127.0.0.1:9"}
    file = tmp_path / "edge.json"
    file.write_text(json.dumps(config))
    passed = run(edgefill_handler(file, "d.example"))
    assert isinstance(passed, Request)
    assert passed.path == "/p/a"
