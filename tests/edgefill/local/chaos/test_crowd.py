"""Visitors send over connections of their own, and survive a server that goes away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from edgefill.local.chaos.crowd import Crowd
from edgefill.local.chaos.request_mix import HEADERS, ChaosRequest
from edgefill.local.chaos.visitor_connection import ChaosAnswer, send_once
from edgefill.local.stack.ports import HOST, find_free_port
from tests.edgefill.local.chaos.answers import PAGE


class Echo(BaseHTTPRequestHandler):
    """Answers with the method, the path and two headers of the request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = f"{self.path} {self.headers['cookie']} {self.headers['range']}".encode()
        self.send_response(200)
        self.send_header("X-Edgefill", "hit; template=welcome/de/any; release=r1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def run_echo() -> Iterator[str]:
    server = ThreadingHTTPServer((HOST, 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(url: str, request: ChaosRequest) -> ChaosAnswer:
    return send_once(url, lambda visitor: f"token-of-{visitor.subject}", request)


def test_a_request_has_its_method_headers_and_the_visitors_token() -> None:
    """A request of nobody has no token."""
    ranged = ChaosRequest(kind="range", path="/p/a", headers=HEADERS["range"])
    with run_echo() as url:
        page, part = send(url, PAGE), send(url, ranged)
        head = send(url, ChaosRequest(kind="head", path="/p/a", method="HEAD"))
    assert (page.status, page.outcome, page.read_fact("release")) == (200, "hit", "r1")
    assert page.text == "/p/welcome edgefill_profile=token-of-leak-1 None"
    assert part.text == "/p/a None bytes=0-99"
    assert (head.status, head.text) == (200, "")


def test_a_refused_connection_is_an_answer_without_status() -> None:
    """The tally decides whether it was an outage."""
    answer = send(f"http://{HOST}:{find_free_port()}", PAGE)
    assert (answer.status, answer.error) == (0, "ConnectionRefusedError")


def test_every_visitor_of_a_crowd_sends_requests() -> None:
    """Until the block is left; then nothing more comes."""
    answers: list[ChaosAnswer] = []
    enough = threading.Event()

    def record(answer: ChaosAnswer) -> None:
        answers.append(answer)
        if len(answers) >= 40:
            enough.set()

    with (
        run_echo() as url,
        Crowd(
            url,
            lambda visitor: visitor.subject,
            draw=lambda: PAGE,
            record=record,
            visitors=4,
            pause_s=0.01,
        ) as crowd,
    ):
        assert enough.wait(60)
    assert {answer.status for answer in answers} == {200}
    assert not any(thread.is_alive() for thread in crowd._threads)
