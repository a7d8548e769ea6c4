"""AWS clients with a circuit breaker."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from edgefill.core.errors import NotStored, StoreUnavailable
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore


@pytest.fixture
def hung() -> Iterator[tuple[str, socket.socket]]:
    """A server that accepts connections and does not answer until the test sends a response."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


def objects(endpoint: str, rest_s: float | None) -> S3ObjectStore:
    aws = AwsClients(
        endpoint_url=endpoint,
        credentials=("local", "local"),
        read_timeout=0.2,
        attempts=1,
        cooldown_s=rest_s,
    )
    return S3ObjectStore(aws.make_s3(), "bucket")


def test_a_service_that_hangs_is_waited_for_once(hung: tuple[str, socket.socket]) -> None:
    """The next calls fail at once, without another attempt."""
    endpoint, server = hung
    store = objects(endpoint, 3600)
    with pytest.raises(StoreUnavailable, match="Read timeout"):
        store.get("a")
    for _ in range(5):
        with pytest.raises(StoreUnavailable, match="circuit breaker open"):
            store.get("a")
    server.accept()[0].close()
    server.setblocking(False)
    with pytest.raises(BlockingIOError):
        server.accept()


def test_a_service_that_hangs_is_tried_again_after_the_cooldown(
    hung: tuple[str, socket.socket],
) -> None:
    """One call is let through and waits for its answer."""
    store = objects(hung[0], 0.01)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="Read timeout"):
            store.get("a")
        time.sleep(0.02)


def test_a_service_that_answers_is_not_paused(hung: tuple[str, socket.socket]) -> None:
    """Whatever its status is."""
    endpoint, server = hung
    store = objects(endpoint, 60)

    def answer() -> None:
        for _ in range(2):
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(
                b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            )
            connection.close()

    thread = threading.Thread(target=answer)
    thread.start()
    for _ in range(2):
        with pytest.raises(NotStored):
            store.get("a")
    thread.join()
