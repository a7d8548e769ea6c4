"""HttpSite: headers in lower case, the token as a bearer, a failed connection as an answer."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from edgefill.local.stack.ports import HOST, find_free_port
from edgefill.operations.smoke.site import HttpSite


@pytest.fixture
def url() -> Iterator[str]:
    """A server that repeats the visitor's Authorization."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("X-Edgefill", "hit; template=a/b/c")
            self.send_header("X-Cache", "RefreshHit from cloudfront")
            self.end_headers()
            self.wfile.write(str(self.headers["Authorization"]).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}"
        server.shutdown()


def test_the_token_is_sent_as_a_bearer(url: str) -> None:
    """Without a token no such header is sent."""
    assert HttpSite(url=url).get("/", token="t").text == "Bearer t"
    assert HttpSite(url=url).get("/").text == "None"


def test_outcome_and_cache_are_read_from_the_headers(url: str) -> None:
    """Names are in lower case."""
    answer = HttpSite(url=url).get("/")
    assert (answer.outcome, answer.is_cached) == ("hit", True)
    assert answer.describe() == "200 hit; template=a/b/c"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_failed_connection_is_an_answer(scheme: str) -> None:
    """Its status is 0, its text names the URL."""
    answer = HttpSite(url=f"{scheme}://{HOST}:{find_free_port()}").get("/")
    assert (answer.status, answer.outcome) == (0, "")
    assert answer.describe().startswith(f"no answer from {scheme}://{HOST}:")
