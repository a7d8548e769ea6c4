"""Guards the roles of the miss path with circuit breakers, one for the writers, one for the judge.

While one is open, visitors get the fallback at once and no model works for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from edgefill.core.circuit_breaker import CircuitBreaker
from edgefill.core.errors import JudgeUnavailable
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.writers.guarded_generator import GuardedGenerator
from edgefill.judging.verdict import JUDGE_DEADLINE_S, Judge, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedJudge:
    """A Judge that records in `breaker` whether the inner one answers."""

    inner: Judge
    breaker: CircuitBreaker

    @property
    def version(self) -> str:
        """See Judge."""
        return self.inner.version

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        """See Judge."""
        try:
            verdict = self.inner.judge(text, key=key, experience=experience, deadline_s=deadline_s)
        except JudgeUnavailable:
            self.breaker.record_failure()
            raise
        self.breaker.record_success()
        return verdict


def guard_roles(
    roles: DraftingRoles, writers: CircuitBreaker, judge: CircuitBreaker
) -> DraftingRoles:
    """Return `roles` whose writers and judge report to the breakers."""
    return replace(
        roles,
        writer=GuardedGenerator(roles.writer, writers),
        reviser=GuardedGenerator(roles.reviser, writers) if roles.reviser else None,
        judge=GuardedJudge(inner=roles.judge, breaker=judge),
    )
