"""The GPU service as a child process: starts with the first order, ends with the block."""

import sys

import httpx
import pytest

from edgefill.core.errors import EngineBusy, EngineUnavailable
from edgefill.drafting.writers.generator import GenerationOrder
from edgefill.local.stack.ports import find_free_port
from lambdas.batch.gpu_subprocess import SubprocessGenerator, run_gpu_service

SERVES = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def do_POST(self):
        self.send_response(429)
        self.end_headers()
HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


def test_a_service_that_does_not_come_up_ends_the_job() -> None:
    """A GPU service that exits at its start counts as unavailable."""
    dies = (sys.executable, "-c", "raise SystemExit(3)")
    with (
        pytest.raises(EngineUnavailable, match="status 3"),
        run_gpu_service(dies, f"http://127.0.0.1:{find_free_port()}", within_s=30),
    ):
        raise AssertionError("it is not ready")


def test_a_service_that_is_ready_is_used_and_ended() -> None:
    """The child serves within the block, and not after it."""
    port = find_free_port()
    serves = (sys.executable, "-c", SERVES, str(port))
    url = f"http://127.0.0.1:{port}"
    with run_gpu_service(serves, url, within_s=30):
        assert httpx.get(f"{url}/ready").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/ready")


def test_nothing_starts_before_the_first_order() -> None:
    """A shard that was drafted offline completely does not start the service."""
    fails = (sys.executable, "-c", "raise SystemExit(3)")
    with SubprocessGenerator(
        fails, f"http://127.0.0.1:{find_free_port()}", within_s=30
    ) as generator:
        pass
    with generator, pytest.raises(EngineUnavailable, match="status 3"):
        generator.generate(GenerationOrder(prompt="p", format="text"), deadline_s=1)


def test_one_service_answers_every_order() -> None:
    """It answers over HTTP, and ends with the block."""
    port = find_free_port()
    url = f"http://127.0.0.1:{port}"
    with SubprocessGenerator(
        (sys.executable, "-c", SERVES, str(port)), url, within_s=30
    ) as generator:
        for _ in range(2):
            with pytest.raises(EngineBusy):
                generator.generate(GenerationOrder(prompt="p", format="text"), deadline_s=1)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/ready")
