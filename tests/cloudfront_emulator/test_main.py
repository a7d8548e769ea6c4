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
from tests.cloudfront_emulator.template_file import TemplateFile

MAPPED = ("--map", "site=http://127.0.0.1:9")
FUNCTION = """
def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    if request["uri"] == "/made":
        return {"status": "200", "body": "made"}
    return request
"""


@pytest.fixture
def stack(tmp_path: Path) -> TemplateFile:
    """A template with one origin and a function that nobody calls yet."""
    made = TemplateFile(tmp_path)
    (tmp_path / "asset.abc" / "edge.py").write_text(FUNCTION)
    return made


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


def written(stack: TemplateFile) -> list[str]:
    stack.file.write_text(json.dumps(stack.content))
    return [sys.executable, "-m", "cloudfront_emulator", "--template", str(stack.file)]


def refused(stack: TemplateFile, *words: str) -> str:
    """What is said by a process that cannot serve: nothing but that, without a traceback."""
    command = [*written(stack), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    return done.stderr


def no_distribution(stack: TemplateFile) -> str:
    del stack.resources["Cdn"]
    return "no distribution: the template lacks an AWS::CloudFront::Distribution"


def unknown_function(stack: TemplateFile) -> str:
    stack.associate()
    stack.resources["FillVersion"]["Properties"]["FunctionName"] = {"Ref": "Gone"}
    return "Gone"


def other_runtime(stack: TemplateFile) -> str:
    stack.associate()
    stack.resources["FillAB12CD34"]["Properties"]["Runtime"] = "nodejs22.x"
    return "FillAB12CD34: Runtime: nodejs22.x is not run here, only Python"


def unsupported(stack: TemplateFile) -> str:
    stack.default["SmoothStreaming"] = True
    return "DistributionConfig.DefaultCacheBehavior.SmoothStreaming: Smooth Streaming is not served"


@pytest.mark.parametrize("spoil", [no_distribution, unknown_function, other_runtime, unsupported])
def test_a_template_that_cannot_be_served_is_refused(
    stack: TemplateFile, spoil: Callable[[TemplateFile], str]
) -> None:
    """Issue 3, "Bad input": the logical id and the property, one line for each finding."""
    expected = spoil(stack)
    lines = refused(stack, *MAPPED).splitlines()
    assert expected in lines[-1]
    assert len(lines) <= 2


def test_origins_that_are_not_mapped_are_refused(stack: TemplateFile) -> None:
    """A line for each that says what to add."""
    stack.config["Origins"].append({**stack.origin, "Id": "spare"})
    said = refused(stack)
    place = "Cdn: DistributionConfig.Origins"
    assert said == (
        f"cloudfront_emulator: {place}: site (shop.example) is not mapped; add --map site=URL\n"
        f"  {place}: spare (shop.example) is not mapped; add --map spare=URL\n"
    )


@pytest.mark.parametrize("taken", ["--port", "--control"])
def test_a_port_that_is_taken_is_refused(stack: TemplateFile, taken: str) -> None:
    """One line that names the address."""
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        ports = {
            "--port": str(find_free_port()),
            "--control": str(find_free_port()),
            taken: str(port),
        }
        said = refused(stack, *MAPPED, *(word for pair in ports.items() for word in pair))
    assert said == f"cloudfront_emulator: {HOST}:{port}: cannot listen: Address already in use\n"


class Served:
    """A running CDN, its control port and what it says."""

    def __init__(self, stack: TemplateFile, *words: str) -> None:
        port, control = find_free_port(), find_free_port()
        ports = ("--port", str(port), "--control", str(control))
        self.cdn, self.control = f"http://{HOST}:{port}", f"http://{HOST}:{control}"
        self.process = subprocess.Popen(
            [*written(stack), *words, *ports], stderr=subprocess.PIPE, text=True
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

    def children(self) -> list[int]:
        """The processes that this one has started."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(each) for each in listed.split()]

    def end(self) -> tuple[int, str]:
        """The exit status after SIGTERM, and everything said."""
        self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=60)[1]
        return self.process.returncode, said


@pytest.fixture
def serving(stack: TemplateFile) -> Iterator[Callable[..., Served]]:
    """Starts CDNs and ends what a test left running."""
    started: list[Served] = []

    def start(*words: str) -> Served:
        started.append(Served(stack, *words))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


def test_it_serves_until_sigterm_and_leaves_no_process(
    stack: TemplateFile, site: str, serving: Callable[..., Served]
) -> None:
    """Exit 0, nothing said, and no environment of a function outlives it."""
    stack.associate("viewer-request")
    served = serving("--map", f"site={site}")
    assert httpx.get(f"{served.cdn}/made").text == "made"
    answer = httpx.get(f"{served.cdn}/a")
    assert (answer.text, answer.headers["x-cache"]) == ("site", "Miss from cloudfront")
    children = served.children()
    assert children
    assert served.end() == (0, "")
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_lenient_serves_without_what_is_not_supported_and_says_so(
    stack: TemplateFile, site: str, serving: Callable[..., Served]
) -> None:
    """The same words as the refusal, as a warning."""
    expected = unsupported(stack)
    served = serving("--map", f"site={site}", "--lenient")
    assert httpx.get(f"{served.cdn}/a").text == "site"
    status, said = served.end()
    assert status == 0
    assert expected in said


def test_the_control_port_moves_the_clock_and_switches_faults(
    stack: TemplateFile, site: str, serving: Callable[..., Served]
) -> None:
    """As docs/local-cdn.md shows it."""
    managed = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # CachingOptimized
    stack.default["CachePolicyId"] = managed
    served = serving("--map", f"site={site}")

    def results(*paths: str) -> list[str]:
        return [httpx.get(served.cdn + path).headers["x-cache"].split()[0] for path in paths]

    def control(method: str, path: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = httpx.request(method, served.control + path, json=given)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    assert results("/a", "/a") == ["Miss", "Hit"]
    control("POST", "/clock", {"advance": 100})
    assert results("/a", "/a") == ["Miss", "Hit"]
    assert control("POST", "/invalidations", {"paths": ["/*"]}) == {"invalidated": 2}
    assert results("/a") == ["Miss"]
    control("PUT", "/faults/origin:site", {"kind": "status", "status": 503})
    assert results("/b") == ["Error"]
    control("DELETE", "/faults")
    assert control("GET", "/")["faults"] == {}
    assert served.end() == (0, "")
