"""Asks introspection, critic and judge about a candidate; only the judge decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edgefill.catalogue.catalogue import CatalogueEntry
from edgefill.core.errors import JudgeUnavailable
from edgefill.core.value import replace
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.judging.verdict import Judge, Verdict


def judge_candidate(
    candidate: Candidate,
    entry: CatalogueEntry,
    roles: DraftingRoles,
    *,
    earlier: Sequence[Candidate] = (),
    deadline_s: float,
) -> Candidate:
    """Return `candidate` with the verdicts that it lacks; JudgeUnavailable.

    A text that equals one of `earlier` gets its verdicts. A critic that does not answer is
    recorded as unscored, because its advice is not needed to decide.
    """
    for other in earlier:
        if other.text == candidate.text and other.judgement is not None:
            return candidate.add_verdicts(*other.verdicts)
    return candidate.add_verdicts(*_list_verdicts(candidate, entry, roles, deadline_s))


def _list_verdicts(
    candidate: Candidate, entry: CatalogueEntry, roles: DraftingRoles, deadline_s: float
) -> Iterator[Verdict]:
    if roles.introspection and candidate.find_verdict("introspect") is None:
        yield roles.introspection.judge(candidate.provenance.log_probability)
    if roles.critic and candidate.find_verdict("critic") is None:
        yield _ask_critic(roles.critic, candidate, entry, deadline_s)
    yield _ask(roles.judge, candidate, entry, deadline_s)


def _ask_critic(
    critic: Judge, candidate: Candidate, entry: CatalogueEntry, deadline_s: float
) -> Verdict:
    try:
        return _ask(critic, candidate, entry, deadline_s)
    except JudgeUnavailable as error:
        return Verdict(
            outcome="unscored",
            reason=f"the critic did not answer: {error}",
            judge="critic",
            version=critic.version,
            role="critic",
        )


def _ask(judge: Judge, candidate: Candidate, entry: CatalogueEntry, deadline_s: float) -> Verdict:
    """A derived text is judged by what was accepted of its source."""
    key = candidate.key
    if entry.derived_from:
        key = replace(key, experience=entry.derived_from)
    return judge.judge(candidate.text, key=key, experience=entry.experience, deadline_s=deadline_s)
