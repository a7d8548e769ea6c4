"""Sends requests to a running stack over HTTP and classifies the answers."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from edgefill.local.services.identity import DevVisitor
from edgefill.local.traffic.traffic_model import TrafficRequest

CONNECTIONS = 8
TIMEOUT_S = 60.0  # for one answer
RETRY_WITHIN_S = 30.0  # until the key of a miss must be a hit
RETRY_EVERY_S = 1.0
OUTCOMES = ("hit", "clarify", "miss", "fallback")
TokenSource = Callable[[DevVisitor], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficAnswer:
    """The answer to one request.

    `outcome` is hit, clarify, miss, fallback, refused (4xx) or error. `template` is the key of
    the template that was filled, "" when none was.
    """

    request: TrafficRequest
    status: int
    outcome: str
    cached: bool  # the CDN answered from its cache, so no function ran
    seconds: float
    template: str = ""


class TrafficClient:
    """Sends requests over persistent connections; may be used by several threads.

    Leaving the `with` block closes all connections.
    """

    def __init__(self, base_url: str, tokens: TokenSource) -> None:
        self._host = urlsplit(base_url).netloc
        self._tokens = tokens
        self._idle: list[http.client.HTTPConnection] = []

    def __enter__(self) -> TrafficClient:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._idle:
            connection.close()

    def send(self, request: TrafficRequest) -> TrafficAnswer:
        """Send one request; a failed connection gives the outcome `error`, not an exception."""
        headers = {"User-Agent": "edgefill-traffic"}
        if request.visitor is not None:
            headers["Cookie"] = f"edgefill_profile={self._tokens(request.visitor)}"
        began = time.perf_counter()
        try:
            status, header, cached = self._fetch(request.path, headers)
        except (OSError, http.client.HTTPException):
            status, header, cached = 0, "", False
        seconds = time.perf_counter() - began
        outcome = classify_outcome(status, header, cached=cached)
        template = header.partition("template=")[2].partition(";")[0]
        return TrafficAnswer(
            request=request,
            status=status,
            outcome=outcome,
            cached=cached,
            seconds=seconds,
            template=template,
        )

    def _fetch(self, path: str, headers: dict[str, str]) -> tuple[int, str, bool]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT_S)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        cached = response.getheader("X-Cache", "").startswith(("Hit", "RefreshHit"))
        return response.status, response.getheader("X-Edgefill", ""), cached


def classify_outcome(status: int, header: str, *, cached: bool) -> str:
    """The outcome of an answer by its status (0: no answer) and its X-Edgefill header.

    A miss that is served from the CDN's cache counts as a hit.
    """
    if 400 <= status < 500:
        return "refused"
    outcome = header.partition(";")[0] if 200 <= status < 400 else ""
    if outcome == "miss" and cached:
        return "hit"
    return outcome if outcome in OUTCOMES else "error"


def send_all(
    client: TrafficClient,
    requests: Iterable[TrafficRequest],
    on_answer: Callable[[TrafficAnswer], None] | None = None,
) -> tuple[list[TrafficAnswer], float]:
    """Send all requests, CONNECTIONS at once.

    Returns the answers in the order of `requests`, and the seconds that the whole run took.
    """
    began = time.perf_counter()
    answers = []
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for answer in threads.map(client.send, requests):
            answers.append(answer)
            if on_answer:
                on_answer(answer)
    return answers, time.perf_counter() - began


def select_missed(answers: Iterable[TrafficAnswer]) -> list[TrafficAnswer]:
    """For each key that was a miss or a fallback, its first such answer."""
    first: dict[str, TrafficAnswer] = {}
    for answer in answers:
        if answer.outcome in ("miss", "fallback"):
            first.setdefault(str(answer.request.key), answer)
    return list(first.values())


def retry_misses(
    client: TrafficClient,
    answers: Iterable[TrafficAnswer],
    *,
    within_s: float = RETRY_WITHIN_S,
    every_s: float = RETRY_EVERY_S,
) -> list[TrafficAnswer]:
    """Request each missed key again until it is a hit or `within_s` seconds have passed.

    Returns the last answer for each of these keys.
    """
    waiting, settled = select_missed(answers), list[TrafficAnswer]()
    until = time.monotonic() + within_s
    while waiting and time.monotonic() < until:
        time.sleep(every_s)
        waiting, _ = send_all(client, [answer.request for answer in waiting])
        settled += [answer for answer in waiting if answer.outcome == "hit"]
        waiting = [answer for answer in waiting if answer.outcome != "hit"]
    return settled + waiting
