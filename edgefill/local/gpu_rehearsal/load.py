"""Load on the service: clients that request one template after another, and single requests.

All threads are daemons: an interrupted rehearsal does not wait for answers.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from edgefill.local.gpu_rehearsal.drafts import RequestOutcome, send_request

CLIENTS = 24


class BackgroundRequest:
    """One request that is sent in a thread."""

    def __init__(self, client: httpx.Client, path: str, body: Mapping[str, Any]) -> None:
        self._outcomes: list[RequestOutcome] = []
        self._thread = threading.Thread(
            target=lambda: self._outcomes.append(send_request(client, path, body)), daemon=True
        )
        self._thread.start()

    def wait(self) -> RequestOutcome:
        """The outcome, once there is one."""
        self._thread.join()
        return self._outcomes[0]


class LoadGenerator:
    """Runs CLIENTS clients inside its `with` block; each sends its next request at once.

    `outcomes` has every request that has ended. Leaving the block without an exception waits for
    the others. A client ends with its first request that is not answered: a load balancer no
    longer sends requests to a target that is not ready.
    """

    def __init__(self, client: httpx.Client, bodies: Iterator[dict[str, Any]]) -> None:
        self.outcomes: list[RequestOutcome] = []
        self._client = client
        self._bodies = bodies
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._send, daemon=True) for _ in range(CLIENTS)]

    def __enter__(self) -> LoadGenerator:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self.end()
        for thread in self._threads if error is None else ():
            thread.join()

    def end(self) -> None:
        """Send no further requests; those in flight go on."""
        self._is_over.set()

    def count(self) -> Counter[str]:
        """How many requests have ended, by kind."""
        return Counter(each.kind for each in self.outcomes)

    def list_lost(self) -> list[str]:
        """What happened to the requests that were lost."""
        return [each.detail for each in self.outcomes if each.kind == "lost"]

    def _send(self) -> None:
        while not self._is_over.is_set():
            with self._lock:
                body = next(self._bodies)
            outcome = send_request(self._client, "/v1/templates", body)
            self.outcomes.append(outcome)
            if outcome.kind != "answered":
                return
