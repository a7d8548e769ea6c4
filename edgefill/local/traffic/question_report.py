"""The report on a run of questions: what was served, and what of it was the wrong text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from edgefill.catalogue.questions import OUT_OF_SCOPE
from edgefill.local.traffic.client import TrafficAnswer
from edgefill.local.traffic.report import find_percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReport:
    """Counts of a run; latencies are in milliseconds, as this client saw them.

    `routed` of the hits are from a release, the others answers that an earlier miss had written.
    `wrong` of the routed are about something else than the question, out of scope included.
    """

    requests: int
    hits: int
    routed: int
    wrong: int
    clarified: int
    misses: int
    fallbacks: int
    refused: int
    errors: int
    gpu_calls: int
    requests_per_second: float
    latency_ms: dict[str, float]


def build_question_report(
    answers: Sequence[TrafficAnswer], *, answer: str, seconds: float, gpu_calls: int
) -> QuestionReport:
    """The counts of a run; `answer` is the open experience."""
    outcomes = Counter(each.outcome for each in answers)
    hits = [each for each in answers if each.outcome == "hit"]
    routed = [each for each in hits if not each.template.startswith(f"{answer}/")]
    took = sorted(each.seconds * 1000 for each in answers)
    return QuestionReport(
        requests=len(answers),
        hits=len(hits),
        routed=len(routed),
        wrong=sum(_is_wrong(each) for each in routed),
        clarified=outcomes["clarify"],
        misses=outcomes["miss"],
        fallbacks=outcomes["fallback"],
        refused=outcomes["refused"],
        errors=outcomes["error"],
        gpu_calls=gpu_calls,
        requests_per_second=round(len(answers) / seconds, 1) if seconds else 0.0,
        latency_ms={f"p{share}": round(find_percentile(took, share), 2) for share in (50, 95, 99)},
    )


def _is_wrong(answer: TrafficAnswer) -> bool:
    experience = answer.request.key.experience
    return experience == OUT_OF_SCOPE or answer.template.partition("/")[0] != experience
