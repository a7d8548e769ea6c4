"""Asks introspection, critic and judge about a candidate; only the judge decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from edgefill.catalogue.catalogue import CatalogueEntry
from edgefill.core.errors import JudgeUnavailable
from edgefill.core.keys import Key
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.drafting_roles import Comparer, DraftingRoles
from edgefill.judging.large import Preference
from edgefill.judging.verdict import PAIRWISE, Judge, JudgingRole, Outcome, Verdict


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
        if roles.introspection.critique:
            own_critique = roles.introspection.critique
            yield _ask_critic(own_critique, candidate, entry, deadline_s, role="introspect")
        yield roles.introspection.judge(candidate.provenance.log_probability)
    if roles.critic and candidate.find_verdict("critic") is None:
        yield _ask_critic(roles.critic, candidate, entry, deadline_s)
    yield _ask(roles.judge, candidate, entry, deadline_s)


def compare_candidates(
    first: Candidate,
    second: Candidate,
    entry: CatalogueEntry,
    comparer: Comparer,
    *,
    deadline_s: float,
) -> tuple[Candidate, Candidate]:
    """Return both texts with the verdict of a comparison; a tie leaves their order as it is.

    A comparer that does not answer is a tie: both texts have passed the judge.
    """
    try:
        preference = comparer.choose_better(
            first.text,
            second.text,
            key=first.key,
            experience=entry.experience,
            deadline_s=deadline_s,
        )
    except JudgeUnavailable as error:
        preference = Preference(better="tie", reason=f"no answer: {error}")
    return (
        first.add_verdicts(_to_verdict(preference, "a")),
        second.add_verdicts(_to_verdict(preference, "b")),
    )


def _to_verdict(preference: Preference, place: str) -> Verdict:
    outcomes: dict[str, Outcome] = {place: "pass", "tie": "unscored"}
    return Verdict(
        outcome=outcomes.get(preference.better, "fail"),
        reason=preference.reason,
        judge=PAIRWISE,
        version="",
        role="compare",
    )


def _ask_critic(
    critic: Judge,
    candidate: Candidate,
    entry: CatalogueEntry,
    deadline_s: float,
    *,
    role: JudgingRole = "critic",
) -> Verdict:
    try:
        return replace(_ask(critic, candidate, entry, deadline_s), role=role)
    except JudgeUnavailable as error:
        return Verdict(
            outcome="unscored",
            reason=f"the critic did not answer: {error}",
            judge="critic",
            version=critic.version,
            role=role,
        )


def _ask(judge: Judge, candidate: Candidate, entry: CatalogueEntry, deadline_s: float) -> Verdict:
    """A derived text is judged by what was accepted of its source."""
    key = candidate.key
    if entry.derived_from:
        key = Key(experience=entry.derived_from, locale=key.locale, case=key.case)
    return judge.judge(candidate.text, key=key, experience=entry.experience, deadline_s=deadline_s)
