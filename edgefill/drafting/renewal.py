"""Renews journalled candidates: a verdict counts only while its judge decides as it did then.

Drafting and publishing use the same rule, so that what a run has finished is what is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import PERSON, JudgingRole, Verdict

# the version of each role whose verdicts depend on one; "" for a role that is not configured
JudgingVersions = Mapping[JudgingRole, str]


def is_current(verdict: Verdict, versions: JudgingVersions) -> bool:
    """Whether a person gave `verdict`, or the present version of its role did.

    Without a judge only `unscored` is current: it lets nothing be published.
    """
    if verdict.judge == PERSON or verdict.role not in versions:
        return True
    is_decided = verdict.outcome != "unscored"
    return verdict.version == versions[verdict.role] and (verdict.version != "" or not is_decided)


def renew_candidate(candidate: Candidate, versions: JudgingVersions) -> Candidate:
    """Return `candidate` with its current verdicts only."""
    verdicts = tuple(each for each in candidate.verdicts if is_current(each, versions))
    return replace(candidate, verdicts=verdicts)


def renew_attempts(attempts: Attempts, versions: JudgingVersions) -> Attempts:
    """Return `attempts` with current verdicts only."""
    candidates = tuple(renew_candidate(each, versions) for each in attempts.candidates)
    return replace(attempts, candidates=candidates)


def count_unread(attempts: Iterable[Attempts], versions: JudgingVersions) -> int:
    """The number of texts that only another judge than the present one has read."""
    return sum(
        candidate.judgement is not None and renew_candidate(candidate, versions).judgement is None
        for each in attempts
        for candidate in each.candidates
    )
