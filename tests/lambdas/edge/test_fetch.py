"""Fetching over HTTP, against a server of this test."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from edgefill.core.errors import StoreUnavailable
from lambdas.edge.config import parse_config
from lambdas.edge.fetch import FallbackFetch, HttpFetch, StoreResponse, connect_store
from lambdas.edge.handler import create_handler


class Shop(BaseHTTPRequestHandler):
    """Keeps connections open, and records the requests with their connection."""

    protocol_version = "HTTP/1.1"
    requests: list[tuple[str, str | None, int]]
    headers_in: list[dict[str, str]]
    status = 200
    is_s3 = True
    drop = False
    keeps = True

    def do_GET(self) -> None:
        etag = self.headers["If-None-Match"]
        self.requests.append((self.path, etag, self.client_address[1]))
        self.headers_in.append(dict(self.headers))
        if self.drop:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status = 304 if etag == '"tag"' else self.status
        self.send_response(status)
        self.send_header("ETag", '"tag"')
        if self.is_s3:
            self.send_header("x-amz-request-id", "4442587FB7D0A2F9")
        if not self.keeps:
            self.send_header("Connection", "close")
        self.send_header("Content-Length", "0" if status == 304 else "4")
        self.end_headers()
        self.wfile.write(b"" if status == 304 else b"body")

    def log_message(self, *_: Any) -> None:
        pass


class Server:
    def __init__(self, shop: Any, port: int) -> None:
        self.shop = shop
        self.url = f"http://127.0.0.1:{port}"


@pytest.fixture
def server() -> Iterator[Server]:
    shop = type("ThisShop", (Shop,), {"requests": [], "headers_in": []})
    http = ThreadingHTTPServer(("127.0.0.1", 0), shop)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Server(shop, http.server_address[1])
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def fetch(server: Server) -> Iterator[HttpFetch]:
    fetch = HttpFetch(server.url + "/base", timeout_s=60)
    yield fetch
    fetch.close()


def test_an_object_is_fetched_with_its_etag(server: Server, fetch: HttpFetch) -> None:
    """Under the base URL."""
    assert fetch("t/current.json", None) == StoreResponse(status=200, body=b"body", etag='"tag"')
    assert [path for path, _, _ in server.shop.requests] == ["/base/t/current.json"]


def test_an_unchanged_object_is_not_sent_again(server: Server, fetch: HttpFetch) -> None:
    """The ETag goes along."""
    assert fetch("a", '"tag"') == StoreResponse(status=304, etag='"tag"')


def test_the_connection_is_reused(server: Server, fetch: HttpFetch) -> None:
    """A handshake through the CDN costs more than the object."""
    for _ in range(3):
        fetch("a", None)
    assert len({port for _, _, port in server.shop.requests}) == 1


def test_an_idle_connection_that_was_closed_is_replaced(server: Server, fetch: HttpFetch) -> None:
    """The fetch succeeds."""
    fetch("a", None)
    fetch._idle[0].sock.shutdown(socket.SHUT_RDWR)
    assert fetch("a", None).status == 200
    assert len({port for _, _, port in server.shop.requests}) == 2


@pytest.mark.parametrize("status", [403, 404])
def test_a_missing_object_is_an_answer(server: Server, fetch: HttpFetch, status: int) -> None:
    """S3 answers 403 unless listing is allowed."""
    server.shop.status = status
    assert fetch("a", None).status == status


def test_a_403_that_is_not_of_s3_is_a_failure(server: Server, fetch: HttpFetch) -> None:
    """The firewall's says nothing about the object, so it must not be read as missing."""
    server.shop.status, server.shop.is_s3 = 403, False
    with pytest.raises(StoreUnavailable, match="status 403"):
        fetch("a", None)


@pytest.mark.parametrize("status", [500, 503, 301, 429])
def test_any_other_status_is_a_failure(server: Server, fetch: HttpFetch, status: int) -> None:
    """The error names the host and the status, not the path."""
    server.shop.status = status
    with pytest.raises(StoreUnavailable, match=f"127.0.0.1:[0-9]+: status {status}"):
        fetch("a", None)


def test_a_server_that_hangs_up_is_a_failure(server: Server, fetch: HttpFetch) -> None:
    """Without a response."""
    server.shop.drop = True
    with pytest.raises(StoreUnavailable, match="RemoteDisconnected"):
        fetch("a", None)


def test_a_server_that_is_not_there_is_a_failure() -> None:
    """Connection refused."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(StoreUnavailable, match="ConnectionRefusedError"):
        HttpFetch(f"http://127.0.0.1:{port}", timeout_s=60)("a", None)


def test_a_server_that_does_not_answer_is_a_failure() -> None:
    """After the timeout."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(StoreUnavailable, match="TimeoutError"):
            HttpFetch(url, timeout_s=0.05)("a", None)


def test_an_https_url_is_requested_over_tls(server: Server) -> None:
    """A plain server does not understand the handshake."""
    secure = HttpFetch(server.url.replace("http:", "https:"), timeout_s=60)
    with pytest.raises(StoreUnavailable, match="SSLError"):
        secure("a", None)


def source(answer: StoreResponse | None) -> Callable[[str, str | None], StoreResponse]:
    def fetch(_path: str, _etag: str | None, /) -> StoreResponse:
        if answer is None:
            raise StoreUnavailable("down")
        return answer

    return fetch


def test_the_first_source_that_answers_counts() -> None:
    """A missing object is an answer, a timeout is not."""
    down, missing, present = (
        source(None),
        source(StoreResponse(status=404)),
        source(StoreResponse(status=200)),
    )
    assert FallbackFetch(present, down)("a", None).status == 200
    assert FallbackFetch(missing, present)("a", None).status == 404
    assert FallbackFetch(down, present)("a", None).status == 200
    with pytest.raises(StoreUnavailable, match="down; down"):
        FallbackFetch(down, down)("a", None)


def test_the_store_is_behind_the_distribution_unless_configured_otherwise(server: Server) -> None:
    """Its own domain, then the fallback."""
    server.shop.keeps = False
    least = {"issuer": "shop", "audience": "edgefill"}
    config = parse_config(least | {"store_url": server.url})
    assert connect_store(config, "unused.invalid")("a", None).status == 200
    fallback_config = parse_config(
        least | {"fallback_store_url": server.url, "fetch_timeout_s": 60}
    )
    assert connect_store(fallback_config, "nobody.invalid")("a", None).status == 200
    config = parse_config(least | {"fetch_timeout_s": 60})
    assert connect_store(config, "nobody.invalid", server.url)("a", None).status == 200
    with pytest.raises(StoreUnavailable, match=r"nobody\.invalid"):
        connect_store(config, "nobody.invalid")("a", None)


def test_a_signed_request_carries_its_signature(server: Server) -> None:
    """The headers of the signature are sent with the condition."""
    server.shop.keeps = False
    fetch = HttpFetch(server.url, timeout_s=60, sign=lambda host, path: {"x-signed": host + path})
    fetch("a", '"1"')
    headers_in = server.shop.headers_in[-1]
    assert headers_in["x-signed"] == f"{server.url.removeprefix('http://')}/a"
    assert headers_in["If-None-Match"] == '"1"'


def test_with_a_stale_copy_the_timeout_is_short() -> None:
    """On a new connection and on an idle one, whatever its timeout was before."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        fetch = HttpFetch(url, timeout_s=30, refresh_timeout_s=0.05)
        with pytest.raises(StoreUnavailable, match="TimeoutError"):
            fetch("a", '"tag"')

        def answer_once() -> None:
            connection, _ = silent.accept()  # the one that was given up
            connection.close()
            connection, _ = silent.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
            waiting.append(connection)

        waiting: list[socket.socket] = []
        thread = threading.Thread(target=answer_once)
        thread.start()
        assert fetch("a", None).body == b"1"
        thread.join()
        with pytest.raises(StoreUnavailable, match="TimeoutError"):
            fetch("a", '"tag"')
        fetch.close()
        waiting[0].close()


def count_waiting(server: socket.socket) -> int:
    """How many connections wait to be accepted; they are closed."""
    server.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


def test_a_hanging_store_costs_at_most_a_second(identity: Any, make_event: Any) -> None:
    """Each hanging source is tried once for half a second, then not until the cooldown is over."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config = parse_config(
            {
                "issuer": "i",
                "audience": "a",
                "jwks": identity.build_jwks(),
                "store_url": url,
                "fallback_store_url": url,
            }
        )
        handle = create_handler(config, fetch=connect_store(config, "d"), log=lambda _: None)
        began = time.monotonic()
        for _ in range(3):
            assert "status" not in handle(make_event("/p/sale?locale=en"), None)
        assert time.monotonic() - began > 0.9
        assert count_waiting(silent) == 2
