"""The report on a run of the traffic mix: counts and percentiles."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from edgefill.local.traffic.client import TrafficAnswer, select_missed


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficReport:
    """Counts of a run; latencies are in milliseconds, as this client saw them."""

    requests: int
    hits: int
    cached: int  # of the hits, those that the CDN had kept
    misses: int
    fallbacks: int
    refused: int
    errors: int
    hit_ratio: float
    latency_ms: dict[str, float]
    requests_per_second: float
    missed_keys: tuple[str, ...]


def build_report(answers: Sequence[TrafficAnswer], seconds: float) -> TrafficReport:
    """The counts and percentiles of a run."""
    outcomes = Counter(answer.outcome for answer in answers)
    took = sorted(answer.seconds * 1000 for answer in answers)
    return TrafficReport(
        requests=len(answers),
        hits=outcomes["hit"],
        cached=sum(answer.outcome == "hit" and answer.cached for answer in answers),
        misses=outcomes["miss"],
        fallbacks=outcomes["fallback"],
        refused=outcomes["refused"],
        errors=outcomes["error"],
        hit_ratio=round(outcomes["hit"] / max(len(answers), 1), 4),
        latency_ms={f"p{share}": round(find_percentile(took, share), 2) for share in (50, 95, 99)},
        requests_per_second=round(len(answers) / seconds, 1) if seconds else 0.0,
        missed_keys=tuple(sorted({str(answer.request.key) for answer in select_missed(answers)})),
    )


def find_percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted values; 0 of none."""
    if not ordered:
        return 0.0
    return ordered[max(math.ceil(len(ordered) * share / 100) - 1, 0)]
