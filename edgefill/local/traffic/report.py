"""Reports on a load test: counts of outcomes and percentiles of latency."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from edgefill.catalogue.questions.question_files import OUT_OF_SCOPE
from edgefill.local.traffic.client import TrafficAnswer, select_missed


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficReport:
    """Counts of one run of page requests; latencies are in milliseconds, measured by the client."""

    requests: int
    hits: int
    cached: int  # the hits that the CDN served from its cache
    misses: int
    fallbacks: int
    refused: int
    errors: int
    hit_ratio: float
    latency_ms: dict[str, float]
    requests_per_second: float
    missed_keys: tuple[str, ...]


def build_report(answers: Sequence[TrafficAnswer], seconds: float) -> TrafficReport:
    """Count the answers of a run that took `seconds`."""
    outcomes = Counter(answer.outcome for answer in answers)
    return TrafficReport(
        requests=len(answers),
        hits=outcomes["hit"],
        cached=sum(answer.outcome == "hit" and answer.cached for answer in answers),
        misses=outcomes["miss"],
        fallbacks=outcomes["fallback"],
        refused=outcomes["refused"],
        errors=outcomes["error"],
        hit_ratio=round(outcomes["hit"] / max(len(answers), 1), 4),
        latency_ms=_summarize_latency(answers),
        requests_per_second=round(len(answers) / seconds, 1) if seconds else 0.0,
        missed_keys=tuple(sorted({str(answer.request.key) for answer in select_missed(answers)})),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReport:
    """Counts of one run of questions; latencies are in milliseconds, measured by the client.

    `routed` counts the hits that a release's template answered; the other hits are answers that
    an earlier miss generated. `wrong` counts the routed hits about another experience than the
    question's, which includes every routed hit for a question out of scope.
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
    """Count the answers of a run; `answer` is the experience that answers free questions."""
    outcomes = Counter(each.outcome for each in answers)
    hits = [each for each in answers if each.outcome == "hit"]
    routed = [each for each in hits if not each.template.startswith(f"{answer}/")]
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
        latency_ms=_summarize_latency(answers),
    )


def _is_wrong(answer: TrafficAnswer) -> bool:
    experience = answer.request.key.experience
    return experience == OUT_OF_SCOPE or answer.template.partition("/")[0] != experience


def _summarize_latency(answers: Sequence[TrafficAnswer]) -> dict[str, float]:
    ordered_ms = sorted(answer.seconds * 1000 for answer in answers)
    return {f"p{share}": round(find_percentile(ordered_ms, share), 2) for share in (50, 95, 99)}


def find_percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted values; 0 for an empty sequence."""
    if not ordered:
        return 0.0
    return ordered[max(math.ceil(len(ordered) * share / 100) - 1, 0)]
