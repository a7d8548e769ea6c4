"""`python -m cloudfront_emulator` as a process: bad input in one breath, and an orderly end."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from edgefill.local.stack.ports import HOST, find_free_port
from tests.cloudfront_emulator.editable_template import EditableTemplate

MAPPED = ("--map", "site=http://127.0.0.1:9")
FUNCTION = """
def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    if request["uri"] == "/made":
        return {"status": "200", "body": "made"}
    return request
"""


@pytest.fixture
def stack(tmp_path: Path) -> EditableTemplate:
    """A template with one origin and a function without an association."""
    template = EditableTemplate(tmp_path)
    (tmp_path / "asset.abc" / "edge.py").write_text(FUNCTION)
    return template


@pytest.fixture
def site() -> Iterator[str]:
    """An origin; its URL."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "4")
            self.send_header("cache-control", "max-age=100")
            self.end_headers()
            self.wfile.write(b"site")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Site)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://{HOST}:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def build_command(stack: EditableTemplate) -> list[str]:
    stack.file.write_text(json.dumps(stack.content))
    return [sys.executable, "-m", "cloudfront_emulator", "--template", str(stack.file)]


def run_refused(stack: EditableTemplate, *words: str) -> str:
    """What is said by a process that cannot serve: nothing but that, without a traceback."""
    command = [*build_command(stack), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    return done.stderr


def no_distribution(stack: EditableTemplate) -> str:
    del stack.resources["Cdn"]
    return "no distribution: the template lacks an AWS::CloudFront::Distribution"


def unknown_function(stack: EditableTemplate) -> str:
    stack.associate()
    stack.resources["FillVersion"]["Properties"]["FunctionName"] = {"Ref": "Gone"}
    return "Gone"


def other_runtime(stack: EditableTemplate) -> str:
    stack.associate()
    stack.resources["FillAB12CD34"]["Properties"]["Runtime"] = "nodejs22.x"
    return "FillAB12CD34: Runtime: nodejs22.x is not run here, only Python"


def unsupported(stack: EditableTemplate) -> str:
    stack.default["SmoothStreaming"] = True
    return "DistributionConfig.DefaultCacheBehavior.SmoothStreaming: Smooth Streaming is not served"


@pytest.mark.parametrize("spoil", [no_distribution, unknown_function, other_runtime, unsupported])
def test_a_template_that_cannot_be_served_is_refused(
    stack: EditableTemplate, spoil: Callable[[EditableTemplate], str]
) -> None:
    """Issue 3, "Bad input": the logical id and the property, one line for each finding."""
    expected = spoil(stack)
    lines = run_refused(stack, *MAPPED).splitlines()
    assert expected in lines[-1]
    assert len(lines) <= 2


def test_origins_that_are_not_mapped_are_refused(stack: EditableTemplate) -> None:
    """One line per origin says what to add."""
    stack.config["Origins"].append({**stack.origin, "Id": "spare"})
    message = run_refused(stack)
    place = "Cdn: DistributionConfig.Origins"
    assert message == (
        f"cloudfront_emulator: {place}: site (shop.example) is not mapped; add --map site=URL\n"
        f"  {place}: spare (shop.example) is not mapped; add --map spare=URL\n"
    )


@pytest.mark.parametrize("option", ["--port", "--control"])
def test_a_port_that_is_taken_is_refused(stack: EditableTemplate, option: str) -> None:
    """One line that names the address."""
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        ports = {
            "--port": str(find_free_port()),
            "--control": str(find_free_port()),
            option: str(port),
        }
        message = run_refused(stack, *MAPPED, *(word for pair in ports.items() for word in pair))
    assert message == f"cloudfront_emulator: {HOST}:{port}: cannot listen: Address already in use\n"


class EmulatorProcess:
    """A running emulator with its control port and output."""

    def __init__(self, stack: EditableTemplate, *words: str) -> None:
        port, control = find_free_port(), find_free_port()
        ports = ("--port", str(port), "--control", str(control))
        self.cdn, self.control = f"http://{HOST}:{port}", f"http://{HOST}:{control}"
        self.process = subprocess.Popen(
            [*build_command(stack), *words, *ports], stderr=subprocess.PIPE, text=True
        )
        self._wait(control)

    def _wait(self, port: int) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection((HOST, port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError(self.process.communicate())

    def list_children(self) -> list[int]:
        """The processes that this one has started."""
        output = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(each) for each in output.split()]

    def end(self) -> tuple[int, str]:
        """The exit status after SIGTERM, and everything said."""
        self.process.send_signal(signal.SIGTERM)
        message = self.process.communicate(timeout=60)[1]
        return self.process.returncode, message


@pytest.fixture
def start_serving(stack: EditableTemplate) -> Iterator[Callable[..., EmulatorProcess]]:
    """Starts emulators and stops those that a test left running."""
    started: list[EmulatorProcess] = []

    def start(*words: str) -> EmulatorProcess:
        started.append(EmulatorProcess(stack, *words))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


def test_it_serves_until_sigterm_and_leaves_no_process(
    stack: EditableTemplate, site: str, start_serving: Callable[..., EmulatorProcess]
) -> None:
    """Exit 0, nothing said, and no environment of a function outlives it."""
    stack.associate("viewer-request")
    emulator = start_serving("--map", f"site={site}")
    assert httpx.get(f"{emulator.cdn}/made").text == "made"
    answer = httpx.get(f"{emulator.cdn}/a")
    assert (answer.text, answer.headers["x-cache"]) == ("site", "Miss from cloudfront")
    children = emulator.list_children()
    assert children
    assert emulator.end() == (0, "")
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_lenient_serves_without_what_is_not_supported_and_says_so(
    stack: EditableTemplate, site: str, start_serving: Callable[..., EmulatorProcess]
) -> None:
    """The same words as the refusal, as a warning."""
    expected = unsupported(stack)
    emulator = start_serving("--map", f"site={site}", "--lenient")
    assert httpx.get(f"{emulator.cdn}/a").text == "site"
    status, message = emulator.end()
    assert status == 0
    assert expected in message


def test_the_control_port_moves_the_clock_and_switches_faults(
    stack: EditableTemplate, site: str, start_serving: Callable[..., EmulatorProcess]
) -> None:
    """As docs/local-cdn.md shows it."""
    managed = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # CachingOptimized
    stack.default["CachePolicyId"] = managed
    emulator = start_serving("--map", f"site={site}")

    def results(*paths: str) -> list[str]:
        return [httpx.get(emulator.cdn + path).headers["x-cache"].split()[0] for path in paths]

    def control(method: str, path: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = httpx.request(method, emulator.control + path, json=given)
        assert answer.status_code == 200, answer.text
        message: dict[str, Any] = answer.json()
        return message

    assert results("/a", "/a") == ["Miss", "Hit"]
    control("POST", "/clock", {"advance": 100})
    assert results("/a", "/a") == ["Miss", "Hit"]
    assert control("POST", "/invalidations", {"paths": ["/*"]}) == {"invalidated": 2}
    assert results("/a") == ["Miss"]
    control("PUT", "/faults/origin:site", {"kind": "status", "status": 503})
    assert results("/b") == ["Error"]
    control("DELETE", "/faults")
    assert control("GET", "/")["faults"] == {}
    assert emulator.end() == (0, "")
