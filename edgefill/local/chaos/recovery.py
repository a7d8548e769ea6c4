"""RecoveryProbe: whether everything works again, and how long after a fault's end it took.

Recovered means, all at once:
- one written page of every pack is a hit of the release that the pointer names; the first page has
  its visitor's own value
- one declared question in every locale is a hit
- a question that nobody has asked reaches the API and the model: the answer is a miss, or a
  fallback for a reason that is not an outage (the judge may refuse a text at any time)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from random import Random

from edgefill.core.errors import EdgefillError, StoreError
from edgefill.local.chaos.request_mix import ChaosRequest, make_new_question
from edgefill.local.chaos.visitor_connection import ChaosAnswer
from edgefill.local.traffic.marks import find_marks

WITHIN_S = 60.0
EVERY_S = 0.2
# Reasons of a fallback that say that a part of the stack does not work (X-Edgefill).
OUTAGE_REASONS = frozenset({"api", "cold", "timeout", "store", "no-judge", "fault"})


class NoBaseline(EdgefillError):
    """Before any fault no request is answered as it should be."""


class RecoveryProbe:
    """Probes by `send`; `read_release` gives the release that the pointer names."""

    def __init__(
        self,
        *,
        send: Callable[[ChaosRequest], ChaosAnswer],
        read_release: Callable[[], str],
        pages: Sequence[ChaosRequest],
        questions: Sequence[ChaosRequest],
        rng: Random,
    ) -> None:
        self._send = send
        self._read_release = read_release
        self._pages = pages
        self._questions = questions
        self._rng = rng

    def find_failure(self) -> str:
        """What does not work; "" when everything does."""
        try:
            release = self._read_release()
        except StoreError as error:
            return f"store: {error}"
        return (
            self._find_page_failure(release)
            or self._find_question_failure()
            or self._find_model_failure()
        )

    def _find_page_failure(self, release: str) -> str:
        for number, request in enumerate(self._pages):
            page = self._send(request)
            is_current = is_hit(page) and page.read_fact("release") == release
            if not is_current or (number == 0 and not is_own_hit(page)):
                return f"{request.path}: {describe(page)}, not a hit of {release}"
        return ""

    def _find_question_failure(self) -> str:
        for request in self._questions:
            if not is_hit(answer := self._send(request)):
                return f"{request.path}: {describe(answer)}"
        return ""

    def _find_model_failure(self) -> str:
        new = self._send(make_new_question(self._rng, self._pages[0].visitor))
        if new.status != 200 or new.read_fact("reason") in OUTAGE_REASONS:
            return f"new question: {describe(new)}"
        return ""

    def wait(
        self, *, within_s: float = WITHIN_S, every_s: float = EVERY_S
    ) -> tuple[float | None, str]:
        """Probe until everything works: the seconds it took, and the last failure before.

        None when it takes longer than `within_s`.
        """
        began, last = time.monotonic(), ""
        while failure := self.find_failure():
            last = failure
            if time.monotonic() - began > within_s:
                return None, last
            time.sleep(every_s)
        return time.monotonic() - began, last


def describe(answer: ChaosAnswer) -> str:
    """The status and X-Edgefill of an answer, or why there is none."""
    return f"{answer.status} {answer.headers.get('x-edgefill', '')}".strip() or answer.error


def is_hit(answer: ChaosAnswer) -> bool:
    """Whether the answer is a hit."""
    return answer.outcome == "hit"


def is_own_hit(answer: ChaosAnswer) -> bool:
    """Whether the answer is a hit that has the visitor's own mark."""
    return is_hit(answer) and bool(find_marks({}, answer.text))


def find_requests(
    requests: Iterable[ChaosRequest],
    send: Callable[[ChaosRequest], ChaosAnswer],
    *,
    accept: Callable[[ChaosAnswer], bool],
    group: Callable[[ChaosAnswer], object],
) -> tuple[ChaosRequest, ...]:
    """The first request of each group of answers that are accepted; NoBaseline without any."""
    last, found = "no request was made", dict[object, ChaosRequest]()
    for request in requests:
        answer = send(request)
        last = f"{request.path}: {describe(answer)}"
        if accept(answer):
            found.setdefault(group(answer), request)
    if not found:
        raise NoBaseline(f"before any fault no answer is as it should be; the last one: {last}")
    return tuple(found.values())
