"""Load on the service: clients that request one template after another, and single requests.

All threads are daemons: an interrupted rehearsal does not wait for answers.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from edgefill.core.errors import EdgefillError
from edgefill.local.gpu_rehearsal.drafts import TIMEOUT_S, RequestOutcome, send_request

CLIENTS = 24


class RehearsalFailed(EdgefillError):
    """Something did not happen as it should; the text is one line."""


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


class LongStream:
    """A text of `tokens` tokens, streamed in a thread; `has_begun` is set with its first event.

    So it is certain that a request is in flight, without a look at the clock.
    """

    def __init__(self, client: httpx.Client, model: str, tokens: int) -> None:
        self.has_begun = threading.Event()
        self._client = client
        self._body = {
            "model": model, "prompt": "Hello", "max_tokens": tokens, "ignore_eos": True,
            "stream": True, "stream_options": {"include_usage": True},
        }  # fmt: skip
        self._events: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def count_tokens(self) -> int:
        """The tokens of the text, once it has ended; RehearsalFailed when it was broken off."""
        self._thread.join()
        *events, last = self._events or ["no event"]
        if last != "[DONE]":
            raise RehearsalFailed(f"drain: the long text was broken off: {last[:200]}")
        usages = [json.loads(event).get("usage") for event in events]
        usage = next((each for each in reversed(usages) if each), {"completion_tokens": 0})
        count: int = usage["completion_tokens"]
        return count

    def _read(self) -> None:
        try:
            with self._client.stream(
                "POST", "/v1/completions", json=self._body, timeout=TIMEOUT_S
            ) as response:
                for line in response.iter_lines():
                    if line.startswith("data: "):
                        self._events.append(line.removeprefix("data: "))
                        self.has_begun.set()
        except httpx.HTTPError as error:
            self._events.append(f"{type(error).__name__}: {error}")
        self.has_begun.set()


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
