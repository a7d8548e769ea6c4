"""GroupQuality: the figures of one experience and locale, or of all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import JudgingRole, Outcome
from edgefill.quality.reasons import ReasonCount, count_reasons, generalize_reason
from edgefill.quality.stages import ACCEPTED, STAGES, Stage, explain_failure, find_stage

ROLES: tuple[JudgingRole, ...] = ("judge", "critic", "introspect", "compare")
OUTCOMES: tuple[Outcome, ...] = ("pass", "fail", "unscored")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupQuality:
    """How the keys of one experience and locale ended; both are empty for all together.

    `stages` counts each key once. `held` and `failed` count keys by the reason of their last
    attempt, `refused` counts texts by the lint rule. Attempts, tokens and seconds are those of all
    keys. `verdicts` counts texts by role and outcome.
    """

    experience: str
    locale: str
    stages: Mapping[Stage, int]
    held: tuple[ReasonCount, ...]
    failed: tuple[ReasonCount, ...]
    texts: int
    refused: tuple[ReasonCount, ...]
    attempts: int
    tokens: int
    seconds: float
    verdicts: Mapping[JudgingRole, Mapping[Outcome, int]]

    @property
    def keys(self) -> int:
        """The number of keys."""
        return sum(self.stages.values())

    @property
    def drafted(self) -> int:
        """The number of keys that have ended: the whole of every share."""
        return self.keys - self.stages["open"]

    @property
    def accepted(self) -> int:
        """The number of keys with an accepted text."""
        return sum(self.stages[each] for each in ACCEPTED)

    def count_up_to(self, stage: Stage) -> int:
        """The number of keys with an accepted text after `stage`."""
        return sum(self.stages[each] for each in ACCEPTED[: ACCEPTED.index(stage) + 1])

    def per_accepted(self, amount: float) -> float | None:
        """Return `amount` per accepted text, None without one."""
        return round(amount / self.accepted, 3) if self.accepted else None


def measure_group(
    attempts: Mapping[Key, Attempts], *, experience: str = "", locale: str = ""
) -> GroupQuality:
    """Return the figures of some keys, whose texts are checked (checked_attempts.py)."""
    stages = {key: find_stage(each) for key, each in attempts.items()}
    candidates = [one for each in attempts.values() for one in each.candidates]
    failed = [attempts[key] for key, stage in stages.items() if stage == "failed"]
    counts = Counter(stages.values())
    return GroupQuality(
        experience=experience,
        locale=locale,
        stages={stage: counts[stage] for stage in STAGES},
        held=count_reasons(
            _explain_held(attempts[key]) for key, stage in stages.items() if stage == "held"
        ),
        failed=count_reasons(map(_explain_failed, failed)),
        texts=len(candidates),
        refused=count_reasons(_list_refusals(candidates)),
        attempts=sum(each.count for each in attempts.values()),
        tokens=sum(each.tokens for each in attempts.values()),
        seconds=round(sum(each.seconds for each in attempts.values()), 3),
        verdicts={role: _count_outcomes(candidates, role) for role in ROLES},
    )


def _explain_held(attempts: Attempts) -> tuple[str, str]:
    judgement = attempts.held.judgement if attempts.held else None
    reason = judgement.reason if judgement else ""
    return generalize_reason(reason), reason


def _explain_failed(attempts: Attempts) -> tuple[str, str]:
    kind, reason = explain_failure(attempts)
    return (f"judge: {generalize_reason(reason)}" if kind == "judge" else kind), reason


def _list_refusals(candidates: Iterable[Candidate]) -> Iterator[tuple[str, str]]:
    for each in candidates:
        if each.refusal is not None:
            yield each.refusal.rule, str(each.refusal)


def _count_outcomes(candidates: Iterable[Candidate], role: JudgingRole) -> dict[Outcome, int]:
    verdicts = [each.find_verdict(role) for each in candidates]
    counts = Counter(each.outcome for each in verdicts if each is not None)
    return {outcome: counts[outcome] for outcome in OUTCOMES}
