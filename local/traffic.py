"""Sending the traffic mix to a running stack, and saying what came back."""

from __future__ import annotations

import http.client
import math
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from local.identity import Profile
from local.mix import Ask

CONNECTIONS = 8
TIMEOUT = 60.0  # seconds for one answer
AGAIN_WITHIN = 30.0  # seconds until the key of a miss must be a hit
AGAIN_EVERY = 1.0
Tokens = Callable[[Profile], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: `outcome` is hit, miss, fallback, refused (4xx) or error."""

    ask: Ask
    status: int
    outcome: str
    key: str  # as the X-Edgefill header names it, empty without one
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Counts of a run; latencies are in milliseconds, as this client saw them."""

    requests: int
    hits: int
    misses: int
    fallbacks: int
    refused: int
    errors: int
    hit_ratio: float
    latency_ms: dict[str, float]
    requests_per_second: float
    missed_keys: tuple[str, ...]


class Client:
    """Requests over kept connections, one a thread."""

    def __init__(self, base_url: str, tokens: Tokens) -> None:
        self._host = urlsplit(base_url).netloc
        self._tokens = tokens
        self._kept = threading.local()

    def send(self, ask: Ask) -> Answer:
        """The answer to one request; a connection that fails is an error, not an exception."""
        headers = {"User-Agent": "edgefill-traffic"}
        if ask.visitor is not None:
            headers["Cookie"] = f"edgefill_profile={self._tokens(ask.visitor)}"
        began = time.perf_counter()
        try:
            status, said = self._ask(ask.path, headers)
        except (OSError, http.client.HTTPException):
            self._kept.connection = None
            status, said = 0, ""
        seconds = time.perf_counter() - began
        outcome, key = _read(status, said)
        return Answer(ask=ask, status=status, outcome=outcome, key=key, seconds=seconds)

    def _ask(self, path: str, headers: dict[str, str]) -> tuple[int, str]:
        connection = getattr(self._kept, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT)
            self._kept.connection = connection
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status, response.getheader("X-Edgefill", "")


def _read(status: int, said: str) -> tuple[str, str]:
    outcome = said.partition(";")[0]
    key = re.search(r"template=([^;]+)", said)
    if status == 0 or status >= 500:
        outcome = "error"
    elif status >= 400:
        outcome = "refused"
    elif outcome not in ("hit", "miss", "fallback"):
        outcome = "error"
    return outcome, key[1] if key else ""


def send_all(
    client: Client, asks: Iterable[Ask], on_answer: Callable[[Answer], None] | None = None
) -> tuple[list[Answer], float]:
    """The answers in the order of `asks`, and the seconds that all of them took."""
    began = time.perf_counter()
    answers = []
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for answer in threads.map(client.send, asks):
            answers.append(answer)
            if on_answer:
                on_answer(answer)
    return answers, time.perf_counter() - began


def report(answers: Sequence[Answer], seconds: float) -> Report:
    """The counts and percentiles of a run."""
    outcomes = Counter(answer.outcome for answer in answers)
    took = sorted(answer.seconds * 1000 for answer in answers)
    return Report(
        requests=len(answers),
        hits=outcomes["hit"],
        misses=outcomes["miss"],
        fallbacks=outcomes["fallback"],
        refused=outcomes["refused"],
        errors=outcomes["error"],
        hit_ratio=round(outcomes["hit"] / max(len(answers), 1), 4),
        latency_ms={f"p{share}": round(percentile(took, share), 2) for share in (50, 95, 99)},
        requests_per_second=round(len(answers) / seconds, 1) if seconds else 0.0,
        missed_keys=tuple(sorted({str(answer.ask.key) for answer in missed(answers)})),
    )


def missed(answers: Iterable[Answer]) -> list[Answer]:
    """The first answer for each key that was no hit."""
    first: dict[str, Answer] = {}
    for answer in answers:
        if answer.outcome in ("miss", "fallback"):
            first.setdefault(str(answer.ask.key), answer)
    return list(first.values())


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted values; 0 of none."""
    if not ordered:
        return 0.0
    return ordered[max(math.ceil(len(ordered) * share / 100) - 1, 0)]


def ask_again(
    client: Client, answers: Iterable[Answer], *, within: float = AGAIN_WITHIN
) -> list[Answer]:
    """The last answers for the keys that were no hits, each asked until it is one or time is up."""
    waiting, settled = missed(answers), list[Answer]()
    until = time.monotonic() + within
    while waiting and time.monotonic() < until:
        time.sleep(AGAIN_EVERY)
        waiting, _ = send_all(client, [answer.ask for answer in waiting])
        settled += [answer for answer in waiting if answer.outcome == "hit"]
        waiting = [answer for answer in waiting if answer.outcome != "hit"]
    return settled + waiting
