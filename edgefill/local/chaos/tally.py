"""AnswerTally: counts what visitors must never get, and remembers what the model was paid for.

What counts:
- foreign value: another visitor's mark in the headers or the text of an answer, at any time
- 5xx: any answer with such a status, at any time, whatever has failed behind the CDN
- 4xx: every request is valid, so one is a defect
- unreachable: a connection that was refused, reset, or silent for 30 s. While the CDN itself is
  killed or stopped, and until it has recovered, that is the outage and no fault of an answer; it
  is counted apart. At any other time it is a defect.
- write-back: an answer `miss` shows a text that the model was paid for; its key must be written
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass

from edgefill.local.chaos.visitor_connection import ChaosAnswer
from edgefill.local.traffic.marks import find_marks

EXAMPLES = 5  # of each kind of defect, for the report


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which the CDN cannot be reached, in monotonic seconds."""

    began: float
    ended: float


class AnswerTally:
    """Counts answers of all visitors; safe between threads."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()  # by kind, outcome and defect
        self.examples: list[str] = []
        self.longest_wait_s = 0.0
        self._lock = threading.Lock()
        self._generated: set[str] = set()
        self._unreachable: list[ChaosAnswer] = []
        self._outages: list[Outage] = []

    def record(self, answer: ChaosAnswer) -> None:
        """Count one answer."""
        defect = find_defect(answer)
        with self._lock:
            self.counts["answers"] += 1
            self.counts[answer.request.kind] += 1
            self.counts[answer.outcome or "other"] += bool(answer.status)
            self.longest_wait_s = max(self.longest_wait_s, answer.ended - answer.began)
            if defect:
                self._add_defect(defect, answer)
            if not answer.status:
                self._unreachable.append(answer)
            elif answer.outcome == "miss":
                self._generated.add(answer.read_fact("template"))

    def record_outage(self, began: float, ended: float) -> None:
        """The CDN itself was failing from `began` to `ended`."""
        with self._lock:
            self._outages.append(Outage(began=began, ended=ended))

    def forget_generated(self) -> None:
        """The store has lost its objects, so earlier write-backs cannot be found in it."""
        with self._lock:
            self._generated.clear()

    def list_generated(self) -> frozenset[str]:
        """The keys of the texts that were shown as misses since the store was last emptied."""
        with self._lock:
            return frozenset(self._generated)

    def count_unreachable(self) -> tuple[int, int]:
        """Connections without an answer: during outages of the CDN, and at other times."""
        with self._lock:
            inside = sum(self._is_in_outage(answer) for answer in self._unreachable)
            return inside, len(self._unreachable) - inside

    def _is_in_outage(self, answer: ChaosAnswer) -> bool:
        return any(
            answer.began <= outage.ended and answer.ended >= outage.began
            for outage in self._outages
        )

    def _add_defect(self, defect: str, answer: ChaosAnswer) -> None:
        self.counts[defect] += 1
        if self.counts[defect] <= EXAMPLES:
            request = answer.request
            facts = answer.headers.get("x-edgefill") or answer.headers.get("x-emulator-reason", "")
            self.examples.append(
                f"{defect}: {request.method} {request.path} {answer.status} {facts}"
            )


def find_defect(answer: ChaosAnswer) -> str:
    """foreign, 5xx or 4xx; "" for a proper answer and for none."""
    own = frozenset(
        map(str, answer.request.visitor.slots.values() if answer.request.visitor else ())
    )
    if find_marks(answer.headers, answer.text) - own:
        return "foreign"
    return {5: "5xx", 4: "4xx"}.get(answer.status // 100, "")
