"""Failing functions, faults, limits of time and memory: what becomes of an invocation."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.distribution import Behaviour
from cloudfront_emulator.faults import FaultSwitch, FunctionFault, FunctionKind
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.message import CdnRequest, CdnResponse
from tests.cloudfront_emulator.functions.conftest import API, CTX, make_distribution, run

Write = Callable[..., Path]
COUNTS = """
    import os
    calls = 0
    def handler(event, context):
        global calls
        calls += 1
        uri = event["Records"][0]["cf"]["request"]["uri"]
        if uri == "/exit":
            os._exit(3)
        if uri == "/sleep":
            import time
            time.sleep(60)
        if uri == "/raise":
            raise KeyError("token")
        if uri == "/grow":
            global kept
            kept = bytearray(os.urandom(1) * (200 * 1024 * 1024))
        return {"status": "200", "body": f"{os.getpid()} {calls}"}
"""


def make_faults(kind: FunctionKind, seconds: float = 0) -> FaultSwitch:
    switch = FaultSwitch()
    switch.set("function:Fn", FunctionFault(kind=kind, seconds=seconds))
    return switch


def make_use(*paths: str) -> Callable[[EdgeFunctions, Behaviour], Any]:
    async def use(functions: EdgeFunctions, behaviour: Behaviour) -> list[CdnResponse]:
        answers = []
        for path in paths:
            request = CdnRequest(method="GET", path=path)
            answers.append(await functions.run_origin_request(behaviour, request, API, CTX))
        return answers  # type: ignore[return-value]

    return use


def ask(
    write: Write, *paths: str, source: str = COUNTS, timeout: float = 30, **options: Any
) -> Any:
    distribution = make_distribution(write(source), "origin-request", timeout=timeout)
    return run(distribution, make_use(*paths), **options)


def test_an_environment_is_used_again(write: Write) -> None:
    """Lambda Developer Guide, lambda-runtime-environment: globals outlive an invocation."""
    first, second = ask(write, "/", "/")
    assert first.body.split()[0] == second.body.split()[0]
    assert second.body.endswith(b" 2")


def test_a_handler_that_raises_is_a_503(write: Write, caplog: pytest.LogCaptureFixture) -> None:
    """http-503-service-unavailable; the reason has no data, the log the traceback."""
    caplog.set_level(logging.INFO, "cdn.function")
    failed, after = ask(write, "/raise", "/")
    assert (failed.status, failed.reason) == (503, "LambdaExecutionError: Fn: it raised KeyError")
    assert "[Fn] Traceback" in caplog.text
    assert after.body.endswith(b" 2"), "the environment goes on"


def test_a_handler_that_takes_too_long_is_a_503_and_its_environment_is_replaced(
    write: Write,
) -> None:
    """Lambda Developer Guide, configuration-timeout: the reason names the seconds."""
    failed, after = ask(write, "/sleep", "/", timeout=2)
    assert failed.reason == "LambdaExecutionError: Fn: it took longer than 2 s to answer"
    assert after.body.endswith(b" 1")


def test_a_process_that_ends_is_a_503_and_replaced(write: Write) -> None:
    """http-503-service-unavailable: the reason names the exit status."""
    failed, after = ask(write, "/exit", "/")
    assert failed.reason == "LambdaExecutionError: Fn: its process ended with status 3"
    assert after.body.endswith(b" 1")


def test_a_function_above_its_memory_is_a_503_and_replaced(write: Write) -> None:
    """cloudfront-limits, "Function memory size": here 128 MB resident after a call."""
    failed, after = ask(write, "/grow", "/")
    assert failed.reason.startswith("LambdaExecutionError: Fn: it used 2")
    assert failed.reason.endswith("its limit is 128 MB")
    assert after.body.endswith(b" 1")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nowhere", "ModuleNotFoundError at its import: No module named 'nowhere'"),
        (
            "import cloudfront_emulator",
            "ModuleNotFoundError at its import: No module named 'cloudfront_emulator'",
        ),
        ("1 / 0", "ZeroDivisionError at its import: division by zero"),
        ("", "AttributeError at its import: module 'index' has no attribute 'handler'"),
    ],
)
def test_an_import_that_fails_is_a_503(write: Write, source: str, reason: str) -> None:
    """http-503-service-unavailable; this project and its packages are out of a bundle's reach."""
    (failed,) = ask(write, "/", source=source)
    assert (failed.status, failed.reason) == (503, f"LambdaExecutionError: Fn: {reason}")


def test_a_function_can_be_made_to_throw(write: Write) -> None:
    """Issue 3, the local CDN, point 4: the fault switch."""
    (failed,) = ask(write, "/", faults=make_faults("throws"))
    assert failed.status == 503
    assert "fault switch" in failed.reason


def test_slowness_counts_towards_the_timeout(write: Write) -> None:
    """Issue 3, the local CDN, point 4: slow by less than the timeout answers, by more fails."""
    (quick,) = ask(write, "/", faults=make_faults("slow", 0.01))
    (failed,) = ask(write, "/", timeout=0.02, faults=make_faults("slow", 5))
    assert quick.status == 200
    assert failed.reason == "LambdaExecutionError: Fn: it took longer than 0.02 s to answer"


def test_a_cold_function_has_a_fresh_environment_each_time(write: Write) -> None:
    """Issue 3, the local CDN, point 4: cold."""
    answers = ask(write, "/", "/", faults=make_faults("cold"))
    assert all(each.body.endswith(b" 1") for each in answers)


def test_the_context_and_the_variables_are_lambdas(write: Write) -> None:
    """Lambda Developer Guide, python-context and configuration-envvars; no credentials."""
    source = """
        import json, os
        print("loaded")
        def handler(event, context):
            assert 0 < context.get_remaining_time_in_millis() <= 30_000
            said = [context.function_name, context.function_version, context.memory_limit_in_mb]
            names = [name for name in os.environ if "KEY" in name or "TOKEN" in name]
            said += [len(context.aws_request_id), context.invoked_function_arn, names]
            said += [os.environ["AWS_REGION"], os.environ["LAMBDA_TASK_ROOT"] == os.getcwd()]
            return {"status": "200", "body": json.dumps(said)}
    """
    (answer,) = ask(write, "/", source=source)
    arn = "arn:aws:lambda:us-east-1:000000000000:function:Fn:1"
    assert answer.body.decode() == f'["Fn", "1", "128", 36, "{arn}", [], "us-east-1", true]'


def test_a_functions_output_is_logged_and_not_sent(
    write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    """Lambda Developer Guide, python-logging: standard output and error are the log."""
    caplog.set_level(logging.INFO, "cdn.function")
    source = """
        import sys
        def handler(event, context):
            print('{"result": 1}')
            sys.stderr.write("no end of line")
            return {"status": "200"}
    """
    (answer,) = ask(write, "/", source=source)
    assert answer.status == 200
    assert caplog.messages == ['[Fn] {"result": 1}', "[Fn] no end of line"]
