"""Crowd: visitors that send requests at the same time, each over a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random

from edgefill.local.chaos.request_mix import ChaosRequest
from edgefill.local.chaos.visitor_connection import ChaosAnswer, TokenSource, VisitorConnection

VISITORS = 64
PAUSE_S = 1.5  # on average, between an answer and the visitor's next request


class Crowd:
    """Sends what `draw` gives and hands each answer to `record`, until the `with` block is left."""

    def __init__(
        self,
        base_url: str,
        tokens: TokenSource,
        *,
        draw: Callable[[], ChaosRequest],
        record: Callable[[ChaosAnswer], None],
        visitors: int = VISITORS,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._draw = draw
        self._record = record
        self._pause_s = pause_s
        self._stopped = threading.Event()
        self._connections = [VisitorConnection(base_url, tokens) for _ in range(visitors)]
        self._threads = [
            threading.Thread(target=self._visit, args=(number, connection), daemon=True)
            for number, connection in enumerate(self._connections)
        ]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _visit(self, number: int, connection: VisitorConnection) -> None:
        rng = Random(number)
        while not self._stopped.wait(rng.uniform(0, 2 * self._pause_s)):
            self._record(connection.send(self._draw()))
        connection.close()
