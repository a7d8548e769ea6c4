"""RequestMix: the endless traffic of the visitors, drawn from the models of edgefill/local/traffic.

| kind | share | what it is |
| --- | --- | --- |
| page | 50% | `GET /p/...` by demand: hits, and misses or fallbacks of unwritten keys |
| question | 20% | `GET /ask` with a variation of a declared question |
| new-question | 6% | `GET /ask` with a question that nobody has asked: a miss |
| head | 8% | a page by HEAD |
| range | 8% | a page with `Range: bytes=0-99` |
| condition | 8% | a page with `If-None-Match` and `If-Modified-Since` |
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from edgefill.local.services.identity import DevVisitor
from edgefill.local.traffic.visitors import WORDS

if TYPE_CHECKING:
    from edgefill.local.traffic.question_model import QuestionTrafficModel
    from edgefill.local.traffic.traffic_model import TrafficModel, TrafficRequest

SHARES = {
    "page": 50,
    "question": 20,
    "new-question": 6,
    "head": 8,
    "range": 8,
    "condition": 8,
}
ENDLESS = 1_000_000  # requests of each model
HEADERS = {
    "range": {"Range": "bytes=0-99"},
    "condition": {
        "If-None-Match": '"another-answer"',
        "If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaosRequest:
    """One request of a visitor; `visitor` None means an anonymous one."""

    kind: str
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    visitor: DevVisitor | None = field(default=None, repr=False)


class RequestMix:
    """Draws requests; the same seed gives the same requests. Safe between threads."""

    def __init__(self, pages: TrafficModel, questions: QuestionTrafficModel, *, seed: int) -> None:
        self._pages = pages.generate_requests(ENDLESS)
        self._questions = questions.generate_requests(ENDLESS)
        self._rng = Random(seed)
        self._lock = threading.Lock()

    def draw(self) -> ChaosRequest:
        """The next request of any visitor."""
        with self._lock:
            (kind,) = self._rng.choices(list(SHARES), weights=list(SHARES.values()))
            if kind == "new-question":
                return make_new_question(self._rng, next(self._pages).visitor)
            model = self._questions if kind == "question" else self._pages
            return make_request(kind, next(model))


def make_request(kind: str, request: TrafficRequest) -> ChaosRequest:
    """A request of a traffic model with the method and headers of `kind`."""
    return ChaosRequest(
        kind=kind,
        path=request.path,
        method="HEAD" if kind == "head" else "GET",
        headers=HEADERS.get(kind, {}),
        visitor=request.visitor,
    )


def make_new_question(rng: Random, visitor: DevVisitor | None) -> ChaosRequest:
    """A question in words that are in no catalogue; a repetition is improbable."""
    words = rng.choices(WORDS, k=6)
    text = f"would a {' '.join(words[:3])} go with a {' '.join(words[3:])}"
    query = urlencode({"q": text, "locale": "en"})
    return ChaosRequest(kind="new-question", path=f"/ask?{query}", visitor=visitor)
